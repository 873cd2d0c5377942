"""Installing truck_crm on a big database against an empty one.

python3 -m benchmarks.install_size [--partners 1000000] [--rounds 3] [--record]

Only the installation itself is timed, in a process that has its registry already.
"""

import argparse

from benchmarks.generate import CUSTOMERS, Generator
from benchmarks.measure import median, ratio_of_pairs, record, table, verdict
from dev import database, template
from dev.worker import Worker

COMMAND = "python3 -m benchmarks.install_size"
BUDGET = 1.5


def install(env):
    """Install truck_crm; return the seconds."""
    import time

    env["ir.module.module"].update_list()
    module = env["ir.module.module"].search([("name", "=", "truck_crm")])
    start = time.perf_counter()
    module.button_immediate_install()
    return time.perf_counter() - start


def time_install(source):
    """Return the seconds of an installation on a copy of a database."""
    name = database.clone(source)
    try:
        with Worker(name) as worker:
            return worker.call(install)
    finally:
        database.drop(name)


def measure(partners, rounds):
    """Return the seconds of installations on big databases, and on empty ones."""
    empty = template.core()
    big = database.clone(empty)
    try:
        generator = Generator(big, partners / CUSTOMERS)
        generator.customers()
        generator.orders()
        database.sql("ANALYZE", big)
        pairs = [(time_install(big), time_install(empty)) for _round in range(rounds)]
    finally:
        database.drop(big)
    return list(zip(*pairs, strict=True))


def main():
    """Measure and print; with --record, write it into docs/benchmarks.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--partners", type=int, default=CUSTOMERS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    big, empty = measure(options.partners, options.rounds)
    ratio = ratio_of_pairs(big, empty)
    head = ("partners", "empty, s", "big, s", "ratio", "budget", "")
    row = (
        f"{options.partners:,}",
        f"{median(empty) / 1000:.1f}",
        f"{median(big) / 1000:.1f}",
        f"{ratio:.2f}",
        f"{BUDGET:.2f}",
        verdict(round(ratio, 2), BUDGET),
    )
    text = table(head, [row])
    print(text)
    if options.record:
        command = f"{COMMAND} --partners {options.partners} --rounds {options.rounds}"
        record("Installation on a big database", f"{command} --record", text)


if __name__ == "__main__":
    main()
