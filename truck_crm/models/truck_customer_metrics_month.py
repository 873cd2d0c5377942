from odoo import fields, models

from .truck_customer_metrics import SALES


class TruckCustomerMetricsMonth(models.Model):
    """What a customer bought of a company in a month, for trends.

    Written along with ``truck.customer.metrics``; months without sale and order have no
    row, months older than the history is long neither.
    """

    _name = "truck.customer.metrics.month"
    _description = "Customer Metrics by Month"
    _inherit = ["truck.customer.metrics.table"]
    _order = "month desc, id"
    _rec_name = "month"
    _log_access = False  # as of the metrics

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    revenue = fields.Monetary(
        readonly=True,
        groups=SALES,
        help="Posted customer invoices less refunds, untaxed.",
    )
    margin = fields.Monetary(
        readonly=True, groups=SALES, help="Revenue less cost of goods."
    )
    order_count = fields.Integer(string="Orders", readonly=True)

    _partner_company_month_uniq = models.UniqueIndex(
        "(partner_id, company_id, month)",
        "A customer has one row per company and month.",
    )

    def _get_key_columns(self):
        return ["partner_id", "company_id", "month"]

    def _get_value_columns(self):
        return ["revenue", "margin", "order_count"]
