"""bin/test: all tests, or those named.

bin/test truck_crm/tests/test_truck_vehicle.py
bin/test truck_crm/tests/test_truck_vehicle.py:TestClass.test_method
bin/test truck_crm tests
"""

import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
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
    with report.counting_refusals():
        report.accepted += system.ensure_programs()
        database.drop_leftovers()
        first, *others = _parts(wanted)
        # Side by side: each of the two leaves one of two processors idle.
        with ThreadPoolExecutor() as pool:
            lanes = [pool.submit(_run_lane, report, lane) for lane in ([first], others)]
        for lane in lanes:
            report.add(lane.result())
    return report.close()


def _run_lane(report, parts):
    """Run parts one after the other; return a report of them alone."""
    own = Report(report.accepted)
    for runner, paths in parts:
        with own.counting_refusals():
            runner(own, paths)
    return own


def _parts(wanted):
    """Yield who runs which of the paths."""
    in_addons = [path for path in wanted if path.parts[0] in addons.names()]
    demo = [path for path in in_addons if path.parts[0] == addons.DEMO]
    if others := [path for path in in_addons if path not in demo]:
        yield partial(_run_addons, template.addon), others
    if demo:  # on a database that holds the demo company
        yield partial(_run_addons, template.demo), demo
    if outside := [path for path in wanted if path not in in_addons]:
        yield root_tests.run, outside


def _relative(argument):
    """The argument as a path in the checkout, wherever it was called from."""
    file = argument.split(":")[0]
    for start in (Path.cwd(), ROOT):
        path = start / file
        if path.exists() and path.resolve().is_relative_to(ROOT):
            inside = path.resolve().relative_to(ROOT)
            return Path(f"{inside}{argument.removeprefix(file)}")
    raise Refusal(f"{argument}: there is no such test file or addon")


def _run_addons(provide, report, paths):
    """Run tests of addons on a clone of the template that `provide` returns."""
    files = sorted(_files(paths))
    source = provide()
    if any(BROWSER.search(file.read_text()) for file in files):
        template.with_assets(source)
    ran = odoo_tests.run(report, source, map(_tag, paths))
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
