from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_time

from .truck_day_source import PERSONAL

PRIVATE_CODE = "birthday"
COLOURS = {
    "danger": "#dc3545",
    "warning": "#d9822b",
    "info": "#0c7cba",
    "success": "#28a745",
    "muted": "#6c757d",
}


class TruckDayItem(models.Model):
    """Whom to call today and why: a row per customer and reason, asked live.

    There is no table. The query holds only the days that the user may see: his own, of
    those he stands in for today, and of those whose chain of chiefs leads to him. What
    comes from a personal profile leaves a trace, as reading the profile would.
    """

    _name = "truck.day.item"
    _description = "My Day"
    _inherit = ["truck.personal.mixin", "truck.day.query"]
    _auto = False
    _order = "loss desc, date, id"
    _rec_name = "partner_id"
    _depends = {
        "account.account": ["account_type"],
        "account.move": ["amount_residual_signed", "company_id", "partner_id"],
        "account.move.line": [
            "account_id",
            "amount_residual",
            "company_id",
            "date",
            "date_maturity",
            "parent_state",
            "partner_id",
            "reconciled",
        ],
        "calendar.attendee": ["event_id", "partner_id", "state"],
        "calendar.event": [
            "active",
            "allday",
            "name",
            "privacy",
            "start",
            "start_date",
        ],
        "crm.lead": ["company_id", "expected_revenue", "partner_id", "probability"],
        "mail.activity": [
            "active",
            "date_deadline",
            "res_id",
            "res_model",
            "summary",
            "user_id",
        ],
        "res.partner": ["active", "commercial_partner_id", "company_id"],
        "res.users": ["partner_id", "share"],
        "res.users.settings": ["calendar_default_privacy"],
        "sale.order": [
            "amount_untaxed",
            "company_id",
            "currency_rate",
            "date_order",
            "partner_id",
            "state",
            "user_id",
            "validity_date",
        ],
        "truck.customer.grade": ["contact_interval_days"],
        "truck.customer.metrics": [
            "company_id",
            "grade_id",
            "last_contact_date",
            "last_order_date",
            "order_cycle_days",
            "partner_active",
            "partner_id",
            "revenue_12m",
            "revenue_previous_12m",
            "user_id",
        ],
        "truck.dealer": ["company_id", "partner_id"],
        "truck.personal.profile": ["birthday_key", "partner_id"],
        "truck.vehicle": ["company_id", "operator_id", "owner_id"],
    }

    reason_id = fields.Many2one("truck.day.reason", readonly=True)
    tone = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="Whose Day", readonly=True)
    is_mine = fields.Boolean(
        string="Mine to Do",
        compute="_compute_is_mine",
        search="_search_is_mine",
        help="My own day, and that of whom I stand in for today.",
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    contact_id = fields.Many2one("res.partner", readonly=True)
    phone = fields.Char(compute="_compute_phone")
    company_id = fields.Many2one("res.company", readonly=True)
    grade_id = fields.Many2one("truck.customer.grade", readonly=True)
    last_contact_date = fields.Date(string="Last Contact", readonly=True)
    date = fields.Date(string="Due", readonly=True)
    days_late = fields.Integer(readonly=True, aggregator=None)
    description = fields.Char(string="Why", compute="_compute_description")
    currency_id = fields.Many2one("res.currency", readonly=True)
    stake = fields.Monetary(
        string="At Stake",
        readonly=True,
        help="What the document is about, else what the customer brings in a year, else"
        " what the reason takes without figures.",
    )
    loss = fields.Monetary(
        string="Waiting Costs",
        readonly=True,
        help="Money at stake x weight of the reason, up to three times with the delay."
        " By this the list is sorted.",
    )
    # Of what the description is made, and where it leads
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", readonly=True
    )
    detail = fields.Char(readonly=True)
    since = fields.Date(readonly=True)
    days = fields.Integer(readonly=True, aggregator=None)
    quantity = fields.Integer(readonly=True, aggregator=None)
    starts_at = fields.Datetime(readonly=True)

    @property
    def _table_query(self):
        return self._get_day_query()

    # ------------------------------------------------------------
    # COMPUTE AND SEARCH METHODS
    # ------------------------------------------------------------

    @api.depends("user_id")
    @api.depends_context("uid", "tz")
    def _compute_is_mine(self):
        mine = self._get_mine()
        for item in self:
            item.is_mine = item.user_id in mine

    @api.model
    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain("user_id", "in", self._get_mine().ids)
        return domain if True in value else ~domain

    @api.depends("partner_id", "contact_id")
    def _compute_phone(self):
        for item in self:
            people = (item.contact_id, item.partner_id)
            numbers = (n for p in people for n in (p.truck_mobile, p.phone))
            item.phone = next(filter(None, numbers), False)

    @api.depends(
        "reason_id", "is_mine", "detail", "since", "days", "quantity", "starts_at"
    )
    @api.depends_context("uid", "lang", "tz")
    def _compute_description(self):
        for item in self:
            # sudo: the policy of the reason, whoever reads the row
            code = item.reason_id.sudo().code
            describe = getattr(item, f"_describe_{code}", None)
            why = describe() if describe else item.detail
            if item.is_mine and item.user_id != self.env.user:
                why = item._describe_absent(why)
            item.description = why

    def _describe_absent(self, why):
        return self.env._(
            "%(why)s (you stand in for %(user)s)",
            why=why,
            # sudo: the name of a colleague
            user=self.user_id.sudo().name,
        )

    def _describe_meeting(self):
        if not self.starts_at:
            return self.detail
        return self.env._(
            "%(time)s %(meeting)s",
            time=format_time(self.env, self.starts_at, time_format="HH:mm"),
            meeting=self.detail,
        )

    def _describe_quotation(self):
        return self.env._(
            "%(order)s runs out on %(date)s",
            order=self.detail,
            date=format_date(self.env, self.date),
        )

    def _describe_receivable_overdue(self):
        return self.env._(
            "%(number)s unpaid, the oldest due on %(date)s",
            number=self.quantity,
            date=format_date(self.env, self.date),
        )

    def _describe_receivable_due(self):
        return self.env._(
            "%(number)s to be paid, the first on %(date)s",
            number=self.quantity,
            date=format_date(self.env, self.date),
        )

    def _describe_no_order(self):
        return self.env._(
            "Last order on %(date)s, usually every %(days)s days",
            date=format_date(self.env, self.since),
            days=self.days,
        )

    def _describe_no_contact(self):
        if not self.since:
            return self.env._("Never reached, due every %(days)s days", days=self.days)
        return self.env._(
            "Last reached on %(date)s, due every %(days)s days",
            date=format_date(self.env, self.since),
            days=self.days,
        )

    def _describe_birthday(self):
        return self.env._(
            "%(name)s on %(date)s",
            name=self.contact_id.name,
            date=format_date(self.env, self.date),
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open(self):
        """Open what the row is about; who may not read that, the customer."""
        self.ensure_one()
        self.check_access("read")
        if self.res_model == "account.move" and self.quantity > 1:
            return self._action_view_invoices()
        record = self._get_document()
        return self._action_open_records(record, record.display_name)

    def action_view_customer(self):
        """Open the customer's file."""
        self.ensure_one()
        self.check_access("read")
        return self._action_open_records(self.partner_id, self.partner_id.display_name)

    def action_log_contact(self):
        """Open the dialog that notes a call with this customer, about this document."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_interaction_action_log"
        )
        return action | {"context": self._prepare_log_context()}

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _get_mine(self):
        """Return whose day is mine to do today."""
        return self.env.user._truck_get_represented(self._get_day_today())

    def _get_document(self):
        """Return the document of the row, or the customer if that is not for me."""
        record = self.env[self.res_model].browse(self.res_id)
        if record.has_access("read") or not self.partner_id:
            return record
        return self.partner_id

    def _action_view_invoices(self):
        """Open what the customer has not paid, as far as the user may see it."""
        moves = self.env["account.move"].search(
            [
                ("commercial_partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("payment_state", "in", ("not_paid", "partial")),
            ],
            order="invoice_date_due, id",
        )
        if not moves:
            return self.action_view_customer()
        return self._action_open_records(moves, self.env._("Unpaid Invoices"))

    @api.model
    def _action_open_records(self, records, name):
        # not the context of this list: its filters are not theirs
        return records._get_records_action(name=name, context={})

    def _prepare_log_context(self):
        """Return the defaults of the interaction that is logged from this row."""
        vals = {"partner_id": self.partner_id.id, "contact_ids": self.contact_id.ids}
        links = {
            "crm.lead": "lead_id",
            "sale.order": "order_id",
            "truck.vehicle": "vehicle_id",
            "calendar.event": "event_id",
        }
        if self.res_model in links:
            vals[links[self.res_model]] = self.res_id
        if self.reason_id.sudo().code.startswith("activity_"):
            vals["activity_id"] = self._get_source_id()
        known = self.env["truck.interaction"]._fields
        return {f"default_{name}": vals[name] for name in vals if name in known}

    def _get_source_id(self):
        """Return the id of what the row comes from: see ``_prepare_day_piece``."""
        return self.id % 2**32

    # --- the mail ---

    def _get_colour(self):
        """Return the colour of the reason for where there are no style sheets."""
        return COLOURS.get(self.tone, COLOURS["muted"])

    def _get_late_text(self):
        if self.days_late == 1:
            return self.env._("1 day late")
        return self.env._("%(days)s days late", days=self.days_late)

    def _get_link(self, base_url):
        """Return the address that leads from a mail to what the row is about."""
        record = self._get_document()
        return f"{base_url}/mail/view?model={record._name}&res_id={record.id}"

    # --- personal data: see truck.personal.mixin ---

    def _trace(self, kind, paths=None):
        if not self._has_private_rows():
            return None
        return super()._trace(kind, paths)

    def _has_private_rows(self):
        """Tell whether the query of this user holds anything private at all."""
        is_allowed = self.env.user.has_group(PERSONAL)
        return is_allowed and PRIVATE_CODE in self._get_day_reasons()

    def _get_personal_profiles(self):
        reason = self.env.ref(f"truck_crm.truck_day_reason_{PRIVATE_CODE}")
        private = self.filtered(lambda item: item.reason_id == reason)
        return self.env["truck.personal.profile"].browse(
            item._get_source_id() for item in private
        )

    @api.model
    def _get_public_fields(self):
        """Whose day a row is on tells nothing; who is on it, and why, does."""
        return {"id", "user_id", "is_mine", "currency_id", "company_id", "__count"}
