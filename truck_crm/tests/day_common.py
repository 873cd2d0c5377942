from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .common import TruckCrmCommon

# A Monday; ten in the morning in China.
NOW = "2024-06-03 02:00:00"
TODAY = fields.Date.to_date("2024-06-03")


class TruckDayCommon(TruckCrmCommon):
    """The day of the salesperson, who has the haulier as his customer.

    chief: manager -> seller; rival has no chief. Tests run under ``freeze_time(NOW)``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller, cls.rival = cls.users["seller"], cls.users["rival"]
        cls.seller.truck_manager_id = cls.users["manager"]
        for user in cls.users.values():
            user.tz = "Asia/Shanghai"
        cls.customer.user_id = cls.seller
        cls.grade = cls.env.ref("truck_crm.truck_customer_grade_b")  # 30 days
        cls.metrics = cls._create_metrics(cls.customer, revenue_12m=100000)
        cls.env["truck.day.reason"].search([]).quiet_days = 0

    @classmethod
    def _day(cls, days=0):
        return TODAY + timedelta(days=days)

    @classmethod
    def _create_metrics(cls, partner, **values):
        """Make the row of a customer, reached today unless said otherwise."""
        Metrics = cls.env["truck.customer.metrics"].sudo()
        company_id = values.get("company_id", cls.env.company.id)
        row = Metrics.search(
            [("partner_id", "=", partner.id), ("company_id", "=", company_id)]
        )
        values = {
            "user_id": partner.user_id.id,
            "last_contact_date": TODAY,
            "grade_id": cls.grade.id,
            **values,
        }
        if row:
            row.write(values)
            return row
        return Metrics.create(
            {"partner_id": partner.id, "company_id": company_id, **values}
        )

    @classmethod
    def _create_customer(cls, name="Fleet", **values):
        partner = cls.env["res.partner"].create(
            {"name": name, "is_company": True, "user_id": cls.seller.id}
        )
        cls._create_metrics(partner, **values)
        return partner

    @classmethod
    def _plan(cls, record, days=0, user=None, summary="Call"):
        return record.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=cls._day(days),
            summary=summary,
            user_id=(user or cls.seller).id,
        )

    @classmethod
    def _quote(cls, days=3, **values):
        """Return a quotation of 400,000 that runs out in some days."""
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "user_id": cls.seller.id,
                "validity_date": cls._day(days),
                "order_line": [
                    Command.create({"product_id": cls.product.id, "tax_ids": False})
                ],
                **values,
            }
        )

    @classmethod
    def _invoice(cls, days=-10, amount=1000, **values):
        """Return a posted invoice that is due in some days."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "invoice_user_id": cls.seller.id,
                "invoice_date": cls._day(min(days, 0)),
                "invoice_date_due": cls._day(days),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Parts", "price_unit": amount, "tax_ids": False}
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    @classmethod
    def _meet(cls, start="2024-06-03 06:00:00", guests=None, **values):
        """Make a meeting of the seller with the haulier, at two in the afternoon."""
        guests = cls.customer if guests is None else guests
        return cls.env["calendar.event"].create(
            {
                "name": "Tender",
                "user_id": cls.seller.id,
                "start": start,
                "stop": fields.Datetime.to_datetime(start) + timedelta(hours=1),
                "partner_ids": [Command.set((cls.seller.partner_id | guests).ids)],
                **values,
            }
        )

    def _rows(self, user=None, domain=(), **context):
        """Return the rows that a user sees, asked anew."""
        self.env.flush_all()
        self.env.invalidate_all()
        Item = self.env["truck.day.item"].with_user(user or self.seller)
        return Item.with_context(**context).search(list(domain))

    def _codes(self, user=None, domain=(), **context):
        """Return the codes of the rows that a user sees, sorted."""
        rows = self._rows(user, domain, **context)
        return sorted(rows.sudo().mapped(lambda row: row.reason_id.code))
