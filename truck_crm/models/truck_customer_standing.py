from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

OVERRIDE = ("override_grade_id", "override_reason", "override_until")


class TruckCustomerStanding(models.Model):
    """What people decide about a customer: our strategy, and a grade set by hand.

    Kept apart from the figures, which are made anew. One row per customer and company.
    """

    _name = "truck.customer.standing"
    _description = "Customer Standing"
    _inherit = ["truck.in.use.mixin"]
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        domain="[('parent_id', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    strategy_id = fields.Many2one(
        "truck.customer.strategy",
        index="btree_not_null",
        ondelete="restrict",
        help="What we want with this customer; counts in the score.",
    )
    override_grade_id = fields.Many2one(
        "truck.customer.grade",
        string="Grade by Hand",
        ondelete="restrict",
        help="Holds instead of the grade by rules, until its last day.",
    )
    override_reason = fields.Char(string="Reason")
    override_until = fields.Date(
        string="Until", help="The last day; then the rules decide again."
    )
    override_user_id = fields.Many2one(
        "res.users", string="Set By", readonly=True, ondelete="set null"
    )
    is_overridden = fields.Boolean(
        string="Set by Hand",
        compute="_compute_is_overridden",
        help="A grade by hand holds today.",
    )

    _partner_company_uniq = models.UniqueIndex(
        "(partner_id, company_id)",
        "Strategy and grade by hand of this customer are on file: change them there.",
    )

    @api.depends("override_grade_id", "override_until", "company_id")
    def _compute_is_overridden(self):
        for row in self:
            row.is_overridden = bool(
                row.override_grade_id
                and row.override_until
                and row.override_until >= row._get_today()
            )

    @api.constrains(*OVERRIDE)
    def _check_override(self):
        for row in self.filtered("override_grade_id"):
            if not (row.override_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Reason of the grade by hand of %(customer)s: empty. Say why it"
                        " is not to be as the rules make it.",
                        customer=row.partner_id.display_name,
                    )
                )
            if not row.override_until:
                raise ValidationError(
                    self.env._(
                        "Until of the grade by hand of %(customer)s: empty. Enter its"
                        " last day; it can be set again then.",
                        customer=row.partner_id.display_name,
                    )
                )
            if row.override_until < row._get_today():
                raise ValidationError(
                    self.env._(
                        "Until of the grade by hand of %(customer)s: %(date)s is in the"
                        " past. Enter today or a later day, or remove the grade.",
                        customer=row.partner_id.display_name,
                        date=format_date(self.env, row.override_until),
                    )
                )

    @api.constrains("partner_id")
    def _check_partner(self):
        for row in self:
            if row.partner_id.commercial_partner_id != row.partner_id:
                raise ValidationError(
                    self.env._(
                        "Customer: %(contact)s belongs to %(customer)s, and customers"
                        " are graded as a whole. Choose %(customer)s.",
                        contact=row.partner_id.display_name,
                        customer=row.partner_id.commercial_partner_id.display_name,
                    )
                )

    def _get_today(self):
        company = self.company_id or self.env.company
        return company._truck_to_local_date(fields.Datetime.now())

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create([self._add_user(vals) for vals in vals_list])
        rows._regrade()
        return rows

    def write(self, vals):
        before = self.partner_id.ids
        res = super().write(self._add_user(vals))
        # a row must not be carried to a customer or company that is not one's own
        self.check_access("write")
        self._regrade(before)
        return res

    def unlink(self):
        """Leave the grade to the rules alone."""
        before = self.partner_id.ids
        res = super().unlink()
        self.browse()._regrade(before)
        return res

    @api.model
    def _add_user(self, vals):
        """Add who sets a grade by hand; without a grade there is nothing to it."""
        vals = {k: v for k, v in vals.items() if k != "override_user_id"}
        if vals.keys().isdisjoint(OVERRIDE):
            return vals
        if "override_grade_id" in vals and not vals["override_grade_id"]:
            cleared = dict.fromkeys((*OVERRIDE, "override_user_id"), False)
            return {**vals, **cleared}
        return {**vals, "override_user_id": self.env.uid}

    def _regrade(self, partner_ids=()):
        """Grade these customers, and others who have lost their row, at once."""
        # sudo: the grade follows what was decided; nobody writes metrics by hand
        Metrics = self.env["truck.customer.metrics"].sudo()
        rows = Metrics.search([("partner_id", "in", self.partner_id.ids)])
        there = {(row.partner_id, row.company_id) for row in rows}
        Metrics.create(
            [
                {
                    "partner_id": row.partner_id.id,
                    "company_id": row.company_id.id,
                    "user_id": row.partner_id.user_id.id,
                    "partner_active": row.partner_id.active,
                }
                for row in self.sudo()
                if (row.partner_id, row.company_id) not in there
            ]
        )
        Metrics._grade([*self.partner_id.ids, *partner_ids])

    def action_end_override(self):
        """End the grade set by hand; the rules decide at once."""
        self.write({"override_grade_id": False})
