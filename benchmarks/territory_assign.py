"""Giving all partners the territory of their address, by one statement.

python3 -m benchmarks.territory_assign [--scale 1] [--database DB] [--record]

Without --database it fills a clone. The bare UPDATE beside it writes the same column
of the same rows, with nothing looked up and no history.
"""

import argparse

from benchmarks.generate import TOWNS, Generator
from benchmarks.measure import record, table, verdict
from dev import database, template
from dev.worker import Worker

COMMAND = "python3 -m benchmarks.territory_assign"
# What one looks up for nothing: an address that is written, a form that is opened.
BUDGET = 50  # ms
ADDRESSES = 20_000


def fill(name, scale):
    """Fill a database: customers at 20,000 addresses, and their vehicles."""
    generator = Generator(name, scale)
    ((china,),) = database.sql("SELECT id FROM res_country WHERE code = 'CN'", name)
    rows = database.sql(
        f"SELECT id FROM res_country_state WHERE country_id = {china} ORDER BY id", name
    )
    states = ",".join(state for (state,) in rows)
    place = f"(n % {ADDRESSES})"
    generator.dealers()
    generator.customers(
        country_id=china,
        state_id=f"('{{{states}}}'::int[])[1 + {place} % {len(rows)}]",
        city=f"('{{{','.join(TOWNS)}}}'::text[])[1 + {place} % {len(TOWNS)}] || '市'",
        zip=f"(100000 + {place} * 40)::text",
        truck_dealer_id="NULL::int",
    )
    generator.vehicles()
    database.sql("VACUUM ANALYZE", name)


def draw(env, towns):
    """Draw territories: each province, its towns, and ranges of postcodes below."""
    china = env.ref("base.cn")
    country = env["truck.territory"].create({"name": "China"})
    provinces = env["truck.territory"].create(
        [
            {
                "name": state.name,
                "parent_id": country.id,
                "area_ids": [(0, 0, {"state_id": state.id})],
            }
            for state in china.state_ids
        ]
    )
    env["truck.territory"].create(
        [
            {
                "name": town,
                "parent_id": province.id,
                "area_ids": [
                    (0, 0, {"state_id": province.area_ids.state_id.id, "city": town})
                ],
            }
            for province in provinces
            for town in towns
        ]
    )
    env["truck.territory"].create(
        [
            {
                "name": str(start),
                "parent_id": provinces[start % len(provinces)].id,
                "area_ids": [
                    (
                        0,
                        0,
                        {
                            "country_id": china.id,
                            "zip_from": str(start),
                            "zip_to": str(start + 999),
                        },
                    )
                ],
            }
            for start in range(100_000, 500_000, 1000)
        ]
    )
    return env["truck.territory.area"].search_count([])


def look(env):
    """Time how all are looked up and shown; nothing moves yet.

    :return: by question, the milliseconds and a note
    """
    import re
    import time

    Territory, results = env["truck.territory"], {}

    def timed(ask):
        start = time.perf_counter()
        answer = ask()
        env.flush_all()
        return answer, (time.perf_counter() - start) * 1000

    query = Territory._get_moves_query()
    env.cr.execute("EXPLAIN " + query.code, query.params)
    plan = "\n".join(line for (line,) in env.cr.fetchall())
    joins = re.findall(r"(Hash|Merge|Nested Loop)[\w ]*(?:Join)?  \(", plan)
    note = ", ".join(f"{joins.count(join)} {join}" for join in dict.fromkeys(joins))
    found, ms = timed(lambda: len(env.execute_query(query)))
    results[f"look up all, {found} would move"] = ms, note
    recut = env["truck.territory.recut"].create({})
    _none, ms = timed(recut._show)  # what the button does, or the job of many
    results[f"show what moves ({len(recut.line_ids)} lines)"] = ms, ""
    return results


def update_bare(env):
    """Time an UPDATE of the same column and rows, and undo it."""
    import time

    territory = env["truck.territory"].search([], limit=1)
    start = time.perf_counter()
    env.cr.execute(
        "UPDATE res_partner SET truck_territory_id = %s WHERE zip IS NOT NULL",
        [territory.id],
    )
    ms = (time.perf_counter() - start) * 1000
    env.cr.rollback()
    return {"bare UPDATE of as many rows": (ms, "")}


def move(env):
    """Time how those move who were shown; many by the job, in its batches."""
    import time

    recut = env["truck.territory.recut"].search([], limit=1)
    start = time.perf_counter()
    recut.action_apply()
    if recut.state == "running":
        recut._cron_move()
    env.flush_all()
    ms = (time.perf_counter() - start) * 1000
    return {f"move the {recut.moved_count} that were shown": (ms, "")}


def use(env):
    """Time what people ask when all is assigned."""
    import statistics
    import time

    Territory, Partner, results = env["truck.territory"], env["res.partner"], {}

    def timed(ask):
        env.flush_all()
        env.invalidate_all()
        start = time.perf_counter()
        answer = ask()
        env.flush_all()
        return answer, (time.perf_counter() - start) * 1000

    moved, ms = timed(Territory._assign)
    results[f"assign all again, {len(moved)} move"] = ms, ""
    partners = Partner.search([("zip", "!=", False)], limit=40)
    times = [timed(lambda p=p: p.write({"city": "柳州市"}))[1] for p in partners]
    results["write the city of one"] = statistics.median(times), ""
    times = [timed(lambda p=p: p.write({"comment": "x"}))[1] for p in partners]
    results["write something else of one"] = statistics.median(times), ""
    country = Territory.search([("parent_id", "=", False)], limit=1)
    for name, place in (("the country", country), ("a province", country.child_ids[5])):
        branch = Territory.search([("id", "child_of", place.id)])
        for kind, count in (
            ("customers", Territory._count_customers),
            ("vehicles", Territory._count_vehicles),
        ):
            counts, ms = timed(lambda c=count, b=branch: c(b))
            results[f"count {sum(counts.values())} {kind} of {name}"] = ms, ""
        domain = [("truck_territory_id", "child_of", place.id)]
        _page, ms = timed(lambda d=domain: Partner.search(d, limit=80))
        results[f"first 80 customers of {name}"] = ms, ""
    env.cr.rollback()
    return results


def measure(name, scale):
    """Return the number of areas and the results of all steps."""
    own = None if name else database.clone(template.addon())
    try:
        if own:
            fill(own, scale)
        with Worker(own or name) as worker:
            areas = worker.call(draw, TOWNS)
            database.sql("ANALYZE truck_territory, truck_territory_area", own or name)
            results = {}
            for step in (look, update_bare, move, use):
                results |= worker.call(step)
                database.sql("VACUUM ANALYZE res_partner", own or name)
            return areas, results
    finally:
        if own:
            database.drop(own)


def main():
    """Measure and print; with --record, write it into docs/benchmarks.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--database")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    areas, results = measure(options.database, options.scale)
    rows = [
        (
            question,
            f"{ms:.1f}",
            BUDGET if "one" in question else "",
            verdict(ms, BUDGET) if "one" in question else "",
            note,
        )
        for question, (ms, note) in results.items()
    ]
    text = f"{areas} areas.\n\n"
    text += table(("question", "ms", "budget", "", "found by"), rows)
    print(text)
    if options.record:
        command = f"{COMMAND} --scale {options.scale:g} --record"
        record("Territories of all customers", command, text)


if __name__ == "__main__":
    main()
