"""bin/test: all tests, or those named.

bin/test truck_crm/tests/test_truck_vehicle.py
bin/test truck_crm/tests/test_truck_vehicle.py:TestClass.test_method
bin/test truck_crm tests
"""

import re
from pathlib import Path

from dev import addons, database, odoo_tests, root_tests, system, template
from dev.paths import ROOT
from dev.report import Report
from dev.say import Refusal

# A test file that opens pages; Odoo itself makes the bundles where this overlooks one.
BROWSER = re.compile(r"Http\w*Case|start_tour|browser_js|url_open")


def main(argv):
    """Run the tests; the last line printed is `N passed, N failed`."""
    report = Report()
    return run(report, [_relative(path) for path in argv]) if argv else run_all(report)


def run_all(report):
    """Run every test of the checkout."""
    root = [Path("tests")] if any(ROOT.glob("tests/test_*.py")) else []
    return run(report, [*map(Path, addons.names()), *root])


def run(report, wanted):
    """Run the tests of these addons, folders and files; return the exit status."""
    system.ensure_programs()
    database.drop_leftovers()
    for_addons = [path for path in wanted if path.parts[0] in addons.names()]
    for_root = [path for path in wanted if path not in for_addons]
    _run_addons(report, for_addons)
    if for_root:
        root_tests.run(report, for_root)
    return report.close()


def _relative(argument):
    """The argument as a path in the checkout, wherever it was called from."""
    file = argument.split(":")[0]
    for start in (Path.cwd(), ROOT):
        path = start / file
        if path.exists() and path.resolve().is_relative_to(ROOT):
            inside = path.resolve().relative_to(ROOT)
            return Path(f"{inside}{argument.removeprefix(file)}")
    raise Refusal(f"{argument}: there is no such test file or addon")


def _run_addons(report, paths):
    """Run tests of addons; those of the demo company on a database that holds it."""
    demo = [path for path in paths if path.parts[0] == addons.DEMO]
    others = [path for path in paths if path not in demo]
    for chosen, provide in ((others, template.addon), (demo, template.demo)):
        if not chosen:
            continue
        files = sorted(_files(chosen))
        source = provide()
        if any(BROWSER.search(file.read_text()) for file in files):
            template.with_assets(source)
        ran = odoo_tests.run(report, source, map(_tag, chosen))
        odoo_tests.check_files(report, files, ran)


def _tag(path):
    """Odoo's tag for a test file, or for a whole addon."""
    return f"/{path}" if ".py" in path.name else f"/{path.parts[0]}"


def _files(paths):
    """The test files that the paths stand for."""
    for path in paths:
        if ".py" in path.name:
            yield ROOT / str(path).split(":")[0]
        else:
            yield from (ROOT / path.parts[0]).glob("tests/test_*.py")
