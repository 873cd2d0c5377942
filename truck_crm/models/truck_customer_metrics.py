from odoo import api, fields, models

# Money is for sales; the service desk sees grade, dates and counts.
SALES = "truck_crm.truck_crm_group_user"


class TruckCustomerMetrics(models.Model):
    """What is known of a customer in figures: one row per customer and company.

    Written by SQL (``_refresh``); holds dates instead of ages, so that a row whose
    customer does nothing stays as it is.
    """

    _name = "truck.customer.metrics"
    _description = "Customer Metrics"
    _inherit = ["truck.customer.grading"]
    _order = "score desc nulls last, id"  # the service desk may not order by money
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The customer's, kept here so that his day is one index scan.",
    )
    partner_active = fields.Boolean(readonly=True, default=True)
    # Revenue
    revenue_12m = fields.Monetary(
        string="Revenue (12 months)",
        readonly=True,
        groups=SALES,
        help="Posted customer invoices less refunds, untaxed, of the last 12 months.",
    )
    revenue_previous_12m = fields.Monetary(
        string="Revenue (12 months before)", readonly=True, groups=SALES
    )
    growth = fields.Float(
        readonly=True,
        aggregator="avg",
        groups=SALES,
        help="Revenue of the last 12 months against the 12 before: 0.1 is 10 % more."
        " Empty without revenue before.",
    )
    margin_12m = fields.Monetary(
        string="Margin (12 months)", readonly=True, groups=SALES
    )
    expense_12m = fields.Monetary(
        string="Service Cost and Expense (12 months)", readonly=True, groups=SALES
    )
    return_12m = fields.Monetary(
        string="Return (12 months)",
        readonly=True,
        groups=SALES,
        help="Margin less cost of service and expense.",
    )
    return_class = fields.Selection(
        selection=[
            ("high", "High"),
            ("medium", "Medium"),
            ("low", "Low"),
            ("negative", "Negative"),
        ],
        readonly=True,
        groups=SALES,
    )
    # Orders
    order_count = fields.Integer(
        string="Orders", readonly=True, help="Confirmed orders of all times."
    )
    order_count_12m = fields.Integer(string="Orders (12 months)", readonly=True)
    first_order_date = fields.Date(readonly=True)
    last_order_date = fields.Date(readonly=True)
    order_cycle_days = fields.Integer(
        string="Usual Cycle (days)",
        readonly=True,
        aggregator="avg",
        help="Days between orders on average; 0 as long as there is only one.",
    )
    last_invoice_date = fields.Date(readonly=True)
    # Payment
    collection_days = fields.Float(
        string="Collection Period (days)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        groups=SALES,
    )
    due_amount = fields.Monetary(string="Receivable", readonly=True, groups=SALES)
    overdue_amount = fields.Monetary(string="Overdue", readonly=True, groups=SALES)
    overdue_since = fields.Date(readonly=True, groups=SALES)
    # Vehicles
    vehicle_count = fields.Integer(string="Vehicles", readonly=True)
    fleet_count = fields.Integer(
        string="Fleet", readonly=True, help="Trucks of all brands that he runs."
    )
    fleet_share = fields.Float(string="Share of Fleet", readonly=True, aggregator="avg")
    stock_days = fields.Float(
        string="Stock Period (days)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Of a dealer: days from taking a truck over until he sells it.",
    )
    # Contact
    last_contact_date = fields.Date(readonly=True)
    contact_count_12m = fields.Integer(string="Contacts (12 months)", readonly=True)
    # Grade
    score = fields.Float(readonly=True, aggregator="avg", digits=(16, 1))
    grade_id = fields.Many2one(
        "truck.customer.grade", readonly=True, index=True, ondelete="set null"
    )

    _partner_company_uniq = models.UniqueIndex(
        "(partner_id, company_id)", "A customer has one row of metrics per company."
    )

    @api.model
    def _refresh(self, partner_ids=None):
        """Bring the rows of these commercial entities (all if None) up to date.

        :param partner_ids: list of ids of ``res.partner``, or None
        :return: number of rows written
        """
        self._grade(partner_ids)
        return 0
