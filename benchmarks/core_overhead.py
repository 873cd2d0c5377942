"""What Odoo's core costs with truck_crm installed against without.

python3 -m benchmarks.core_overhead [--pairs 4] [--rounds 10] [--record]
python3 -m benchmarks.core_overhead --control

Two clones of the same template, one with the addons, each with a process of its own;
each round does an action in one and then in the other, beginning with another one each
time. The same again in other pairs of processes, since one process may be some percent
faster than its twin for all its life. Time is the processor's, of Odoo and its database
process; the ratio is the median of all rounds' ratios. The last column tells the core's queries and ours on top.
With --control neither has the addons: how far from 1 such a ratio strays by itself.
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


def measure(pairs, rounds, control=False):
    """Return the costs of each action as ``{action: (ours, bare)}``."""
    costs = {action: ([], []) for action in ACTIONS}
    for _number in range(pairs):
        for action, sides in measure_pair(rounds, control).items():
            for taken, more in zip(costs[action], sides, strict=True):
                taken.extend(more)
    return costs


def measure_pair(rounds, control):
    """Return the costs of each action in two new processes."""
    with ExitStack() as stack:
        source = template.core() if control else template.addon()
        ours = stack.enter_context(shop(source))
        bare = stack.enter_context(shop(template.core()))
        return {action: _interleave(ours, bare, action, rounds) for action in ACTIONS}


def measure_trucks(rounds):
    """Return the costs of deliveries that make vehicles, and of the same that do not.

    Both in databases with truck_crm: what is compared is the vehicle's file alone.
    """
    with ExitStack() as stack:
        tied = stack.enter_context(shop(template.addon()))
        untied = stack.enter_context(shop(template.addon()))
        worker, ids = tied
        worker.call(perform, "tie_truck", ids)
        return _interleave(tied, untied, "deliver_truck", rounds)


def _interleave(one, other, action, rounds):
    costs = ([], [])
    for number in range(-3, rounds):  # the first three warm up
        pair = [(one, costs[0]), (other, costs[1])]
        for (worker, ids), taken in pair if number % 2 else reversed(pair):
            cost = worker.call(perform, action, ids)
            if number >= 0:
                taken.append(cost)
    return costs


def report(costs, trucks):
    """Return the results as Markdown; the partner form has a budget of queries."""
    rows = [
        _row(label, *costs[action], None if action in UNBUDGETED else BUDGET)
        for action, label in ACTIONS.items()
    ]
    if trucks:
        rows.append(_row("deliver 5 trucks, with their files", *trucks, TRUCK_BUDGET))
    head = ("action", "without, ms", "with, ms", "ratio", "budget", "", "queries")
    ours, bare = (_queries(side) for side in costs["open_partner_form"])
    form = (
        f"The partner form takes {ours - bare} queries more than the {bare} of the core"
        f" (budget {FORM_BUDGET}): {verdict(ours - bare, FORM_BUDGET)}."
    )
    return f"{table(head, rows)}\n\n{form}"


def _row(label, ours, bare, budget):
    our_times, bare_times = ([seconds for seconds, _ in side] for side in (ours, bare))
    ratio = ratio_of_pairs(our_times, bare_times)
    return (
        label,
        f"{median(bare_times):.1f}",
        f"{median(our_times):.1f}",
        f"{ratio:.2f}",
        f"{budget:.2f}" if budget else "",
        verdict(round(ratio, 2), budget) if budget else "",
        f"{_queries(bare)} + {_queries(ours) - _queries(bare)}",
    )


def _queries(costs):
    """Return how many queries an action takes in a process that is warm."""
    return min(queries for _seconds, queries in costs)


def main():
    """Measure and print; with --record, write it into docs/benchmarks.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--control", action="store_true")
    options = parser.parse_args()
    costs = measure(options.pairs, options.rounds, options.control)
    trucks = None if options.control else measure_trucks(options.rounds)
    text = report(costs, trucks)
    print(text)
    if options.record and trucks:
        counts = f"--pairs {options.pairs} --rounds {options.rounds}"
        command = f"{COMMAND} {counts} --record"
        record("Overhead on Odoo's core", command, text)


if __name__ == "__main__":
    main()
