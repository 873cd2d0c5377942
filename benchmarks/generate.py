"""Fills a database with a national truck maker's data, straight in SQL.

python3 -m benchmarks.generate DB [--scale 0.01]

Rows are copies of one that Odoo made, with other values in the columns that matter, so
that no required column is forgotten. Scale 1 is the size that the product is built for;
what hangs on models of truck_crm is left out where it is not installed.
"""

import argparse
import time
from contextlib import contextmanager

from dev import database
from dev.say import say
from dev.worker import Worker

LAST_DAY = "2026-06-15"  # of the newest documents
CUSTOMERS, VEHICLES, ORDERS = 1_000_000, 1_200_000, 500_000
INVOICES = 1_000_000  # of two lines each
MANY = 100_000  # from so many rows on, indexes are made afterwards
# By tier: its number of dealers, and the tier that they stand under.
TIERS = {
    "agent": (40, None),
    "dealer": (760, "agent"),
    "sub_dealer": (2_000, "dealer"),
    "transport": (2_200, "dealer"),
}
# Of what names are made: TOWN WORD TRADE FORM, or SURNAME WORD for a person. A town
# makes up a twentieth of all, as many as some hundred thousand neighbours by name.
TOWNS = (
    "北京 上海 重庆 柳州 南宁 济南 长春 十堰 成都 西安 郑州 石家庄 哈尔滨 乌鲁木齐 "
    "广州 厦门 呼和浩特 六安 单县 鄂尔多斯"
).split()
SYLLABLES = (
    "宏达顺丰龙腾远航通鑫源永兴安捷恒万里金桥德盛泰和瑞祥富华光明伟业长江海天云翔鹏飞诚信义昌隆发展"
    "庆荣嘉禾百川东方南山西域北斗中原新星火炬红旗青松绿洲蓝银河月亮太阳春夏秋冬晨曦行乐重"
)
TRADES = "物流 运输 货运 汽车运输 供应链管理 商贸 建材 砂石 冷链物流 工程机械".split()
FORMS = "有限公司 有限公司 有限公司 有限责任公司 股份有限公司 车队 经营部 公司".split()
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗单曾解仇查区"


class Generator:
    """Fills one database.

    :ivar firsts: by table, the id before the first generated row
    """

    def __init__(self, name, scale):
        self.name = name
        self.scale = scale
        self.firsts = {}
        with Worker(name) as worker:
            self.samples = worker.call(create_samples)

    def fill(self):
        """Generate everything; vacuumed at the end, as a grown database is."""
        if "truck_vehicle" in self.samples:
            self.dealers()
            self.customers(truck_dealer_id=self._any_dealer("n * 11"))
            self.vehicles()
        else:
            self.customers()
        self.orders()
        self._sql("VACUUM ANALYZE")

    def size(self, national):
        """Return how many rows of something there are at this scale."""
        return max(10, round(national * self.scale))

    def customers(self, **values):
        """Make the customers."""
        self._partners(self.size(CUSTOMERS), **values)

    def _partners(self, count, **values):
        name = _name_sql()
        usual = {
            "name": name,
            "complete_name": name,
            "commercial_partner_id": "id",
            "phone": "'13' || lpad(id::text, 9, '0')",
            "city": _pick(TOWNS, 1),
        }
        self._copy("res_partner", count, **usual | values)

    def dealers(self):
        """Make the dealers, tier by tier, each under one of the tier above."""
        firsts, sizes = {}, self._tier_sizes()
        self._partners(sum(sizes.values()))
        partner = self.firsts["res_partner"]
        for tier, (_national, above) in TIERS.items():
            parent = (
                f"{firsts[above]} + 1 + n % {sizes[above]}" if above else "NULL::int"
            )
            path = f"(SELECT parent_path FROM truck_dealer WHERE id = {parent})"
            self._copy(
                "truck_dealer",
                sizes[tier],
                partner_id=f"{partner} + n",
                tier_id=f"{self.samples['tiers'][tier]}",
                parent_id=parent,
                parent_path=f"coalesce({path}, '') || id || '/'",
                code="'G' || id",
            )
            firsts[tier] = self.firsts["truck_dealer"]
            partner += sizes[tier]
        self.firsts["truck_dealer"] = firsts["agent"]

    def vehicles(self):
        """Make the vehicles, spread over customers and dealers, with their history."""
        customers, count = self.size(CUSTOMERS), self.size(VEHICLES)
        self._copy(
            "truck_vehicle",
            count,
            vin="'LGGA2B4D0' || lpad(n::text, 8, '0')",
            owner_id=f"{self.firsts['res_partner']} + 1 + n % {customers}",
            dealer_id=self._any_dealer("n * 7"),
            delivery_date="'2015-01-01'::date + n % 3900",
            plate="NULL",
        )
        self._copy(
            "truck_vehicle_history",
            count,
            vehicle_id=f"{self.firsts['truck_vehicle']} + n",
            partner_id=f"{self.firsts['res_partner']} + 1 + n % {customers}",
            date_from="'2015-01-01'::date + n % 3900",
        )

    def orders(self, **values):
        """Make orders of one line."""
        count = self.size(ORDERS)
        partner = f"{self.firsts['res_partner']} + 1 + n % {self.size(CUSTOMERS)}"
        self._copy(
            "sale_order",
            count,
            name="'G' || lpad(n::text, 7, '0')",
            partner_id=partner,
            partner_invoice_id=partner,
            partner_shipping_id=partner,
            date_order="'2020-01-01'::timestamp + n % 2000 * interval '1 day'",
            access_token="NULL",
            **values,
        )
        self._copy(
            "sale_order_line",
            count,
            order_id=f"{self.firsts['sale_order']} + n",
            order_partner_id=partner,
        )

    def invoices(self):
        """Make invoices of two lines over three years; half of them are paid."""
        count = self.size(INVOICES)
        partner = self._any_customer("n")
        date = f"'{LAST_DAY}'::date - (n % 1095)::int"
        self._moves(
            "invoice",
            count,
            {"partner_id": partner, "invoice_date": date, "date": date},
            {
                "product": {"balance": "-(100 + n % 900)"},
                "other": {"balance": "-(100 + n % 900)"},
                "term": {"balance": "(100 + n % 900) * 2", "paid": "n % 2 = 0"},
            },
        )
        invoices = self.firsts["term"]
        # Of every second one; it came some weeks later.
        self._moves(
            "payment",
            count // 2,
            {
                "partner_id": self._any_customer("n * 2"),
                "date": f"{date.replace('n %', 'n * 2 %')} + (n * 2 % 60)::int",
            },
            {
                "paid": {"balance": "-(100 + n * 2 % 900) * 2", "paid": "true"},
                "bank": {"balance": "(100 + n * 2 % 900) * 2"},
            },
        )
        self._copy(
            "account_partial_reconcile",
            count // 2,
            debit_move_id=f"{invoices} + n * 2",
            credit_move_id=f"{self.firsts['paid']} + n",
            amount="(100 + n * 2 % 900) * 2",
            debit_amount_currency="(100 + n * 2 % 900) * 2",
            credit_amount_currency="(100 + n * 2 % 900) * 2",
            max_date=f"{date.replace('n %', 'n * 2 %')} + (n * 2 % 60)::int",
            full_reconcile_id="NULL::int",
        )
        # Odoo writes the items of an entry at once: they stand side by side.
        database.sql(
            "CLUSTER account_move_line USING account_move_line__move_id_index",
            self.name,
        )

    def _moves(self, kind, count, values, lines):
        """Make journal entries and their lines, each line a copy of a sample."""
        partner, date = values["partner_id"], values["date"]
        with self._without_indexes("account_move", "account_move_line"):
            self.samples["account_move"] = self.samples[kind]
            self._copy(
                "account_move",
                count,
                name=f"'{kind}/' || n",
                commercial_partner_id=partner,
                partner_shipping_id=partner,
                invoice_date_due=f"{date} + 30",
                payment_reference="NULL",
                access_token="NULL",
                sequence_number="n",
                full_reconcile_id="NULL",
                **values,
            )
            moves = self.firsts["account_move"]
            for line, amounts in lines.items():
                balance, paid = amounts["balance"], amounts.get("paid", "NULL")
                open_amount = f"CASE WHEN {paid} THEN 0 ELSE {balance} END"
                self.samples["account_move_line"] = self.samples[line]
                self._copy(
                    "account_move_line",
                    count,
                    move_id=f"{moves} + n",
                    move_name=f"'{kind}/' || n",
                    partner_id=partner,
                    date=date,
                    invoice_date=values.get("invoice_date", "NULL::date"),
                    date_maturity=f"{date} + 30" if line == "term" else "NULL::date",
                    balance=balance,
                    debit=f"greatest({balance}, 0)",
                    credit=f"greatest(-({balance}), 0)",
                    amount_currency=balance,
                    amount_residual=open_amount if paid != "NULL" else "0",
                    amount_residual_currency=open_amount if paid != "NULL" else "0",
                    reconciled=paid if paid != "NULL" else "false",
                    full_reconcile_id="NULL::int",
                    matching_number="NULL",
                )
                self.firsts[line] = self.firsts["account_move_line"]

    @contextmanager
    def _without_indexes(self, *tables, count=MANY):
        """Write many rows without indexes and foreign keys, and make them again.

        The keys only for rows to come: what a copy points at is there.
        """
        names = "'" + "','".join(tables) + "'"
        indexes = keys = ()
        if count >= MANY:
            indexes = database.sql(
                "SELECT indexname, indexdef FROM pg_indexes"
                f" WHERE tablename IN ({names}) AND indexname NOT LIKE '%_pkey'",
                self.name,
            )
            keys = database.sql(
                "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid)"
                " FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text"
                f" IN ({names})",
                self.name,
            )
        drops = [f'DROP INDEX "{name}"' for name, _definition in indexes]
        drops += [f'ALTER TABLE {t} DROP CONSTRAINT "{k}"' for t, k, _text in keys]
        makes = [definition for _name, definition in indexes]
        makes += [
            f'ALTER TABLE {t} ADD CONSTRAINT "{k}" {text.removesuffix(" NOT VALID")}'
            " NOT VALID"
            for t, k, text in keys
        ]
        if drops:
            self._sql("; ".join(drops))
        yield
        if makes:
            self._sql("; ".join(makes))

    def _any_customer(self, number):
        """Return SQL for a customer, some other one for each number."""
        customers = self.size(CUSTOMERS)
        number = f"abs(hashint8extended({number}, 13) % {customers})"
        return f"({self.firsts['res_partner']} + 1 + {number})::int"

    def _any_dealer(self, number):
        """Return SQL for a dealer, another one for each number."""
        dealers = sum(self._tier_sizes().values())
        return f"{self.firsts['truck_dealer']} + 1 + {number} % {dealers}"

    def _tier_sizes(self):
        return {tier: self.size(national) for tier, (national, _) in TIERS.items()}

    def _copy(self, table, count, **values):
        """Add copies of a sample.

        :param values: by column, an SQL expression of `n`, the number of the copy, and
            `id`, its own id
        """
        start = time.monotonic()
        (first,) = self._sql(f"SELECT max(id) FROM {table}")
        self.firsts[table] = first = int(first)
        columns = self._sql(
            "SELECT column_name FROM information_schema.columns"
            f" WHERE table_name = '{table}' AND column_name <> 'id'"
            " AND is_generated = 'NEVER'"
        )
        values = [values.get(column, f'sample."{column}"') for column in columns]
        names = ", ".join(f'"{column}"' for column in columns)
        with self._without_indexes(table, count=count):
            self._sql(
                f"INSERT INTO {table} (id, {names}) SELECT id, {', '.join(values)} FROM"
                f" (SELECT n, n + {first} AS id FROM generate_series(1, {count}) n) s,"
                f" (SELECT {names} FROM {table} WHERE id = {self.samples[table]})"
                f" sample; SELECT setval('{table}_id_seq', {first + count})"
            )
        say(f"  {count} rows of {table}: {time.monotonic() - start:.1f} s")

    def _sql(self, statement):
        return [row[0] for row in database.sql(statement, self.name)]


def _name_sql():
    """Return SQL of the name of customer `id`: every third is a person."""
    word = " || ".join(_pick(SYLLABLES, seed) for seed in (3, 5))
    company = f"{_pick(TOWNS, 1)} || {word} || {_pick(TRADES, 7)} || {_pick(FORMS, 9)}"
    person = f"{_pick(SURNAMES, 11)} || {word}"
    return f"CASE WHEN id % 3 = 0 THEN {person} ELSE {company} END"


def _pick(texts, seed):
    """Return SQL that picks one of the texts by `id`, the same in every run."""
    array = "{" + ",".join(texts) + "}"
    number = f"abs(hashint8extended(id, {seed}) % {len(texts)})"
    return f"('{array}'::text[])[1 + {number}]"


def create_samples(env):
    """Make one record of each kind; return their ids by table."""
    from odoo.fields import Command

    partner = env["res.partner"].create({"name": "Sample", "is_company": True})
    product = env["product.product"].create({"name": "Sample", "type": "service"})
    order = env["sale.order"].create(
        {
            "partner_id": partner.id,
            "order_line": [Command.create({"product_id": product.id})],
        }
    )
    samples = {
        "res_partner": partner.id,
        "sale_order": order.id,
        "sale_order_line": order.order_line.id,
    }
    from benchmarks.generate import create_accounting_samples

    samples |= create_accounting_samples(env, partner, product)
    if "truck.vehicle" not in env:
        return samples
    tiers = ("agent", "dealer", "sub_dealer", "transport")
    tiers = {name: env.ref(f"truck_crm.truck_dealer_tier_{name}") for name in tiers}
    dealer = env["truck.dealer"].create(
        {"partner_id": partner.id, "tier_id": tiers["agent"].id, "state": "active"}
    )
    vehicle = env["truck.vehicle"].create(
        {"vin": "LGGA2B4D6RL300101", "owner_id": partner.id, "dealer_id": dealer.id}
    )
    return samples | {
        "tiers": {name: tier.id for name, tier in tiers.items()},
        "truck_dealer": dealer.id,
        "truck_vehicle": vehicle.id,
        "truck_vehicle_history": vehicle.history_ids.id,
    }


def create_accounting_samples(env, partner, product):
    """Make an invoice of two lines and its payment; return what is copied of them."""
    from odoo.fields import Command

    product.standard_price = 60
    line = {"product_id": product.id, "price_unit": 100, "tax_ids": []}
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": "2020-01-01",
            "date": "2020-01-01",
            "invoice_line_ids": [Command.create(line), Command.create(line)],
        }
    )
    invoice.action_post()
    register = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    payment = register.create({"payment_date": "2020-02-01"})._create_payments()
    if not payment.move_id:  # without an outstanding account there is no entry
        journal = payment.journal_id
        payment.journal_id.inbound_payment_method_line_ids.payment_account_id = (
            journal.default_account_id
        )
        payment = payment.copy()
        payment.action_post()
    term = invoice.line_ids.filtered(lambda x: x.display_type == "payment_term")
    paid = payment.move_id.line_ids.filtered(lambda x: x.account_id == term.account_id)
    if not (term.matched_credit_ids):
        (term | paid).reconcile()
    first, second = invoice.invoice_line_ids
    return {
        "invoice": invoice.id,
        "payment": payment.move_id.id,
        "product": first.id,
        "other": second.id,
        "term": term.id,
        "paid": paid.id,
        "bank": (payment.move_id.line_ids - paid)[:1].id,
        "account_partial_reconcile": term.matched_credit_ids[:1].id,
    }


def main():
    """Fill the database that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    parser.add_argument("--scale", type=float, default=0.01)
    options = parser.parse_args()
    Generator(options.database, options.scale).fill()


if __name__ == "__main__":
    main()
