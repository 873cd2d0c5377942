from odoo import fields, models


class TruckCustomerMetricsMonth(models.Model):
    """What a customer brought in a month."""

    _name = "truck.customer.metrics.month"
    _description = "Customer Metrics by Month"
    _order = "month desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True)
    revenue = fields.Monetary()
    margin = fields.Monetary()
    order_count = fields.Integer(string="Orders")

    _partner_company_month_uniq = models.UniqueIndex(
        "(partner_id, company_id, month)", "A customer has one row per month."
    )
