"""Rolling up what hangs on a branch of the dealer tree.

python3 -m benchmarks.dealer_tree [--scale 1] [--database DB] [--record]

Without --database it fills a clone; `benchmarks.generate` fills one to keep.
"""

import argparse

from benchmarks.generate import Generator
from benchmarks.measure import record, table, verdict
from dev import database, template
from dev.worker import Worker

COMMAND = "python3 -m benchmarks.dealer_tree"
BUDGET = 50  # ms


def roll_up(env, rounds):
    """Time what a screen asks of the branch of a regional agent.

    :return: by question, the median in ms and how PostgreSQL finds the answer
    """
    import re
    import statistics
    import time

    tier = env.ref("truck_crm.truck_dealer_tier_agent")
    agent = env["truck.dealer"].search(
        [("tier_id", "=", tier.id), ("child_ids", "!=", False)], limit=1
    )
    seller = env["res.users"].create(
        {
            "name": "Seller",
            "login": "benchmark_seller",
            "group_ids": env.ref("truck_crm.truck_crm_group_user").ids,
        }
    )
    agent.user_id = seller
    env.flush_all()
    domain = [("dealer_id", "child_of", agent.id)]
    fields = ("branch_count", "customer_count", "vehicle_count")

    def timed(ask):
        times = []
        for _round in range(rounds):
            env.invalidate_all()
            start = time.perf_counter()
            answer = ask()
            times.append(time.perf_counter() - start)
        return answer, statistics.median(times) * 1000

    def explain(model):
        query = model._search(domain).select("count(*)")
        env.cr.execute("EXPLAIN ANALYZE " + query.code, query.params)
        plan = "\n".join(line for (line,) in env.cr.fetchall())
        nodes = re.findall(r"((?:Seq|Index|Bitmap)[\w ]*Scan)[^\n]*? on (\w+)", plan)
        return ", ".join(dict.fromkeys(f"{scan} {table}" for scan, table in nodes))

    results = {}
    for role, user in (("manager", env.user), ("salesperson", seller)):
        vehicles = env["truck.vehicle"].with_user(user)
        count, ms = timed(lambda v=vehicles: v.search_count(domain))
        results[f"count the {count} vehicles of a branch, {role}"] = (
            ms,
            explain(vehicles),
        )
        _page, ms = timed(lambda v=vehicles: v.search(domain, limit=80).read(["vin"]))
        results[f"first 80 of them, {role}"] = ms, ""
        dealer = agent.with_user(user)
        counts, ms = timed(lambda d=dealer: [d[name] for name in fields])
        results[f"counts on the form ({counts}), {role}"] = ms, ""
    env.cr.rollback()
    return results


def measure(name, scale, rounds):
    """Return the results of `roll_up`, on a clone filled for it or on a database."""
    own = None if name else database.clone(template.addon())
    try:
        if own:
            Generator(own, scale).fill()
        with Worker(own or name) as worker:
            return worker.call(roll_up, rounds)
    finally:
        if own:
            database.drop(own)


def main():
    """Measure and print; with --record, write it into docs/benchmarks.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--database")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    results = measure(options.database, options.scale, options.rounds)
    rows = [
        (question, f"{ms:.1f}", BUDGET, verdict(ms, BUDGET), plan)
        for question, (ms, plan) in results.items()
    ]
    text = table(("question", "ms", "budget", "", "found by"), rows)
    print(text)
    if options.record:
        command = f"{COMMAND} --scale {options.scale:g} --record"
        record("Branch of the dealer tree", command, text)


if __name__ == "__main__":
    main()
