from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import SUPERUSER_ID
from odoo.fields import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import TruckCrmCommon

NOW = "2024-06-15 03:00:00"
EXPENSES = ("expense", "expense_depreciation", "expense_direct_cost", "expense_other")
# What the plain recomputation of a row gives.
AMOUNTS = ("revenue_12m", "revenue_previous_12m", "margin_12m", "expense_12m")
AMOUNTS += ("return_12m", "due_amount", "overdue_amount")
RATIOS = ("growth", "collection_days", "fleet_share", "stock_days")
PLAIN = ("order_count", "order_count_12m", "first_order_date", "last_order_date")
PLAIN += ("order_cycle_days", "last_invoice_date", "overdue_since", "vehicle_count")
PLAIN += ("fleet_count", "partner_active", "user_id")


class MetricsCommon(TruckCrmCommon, AccountTestInvoicingCommon):
    """Two companies with a currency each, customers with people, and no figures yet.

    Today is 2024-06-15 in both companies. ``_reckon`` is the slow second opinion: it
    reads documents one by one through the ORM.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.env.company
        cls.euro = cls.setup_other_currency("EUR")
        cls.second = cls.setup_other_company(currency_id=cls.euro.id)["company"]
        cls.env.user.company_ids |= cls.second
        (cls.first | cls.second).partner_id.tz = "Asia/Shanghai"
        cls.spare = cls.env["product.product"].create(
            {
                "name": "Spare Part",
                "type": "consu",
                "uom_id": cls.env.ref("uom.product_uom_unit").id,
                "taxes_id": [Command.set(cls.tax_sale_a.ids)],
            }
        )
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.spare.with_company(cls.first).standard_price = 7
        cls.spare.with_company(cls.second).standard_price = 5.5
        cls.metrics = cls.env["truck.customer.metrics"].sudo()
        cls.months = cls.env["truck.customer.metrics.month"].sudo()

    @classmethod
    def get_default_groups(cls):
        names = (
            "base.group_system",
            "stock.group_stock_manager",
            "truck_crm.truck_crm_group_admin",
        )
        return super().get_default_groups().union(*map(cls.env.ref, names))

    # --- what happened ---

    @classmethod
    def _customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, **values}
        )

    @classmethod
    def _invoice(cls, partner, date, price=100, quantity=1, post=True, **values):
        """Return an invoice of one line of spare parts."""
        company = values.pop("company", cls.first)
        line = {
            "product_id": cls.spare.id,
            "price_unit": price,
            "quantity": quantity,
            "product_uom_id": values.pop("unit", cls.spare.uom_id).id,
            "tax_ids": values.pop("taxes", cls.env["account.tax"]).ids,
        }
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": date,
                    "date": date,
                    "invoice_payment_term_id": False,
                    "invoice_date_due": date,
                    "invoice_line_ids": [Command.create(line)],
                    **values,
                }
            )
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _refund(cls, partner, date, **values):
        return cls._invoice(partner, date, move_type="out_refund", **values)

    @classmethod
    def _pay(cls, invoice, date, amount=None):
        """Match a payment with an invoice, of a part of it when an amount is given."""
        register = (
            cls.env["account.payment.register"]
            .with_company(invoice.company_id)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"payment_date": date} | ({"amount": amount} if amount else {}))
        )
        return register._create_payments()

    @classmethod
    def _spend(cls, partner, date, amount, company=None):
        """Post an entry on an expense account that bears the customer."""
        company = company or cls.first
        Account = cls.env["account.account"].with_company(company)
        accounts = [
            Account.search(
                [("account_type", "=", kind), ("company_ids", "in", company.ids)],
                limit=1,
            )
            for kind in ("expense", "liability_current")
        ]
        journal = cls.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
        )
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": date,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": partner.id,
                            "balance": sign * amount,
                        }
                    )
                    for account, sign in zip(accounts, (1, -1), strict=True)
                ],
            }
        )
        entry.action_post()
        return entry

    @classmethod
    def _order(cls, partner, moment, company=None, **values):
        return cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "date_order": moment,
                "company_id": (company or cls.first).id,
                "state": "sale",
                **values,
            }
        )

    # --- what is asked ---

    def _refresh(self, partners=None, now=NOW):
        with freeze_time(now):
            count = self.metrics._refresh(None if partners is None else partners.ids)
        self.env.flush_all()
        return count

    def _row(self, partner, company=None):
        return self.metrics.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", (company or self.first).id),
            ]
        )

    def _run_jobs(self, *names, now=NOW):
        """Let jobs run as at night: they commit, and begin with what was committed."""
        self.env.flush_all()
        self.env.cr.flush()
        with freeze_time(now), self.enter_registry_test_mode():
            with self.env.registry.cursor() as cr:
                env = self.env(cr=cr, user=SUPERUSER_ID)
                run = env["truck.customer.metrics.run"]
                for name in names:
                    getattr(run, name)()
        self.env.invalidate_all()

    # --- the slow second opinion ---

    def _reckon(self, partner, company, today):
        """Return the row of a customer in a company, read document by document."""
        since, before = (today - relativedelta(months=n) for n in (12, 24))
        row = {"partner_active": partner.active, "user_id": partner.user_id}
        row |= self._reckon_invoices(partner, company, today, since, before)
        row |= self._reckon_orders(partner, company, today, since)
        row |= self._reckon_receivable(partner, company, today)
        row |= self._reckon_collection(partner, company, today, since)
        row |= self._reckon_vehicles(partner, company)
        row["expense_12m"] = sum(
            line.balance
            for line in self._find("account.move.line", partner, company)
            if line.account_id.account_type in EXPENSES
            and line.move_id.move_type == "entry"
            and since < line.date <= today
        )
        row["return_12m"] = row["margin_12m"] - row["expense_12m"]
        return row

    def _find(self, model, partner, company):
        """Return the posted records of a customer, by whom they bear today."""
        state = "parent_state" if model == "account.move.line" else "state"
        domain = [(state, "=", "posted"), ("company_id", "=", company.id)]
        return (
            self.env[model]
            .sudo()
            .search(domain)
            .filtered(
                lambda record: (
                    record.commercial_partner_id
                    if model == "account.move"
                    else record.partner_id
                ).commercial_partner_id
                == partner
            )
        )

    def _reckon_invoices(self, partner, company, today, since, before):
        moves = self._find("account.move", partner, company).filtered(
            lambda move: move.move_type in ("out_invoice", "out_refund")
            and move.invoice_date <= today
        )
        recent = moves.filtered(lambda move: move.invoice_date > since)
        earlier = (moves - recent).filtered(lambda move: move.invoice_date > before)
        revenue = sum(recent.mapped("amount_untaxed_signed"))
        previous = sum(earlier.mapped("amount_untaxed_signed"))
        cost = sum(map(self._reckon_cost, recent))
        dates = [m.invoice_date for m in moves if m.move_type == "out_invoice"]
        return {
            "revenue_12m": revenue,
            "revenue_previous_12m": previous,
            "growth": revenue / previous - 1 if previous > 0 else 0,
            "margin_12m": revenue - cost,
            "last_invoice_date": max(dates, default=False),
        }

    def _reckon_cost(self, move):
        sign = -1 if move.move_type == "out_refund" else 1
        cost = 0
        for line in move.invoice_line_ids:
            booked = move.line_ids.filtered(lambda x, o=line: x.cogs_origin_id == o)
            if booked:
                goods = booked.filtered(
                    lambda x: not x.account_id.account_type.startswith("asset")
                )
                cost += sum(goods.mapped("balance"))
            else:
                product = line.product_id.with_company(move.company_id)
                quantity = line.product_uom_id._compute_quantity(
                    line.quantity, product.uom_id, round=False
                )
                cost += sign * quantity * product.standard_price
        return cost

    def _reckon_orders(self, partner, company, today, since):
        orders = (
            self.env["sale.order"]
            .sudo()
            .search([("state", "=", "sale"), ("company_id", "=", company.id)])
        )
        dates = sorted(
            company._truck_to_local_date(order.date_order)
            for order in orders
            if order.partner_id.commercial_partner_id == partner
        )
        days = sorted(set(dates))
        gaps = [(b - a).days for a, b in zip(days, days[1:], strict=False)]
        return {
            "order_count": len(dates),
            "order_count_12m": sum(since < date <= today for date in dates),
            "first_order_date": dates[0] if dates else False,
            "last_order_date": dates[-1] if dates else False,
            "order_cycle_days": sum(gaps) / len(gaps) if len(gaps) > 1 else 0,
        }

    def _reckon_receivable(self, partner, company, today):
        due = credit = late = 0
        since = False
        for line in self._find("account.move.line", partner, company):
            amount = line.amount_residual
            if line.account_id.account_type != "asset_receivable" or line.reconciled:
                continue
            due += amount
            date = line.date_maturity or line.date
            if amount < 0:
                credit -= amount
            elif amount > 0 and date < today:
                late += amount
                since = min(since or date, date)
        return {
            "due_amount": due,
            "overdue_amount": max(late - credit, 0),
            "overdue_since": since if round(late - credit, 2) > 0 else False,
        }

    def _reckon_collection(self, partner, company, today, since):
        paid = days = 0
        for line in self._find("account.move.line", partner, company):
            if line.move_id.move_type != "out_invoice":
                continue
            for part in line.matched_credit_ids:
                payment = part.credit_move_id.move_id
                if (
                    payment.move_type == "out_refund"
                    or payment.journal_id == company.currency_exchange_journal_id
                    or not since < part.max_date <= today
                ):
                    continue
                paid += part.amount
                passed = (part.max_date - line.move_id.invoice_date).days
                days += part.amount * max(passed, 0)
        return {"collection_days": days / paid if paid else 0}

    def _reckon_vehicles(self, partner, company):
        vehicles = (
            self.env["truck.vehicle"]
            .sudo()
            .search([("state", "=", "in_use"), ("is_own", "=", True)])
        )
        home = partner.company_id or partner.user_id.company_id or self.main
        count = sum(
            vehicle.owner_id.commercial_partner_id == partner
            and (vehicle.company_id or home) == company
            for vehicle in vehicles
        )
        fleet = sum(partner.truck_fleet_ids.mapped("number"))
        return {
            "vehicle_count": count,
            "fleet_count": fleet,
            "fleet_share": count / max(fleet, count) if fleet else 0,
        }

    @property
    def main(self):
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return companies.search([], order="id", limit=1)

    def _assert_right(self, partners, today="2024-06-15"):
        """Compare all rows of these customers with the second opinion."""
        today = self._date(today)
        rows = self.metrics.search([("partner_id", "in", partners.ids)])
        for row in rows:
            partner = row.partner_id
            wanted = self._reckon(partner, row.company_id, today)
            with self.subTest(customer=partner.name, company=row.company_id.name):
                for name in AMOUNTS:
                    self.assertAlmostEqual(row[name], wanted[name], 2, name)
                for name in set(RATIOS) & wanted.keys():
                    places = 1 if name == "collection_days" else 4
                    self.assertAlmostEqual(
                        row[name], wanted[name], delta=10**-places, msg=name
                    )
                for name in PLAIN:
                    value = wanted[name]
                    if name == "order_cycle_days":
                        self.assertAlmostEqual(row[name], value, delta=0.51, msg=name)
                    else:
                        self.assertEqual(row[name], value, name)
        return rows
