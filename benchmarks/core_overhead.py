"""What Odoo's core costs with truck_crm installed against without.

python3 -m benchmarks.core_overhead [--sets 4] [--rounds 10] [--record]

Three clones, one with the addons and two without, each with a process of its own; each
round does an action in all of them, beginning with another one each time. The same
again in other sets of processes, since one process may be some percent faster than its
twin for all its life. Time is the processor's, of Odoo and its database process; the
ratio is the median of the rounds' ratios to both without. Beside it stands the ratio of
these two, one to the other: how far from 1 such a ratio strays by itself. The last
column tells the core's queries and ours on top.
"""

import argparse
from contextlib import ExitStack, contextmanager

from benchmarks.measure import median, ratio_of_pairs, record, table, verdict
from dev import database, template
from dev.worker import Worker

COMMAND = "python3 -m benchmarks.core_overhead"
BUDGET, TRUCK_BUDGET, FORM_BUDGET = 1.05, 1.5, 5
# The form is budgeted by queries; names and phones are made into search terms.
UNBUDGETED = {"open_partner_form", "create_partner", "rename_partner"}
ACTIONS = {
    "create_order": "create an order, 5 lines",
    "confirm_order": "confirm it",
    "invoice_order": "invoice it and post",
    "deliver_goods": "deliver it (no trucks)",
    "deliver_serials": "deliver 5 serial numbers (no trucks)",
    "receive_serials": "receive 10 serial numbers (no trucks)",
    "create_partner": "create 20 partners, with their search terms",
    "write_partner": "write 50 partners, one by one",
    "rename_partner": "rename 20 partners, with their search terms",
    "open_partner_list": "open the partner list, 80 rows",
    "open_partner_form": "open the partner form",
}


def perform(env, action, ids):
    """Run an action of `benchmarks.actions` as the administrator."""
    from benchmarks import actions

    return getattr(actions, action)(env(user=2), ids)


def set_up(env):
    """Make what the actions need."""
    from benchmarks import actions

    return actions.set_up(env)


@contextmanager
def shop(source):
    """Give a process and the ids of its goods, on a clone of a template."""
    name = database.clone(source)
    try:
        with Worker(name) as worker:
            yield worker, worker.call(set_up)
    finally:
        database.drop(name)


def measure(sets, rounds):
    """Return the costs of each action as ``{action: (ours, bare, twin)}``."""
    costs = {action: ([], [], []) for action in ACTIONS}
    for _number in range(sets):
        with ExitStack() as stack:
            sources = (template.addon(), template.core(), template.core())
            shops = [stack.enter_context(shop(source)) for source in sources]
            for action in ACTIONS:
                _interleave(shops, action, rounds, costs[action])
    return costs


def measure_trucks(rounds):
    """Return the costs of deliveries that make vehicles, and of the same that do not.

    Both in databases with truck_crm: what is compared is the vehicle's file alone.
    """
    with ExitStack() as stack:
        tied = stack.enter_context(shop(template.addon()))
        untied = stack.enter_context(shop(template.addon()))
        worker, ids = tied
        worker.call(perform, "tie_truck", ids)
        costs = ([], [])
        _interleave([tied, untied], "deliver_truck", rounds, costs)
        return costs


def _interleave(shops, action, rounds, costs):
    """Do an action in all shops by turns; add what it costs to the list of each."""
    pairs = list(zip(shops, costs, strict=True))
    for number in range(-3, rounds):  # the first three warm up
        first = number % len(pairs)
        for (worker, ids), taken in pairs[first:] + pairs[:first]:
            cost = worker.call(perform, action, ids)
            if number >= 0:
                taken.append(cost)


def report(costs, trucks):
    """Return the results as Markdown; the partner form has a budget of queries."""
    rows = [
        _row(label, *costs[action], None if action in UNBUDGETED else BUDGET)
        for action, label in ACTIONS.items()
    ]
    with_files, without = trucks
    label = "deliver 5 trucks, with their files"
    rows.append(_row(label, with_files, without, without, TRUCK_BUDGET))
    times = ("without, ms", "with, ms", "ratio", "without / without")
    head = ("action", *times, "budget", "", "queries")
    ours, bare, _twin = (_queries(side) for side in costs["open_partner_form"])
    form = (
        f"The partner form takes {ours - bare} queries more than the {bare} of the core"
        f" (budget {FORM_BUDGET}): {verdict(ours - bare, FORM_BUDGET)}."
    )
    return f"{table(head, rows)}\n\n{form}"


def _row(label, ours, bare, twin, budget):
    our_times, bare_times, twin_times = map(_times, (ours, bare, twin))
    both = [(a + b) / 2 for a, b in zip(bare_times, twin_times, strict=True)]
    ratio = ratio_of_pairs(our_times, both)
    return (
        label,
        f"{median(both):.1f}",
        f"{median(our_times):.1f}",
        f"{ratio:.2f}",
        f"{ratio_of_pairs(twin_times, bare_times):.2f}" if twin is not bare else "",
        f"{budget:.2f}" if budget else "",
        verdict(round(ratio, 2), budget) if budget else "",
        f"{_queries(bare)} + {_queries(ours) - _queries(bare)}",
    )


def _times(costs):
    return [seconds for seconds, _queries in costs]


def _queries(costs):
    """Return how many queries an action takes in a process that is warm."""
    return min(queries for _seconds, queries in costs)


def main():
    """Measure and print; with --record, write it into docs/benchmarks.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    costs = measure(options.sets, options.rounds)
    text = report(costs, measure_trucks(options.sets * options.rounds))
    print(text)
    if options.record:
        counts = f"--sets {options.sets} --rounds {options.rounds}"
        record("Overhead on Odoo's core", f"{COMMAND} {counts} --record", text)


if __name__ == "__main__":
    main()
