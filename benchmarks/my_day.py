"""Opening My Day of a salesperson among all of a nation.

python3 -m benchmarks.my_day [--scale 1] [--database DB] [--record]

Each salesperson has 2,000 customers. --database is a new one that is filled and kept,
or one that was filled by an earlier run; without it a clone is filled and dropped.
"""

import argparse

from benchmarks.generate import CUSTOMERS, ORDERS, Generator
from benchmarks.measure import record, table, verdict
from dev import database, template
from dev.worker import Worker

COMMAND = "python3 -m benchmarks.my_day"
BUDGET = 500  # ms, for all that the screen asks
CUSTOMERS_EACH = 2_000
INVOICES = 1_000_000
ACTIVITIES_EACH, MEETINGS_EACH = 200, 1_000


class DayGenerator(Generator):
    """Customers with salespeople, figures, orders, invoices, activities, meetings."""

    def fill(self):
        """Generate everything; vacuumed at the end, as a grown database is."""
        self.people = max(2, self.size(CUSTOMERS) // CUSTOMERS_EACH)
        with Worker(self.name) as worker:
            more = worker.call(create_day_samples, self.people)
        self.samples |= more
        self.customers(user_id=self._user("n"))
        self._metrics()
        self._orders()
        self._invoices()
        self._plans()
        self._profiles()
        self._sql("VACUUM ANALYZE")

    def _user(self, number):
        """Return SQL of the salesperson of the customer with a number."""
        return f"{self.samples['user']} + ({number}) % {self.people}"

    def _partner(self, number):
        return f"{self.firsts['res_partner']} + {number}"

    def _metrics(self):
        self._copy(
            "truck_customer_metrics",
            self.size(CUSTOMERS),
            partner_id=self._partner("n"),
            user_id=self._user("n"),
            revenue_12m="n % 100 * 10000",
            last_contact_date="current_date - (n / 7) % 100",
            last_order_date="CASE WHEN n % 3 = 0 THEN current_date - n % 200 END",
            order_cycle_days="CASE WHEN n % 3 = 0 THEN 90 + n % 90 ELSE 0 END",
        )

    def _orders(self):
        """Make orders, every eleventh a quotation that runs out these weeks."""
        number = f"(1 + n % {self.size(CUSTOMERS)})"
        partner = self._partner(number)
        self._copy(
            "sale_order",
            self.size(ORDERS),
            name="'G' || lpad(n::text, 7, '0')",
            partner_id=partner,
            partner_invoice_id=partner,
            partner_shipping_id=partner,
            user_id=self._user(number),
            state="CASE WHEN n % 11 = 0 THEN 'sent' ELSE 'sale' END",
            validity_date="current_date - 20 + (n / 11) % 60",
            date_order="current_timestamp - (200 + n % 2000) * interval '1 day'",
            amount_untaxed="400000 + n % 1000",
            access_token="NULL",
        )

    def _invoices(self):
        """Make posted invoices, of which one of eleven is not paid."""
        count = self.size(INVOICES)
        partner = self._partner(f"1 + n % {self.size(CUSTOMERS)}")
        due = "current_date - n % 700 + 20"
        is_open = "n % 11 = 0"
        self._copy(
            "account_move",
            count,
            name="'G' || lpad(n::text, 7, '0')",
            sequence_number="n",
            partner_id=partner,
            commercial_partner_id=partner,
            invoice_date_due=due,
        )
        self._copy(
            "account_move_line",
            count,
            move_id=f"{self.firsts['account_move']} + n",
            partner_id=partner,
            date_maturity=due,
            reconciled=f"NOT ({is_open})",
            amount_residual=f"CASE WHEN {is_open} THEN 50000 + n % 1000 ELSE 0 END",
        )

    def _plans(self):
        """Make activities and meetings of the salespeople."""
        count = self.people * ACTIVITIES_EACH
        self._copy(
            "mail_activity",
            count,
            user_id=self._user("n"),
            res_id=self._partner(f"1 + n % {self.size(CUSTOMERS)}"),
            date_deadline=f"current_date - 20 + n / {self.people}",
        )
        count = self.people * MEETINGS_EACH
        self._copy(
            "calendar_event",
            count,
            start=f"current_date - 900 + n / {self.people}"
            " + interval '6 hours' * (n % 3)",
            user_id=self._user("n"),
            access_token="NULL",
        )
        event = f"{self.firsts['calendar_event']} + n"
        first = self.samples["user_partner"]
        for partner in (
            f"{first} + n % {self.people}",
            self._partner(f"1 + n % {self.size(CUSTOMERS)}"),
        ):
            self._copy(
                "calendar_attendee",
                count,
                event_id=event,
                partner_id=partner,
                access_token="NULL",
            )

    def _profiles(self):
        """Make a personal profile of every fifth customer."""
        self._copy(
            "truck_personal_profile",
            self.size(CUSTOMERS) // 5,
            partner_id=self._partner("n * 5"),
            birthday_key="(1 + n % 12) * 100 + 1 + n % 28",
        )


def create_day_samples(env, people):
    """Make one record of each kind, and the salespeople; return their ids."""
    from odoo import fields
    from odoo.fields import Command

    partner = env["res.partner"].create({"name": "Sample", "is_company": True})
    group = env.ref("truck_crm.truck_crm_group_user")
    users = env["res.users"].create(
        [
            {
                "name": f"Seller {number}",
                "login": f"benchmark_seller_{number}",
                "tz": "Asia/Shanghai",
                "group_ids": [Command.link(group.id)],
            }
            for number in range(people)
        ]
    )
    first = users[0]
    assert users.ids == list(range(first.id, first.id + people))
    assert users.partner_id.ids == [first.partner_id.id + n for n in range(people)]
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": "2020-01-01",
            "invoice_line_ids": [
                Command.create({"name": "Truck", "price_unit": 1, "tax_ids": False})
            ],
        }
    )
    move.action_post()
    is_receivable = [("account_type", "=", "asset_receivable")]
    line = move.line_ids.filtered_domain(is_receivable)
    metrics = env["truck.customer.metrics"].search([("partner_id", "=", partner.id)])
    metrics = metrics or env["truck.customer.metrics"].create(
        {"partner_id": partner.id, "company_id": env.company.id}
    )
    activity = partner.activity_schedule(
        "mail.mail_activity_data_call", user_id=first.id, date_deadline="2020-01-01"
    )
    start = fields.Datetime.to_datetime("2020-01-01 06:00:00")
    event = env["calendar.event"].create(
        {
            "name": "Sample",
            "start": start,
            "stop": fields.Datetime.add(start, hours=1),
            "partner_ids": [Command.set(partner.ids)],
        }
    )
    profile = env["truck.personal.profile"].create(
        {"partner_id": env["res.partner"].create({"name": "Person"}).id}
    )
    return {
        "user": first.id,
        "user_partner": first.partner_id.id,
        "account_move": move.id,
        "account_move_line": line.id,
        "truck_customer_metrics": metrics.id,
        "mail_activity": activity.id,
        "calendar_event": event.id,
        "calendar_attendee": event.attendee_ids.id,
        "truck_personal_profile": profile.id,
    }


def open_day(env, rounds):
    """Time what the screen asks of the first salesperson, and of the deputy of two.

    :return: by question, the median in ms of processor time, of Odoo and the database,
        the same on the clock of the wall, and which big tables are read as a whole
    """
    import re
    import statistics
    import time

    from odoo.fields import Command

    from benchmarks.actions import Clock

    first, second = (
        env["res.users"].search([("login", "=", f"benchmark_seller_{number}")])
        for number in (0, 1)
    )
    names = ("description", "phone", "date", "loss", "stake", "tone", "days_late")
    specification = dict.fromkeys(names, {})
    for name in ("partner_id", "reason_id", "user_id", "grade_id", "contact_id"):
        specification[name] = {"fields": {"display_name": {}}}
    mine = [("is_mine", "=", True)]

    def timed(ask):
        costs, times = [], []
        for _round in range(rounds + 1):
            start = time.perf_counter()
            with Clock(env) as clock:
                answer = ask()
            times.append(time.perf_counter() - start)
            costs.append(clock.cost[0])
        medians = (statistics.median(values[1:]) * 1000 for values in (costs, times))
        return answer, *medians

    def explain(items):
        query = items._search(mine, order=items._order, limit=80).select()
        env.cr.execute("EXPLAIN " + query.code, query.params)
        plan = "\n".join(line for (line,) in env.cr.fetchall())
        whole = set(re.findall(r"Seq Scan on (\w+)", plan))
        env.cr.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND reltuples > 5000",
            [list(whole)],
        )
        return ", ".join(name for (name,) in env.cr.fetchall()) or "none"

    def measure(who, user):
        items = env["truck.day.item"].with_user(user)
        page, search, search_wall = timed(
            lambda: items.web_search_read(
                mine, specification, limit=80, count_limit=10001
            )
        )
        _panel, panel, panel_wall = timed(
            lambda: items.search_panel_select_range(
                "reason_id", enable_counters=True, search_domain=mine
            )
        )
        return {
            f"the list of {who}: {page['length']} rows": (
                search,
                search_wall,
                explain(items),
            ),
            f"the reasons beside it, counted, {who}": (panel, panel_wall, ""),
            f"all of it, {who}": (search + panel, search_wall + panel_wall, ""),
        }

    results = measure("a salesperson", first)
    first.group_ids = [
        Command.link(env.ref("truck_crm.truck_crm_group_personal_data").id)
    ]
    results |= measure("one who may see birthdays", first)
    second.write({"truck_deputy_id": first.id, "truck_absent_from": "2020-01-01"})
    results |= measure("the deputy of another", first)
    env.cr.rollback()
    return results


def measure(name, scale, rounds):
    """Return the results of `open_day`, on a clone filled for it or on a database."""
    kept = name in database.names() if name else False
    target = name or database.clone(template.addon())
    try:
        if not kept:
            if name:
                database.clone(template.addon(), name)
            DayGenerator(target, scale).fill()
        with Worker(target) as worker:
            return worker.call(open_day, rounds)
    finally:
        if not name:
            database.drop(target)


def main():
    """Measure and print; with --record, write it into docs/benchmarks.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--database")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    results = measure(options.database, options.scale, options.rounds)
    rows = [
        (question, f"{ms:.0f}", f"{wall:.0f}", BUDGET, verdict(ms, BUDGET), whole)
        for question, (ms, wall, whole) in results.items()
    ]
    head = ("question", "ms", "wall", "budget", "", "big tables read as a whole")
    text = table(head, rows)
    print(text)
    if options.record:
        command = f"{COMMAND} --scale {options.scale:g} --record"
        record("My Day", command, text)


if __name__ == "__main__":
    main()
