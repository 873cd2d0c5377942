""".ci/run: bin/lint and bin/test, with one closing line for both."""

from dev.commands import lint, test
from dev.report import Report


def main(argv):
    """Run all tests even if the linters found something: one run tells everything."""
    report = Report()
    if lint.main([]):
        report.fail("bin/lint: see above")
    return test.run_all(report)
