"""Finding customers by a few characters, against Odoo's own search on the same base.

python3 -m benchmarks.customer_search [--scale 1] [--database DB] [--record]

Times are a salesperson's, as the web client asks: the box of a many2one (8 names) and
the first page of the customer list (80 rows and their number), each the median of three
askings. Odoo's own search, on the same database in the same run, is asked once, and for
every fifth term.
Without --database it fills a clone; `benchmarks.generate` fills one to keep.
"""

import argparse
import statistics

from benchmarks.generate import Generator
from benchmarks.measure import record, table, verdict
from dev import database, template
from dev.worker import Worker

COMMAND = "python3 -m benchmarks.customer_search"
BOX, LIST, LIST_WORST = 20, 50, 300  # ms


def fill_terms(env):
    """Make the search terms that are missing, none on a base that was kept.

    :return: how many were made, in how many seconds, and the MB of table and index
    """
    import time

    def count():
        env.cr.execute("SELECT count(*) FROM truck_partner_search")
        return env.cr.fetchone()[0]

    before = count()
    start = time.monotonic()
    env["truck.partner.search"]._refresh()
    env.cr.commit()
    seconds = time.monotonic() - start
    made = count() - before
    env.cr.execute(
        "SELECT pg_total_relation_size('truck_partner_search') / 1e6,"
        " pg_relation_size('truck_partner_search_grams_idx') / 1e6"
    )
    return made, seconds, *map(float, env.cr.fetchone())


def draw_terms(env, number):
    """Return ``{kind: terms}``, drawn from the customers' names, the same each time."""
    import random

    from odoo.addons.truck_crm.tools.search_text import get_initials, normalise

    dice = random.Random(20261122)
    Partner = env["res.partner"]
    first, last = Partner._read_group([], [], ["id:min", "id:max"])[0]
    ids = [dice.randint(first, last) for _ in range(number * 8)]
    partners = Partner.browse(ids).exists().filtered("complete_name")
    names = [p.complete_name for p in partners]
    chars = [chr(dice.randint(0x4E00, 0x9FA5)) for _ in range(number * 2)]
    long_names = [name for name in names if len(name) > 7]

    def cut(name, size):
        start = dice.randrange(len(name) - size + 1)
        return name[start : start + size]

    kinds = {
        "one character": [cut(name, 1) for name in names],
        "two neighbouring characters": [cut(name, 2) for name in names],
        "two characters at random": ["".join(chars[n : n + 2]) for n in range(number)],
        "four characters": [cut(name[:-2], 4) for name in long_names],
        "whole name": names,
        "two words, the later first": [f"{n[4:6]} {n[:2]}" for n in long_names],
        "pinyin initials": [get_initials(normalise(name))[0][:4] for name in names],
        "part of a phone number": [cut(p.phone, 6) for p in partners if p.phone],
        "part of a VIN": [f"0{dice.randint(0, 999999):06}" for _ in range(number)],
    }
    kinds = {kind: list(dict.fromkeys(terms))[:number] for kind, terms in kinds.items()}
    from_names = "北京 郑州 重庆 柳州 石家庄 乌鲁木齐 鄂尔多斯 广州 六安 单县".split()
    return kinds | {
        "city": from_names,
        "trade": "物流 运输 货运 冷链 商贸 建材 砂石 工程机械 供应链".split(),
        "legal form": "有限公司 公司 有限责任公司 股份有限公司 有限 责任".split(),
    }


def time_terms(env, terms, core):
    """Time the box and the list for each term, as a salesperson.

    :param bool core: ask Odoo's own search instead
    :return: by term, ms of the box, ms of the list, number on the list, and the ids
        that the name alone finds, if there are few
    """
    import ast
    import time

    from odoo.fields import Domain

    login = "benchmark_searcher"
    user = env["res.users"].search([("login", "=", login)]) or env["res.users"].create(
        {
            "name": "Searcher",
            "login": login,
            "group_ids": env.ref("truck_crm.truck_crm_group_user").ids,
        }
    )
    env["ir.config_parameter"].set_param(
        "truck_crm.partner_search_filled", "0" if core else "1"
    )
    Partner = env["res.partner"].with_user(user)
    action = env.ref("truck_crm.truck_customer_action")
    base = Domain(ast.literal_eval(action.domain))
    specification = {
        name: {} for name in ("complete_name", "phone", "city", "truck_vehicle_count")
    } | {"truck_dealer_id": {"fields": {"display_name": {}}}}
    names = ("complete_name", "ref", "email", "vat", "company_registry")

    def timed(ask):
        times = []
        for _round in range(1 if core else 3):
            env.invalidate_all()
            start = time.perf_counter()
            answer = ask()
            times.append((time.perf_counter() - start) * 1000)
        return sorted(times)[len(times) // 2], answer

    results = {}
    Partner.name_search("warm", limit=8)
    for term in terms:
        box, _answer = timed(lambda t=term: Partner.name_search(t, limit=8))
        found = (
            Domain.OR(Domain(name, "ilike", term) for name in names)
            if core
            else Domain("display_name", "ilike", term)
        )
        page, answer = timed(
            lambda d=found: Partner.web_search_read(
                list(base & d), specification, limit=80, count_limit=1001
            )
        )
        results[term] = box, page, answer["length"]
    env.cr.rollback()
    return results


def compare(env, terms):
    """Return the terms whose name hits differ from what Odoo's ilike finds."""
    from odoo.fields import Domain

    env["ir.config_parameter"].set_param("truck_crm.partner_search_filled", "1")
    Partner = env["res.partner"]
    different = []
    for term in terms:
        ilike = Domain("complete_name", "ilike", term)
        # Beyond names, others may be found: by initials or numbers.
        ours = Domain("display_name", "ilike", term)
        missing = Partner.search_count(ilike & ~ours)
        extra = Partner.search_count(ours & ~ilike) if not term.isascii() else 0
        if missing or extra:
            different.append((term, missing, extra))
    env.cr.rollback()
    return different


def percentile(values, share):
    """Return the value below which a share of the values lies."""
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def measure(name, scale, number):
    """Return what it took to fill, the times by kind and term, and the differences."""
    own = None if name else database.clone(template.addon())
    try:
        if own:
            generator = Generator(own, scale)
            generator.dealers()
            generator.customers()
            generator.vehicles()
        with Worker(own or name) as worker:
            filling = worker.call(fill_terms)
            database.sql("VACUUM ANALYZE", own or name)
            kinds = worker.call(draw_terms, number)
            ours, core = {}, {}
            for kind, terms in kinds.items():
                ours[kind] = worker.call(time_terms, terms, False)
                core[kind] = worker.call(time_terms, terms[::5], True)
            words = [term for terms in kinds.values() for term in terms[::5]]
            words = [term for term in words if " " not in term]
            return filling, ours, core, worker.call(compare, words)
    finally:
        if own:
            database.drop(own)


def report(filling, ours, core, different):
    """Return the results as Markdown."""
    rows = [_row(kind, ours[kind], core[kind]) for kind in ours]
    everything = {f"{k} {t}": v for k, terms in ours.items() for t, v in terms.items()}
    all_core = {f"{k} {t}": v for k, terms in core.items() for t, v in terms.items()}
    rows.append(_row("**all**", everything, all_core))
    head = (
        "terms",
        "number",
        "box p95, ms",
        "worst",
        "Odoo p95",
        "list p95, ms",
        "worst",
        "Odoo p95",
        "hits, median",
    )
    boxes, lists = zip(*((v[0], v[1]) for v in everything.values()), strict=True)
    made, seconds, size, index = filling
    lines = [
        table(head, rows),
        "",
        f"Box: p95 {percentile(boxes, 0.95):.1f} ms of {BOX}:"
        f" {verdict(percentile(boxes, 0.95), BOX)}. List: p95"
        f" {percentile(lists, 0.95):.1f} ms of {LIST}:"
        f" {verdict(percentile(lists, 0.95), LIST)}, worst {max(lists):.0f} ms of"
        f" {LIST_WORST}: {verdict(max(lists), LIST_WORST)}.",
        f"Terms of {made:,} partners made in {seconds:.0f} s, the others stood already;"
        f" {size:.0f} MB, {index:.0f} MB of it the index of grams."
        f" Terms whose name hits differ from Odoo's `ilike`: {different or 'none'}.",
    ]
    return "\n".join(lines)


def _row(label, ours, core):
    def figures(results, column):
        values = [value[column] for value in results.values()]
        return [f"{percentile(values, 0.95):.1f}", f"{max(values):.1f}"]

    box, page = figures(ours, 0), figures(ours, 1)
    hits = statistics.median(value[2] for value in ours.values())
    return (
        label,
        len(ours),
        *box,
        figures(core, 0)[0],
        *page,
        figures(core, 1)[0],
        f"{hits:.0f}",
    )


def main():
    """Measure and print; with --record, write it into docs/benchmarks.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--database")
    parser.add_argument("--terms", type=int, default=40, help="of each kind")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    text = report(*measure(options.database, options.scale, options.terms))
    print(text)
    if options.record:
        command = f"{COMMAND} --scale {options.scale:g} --record"
        record("Finding customers", command, text)


if __name__ == "__main__":
    main()
