from odoo import api, fields, models
from odoo.fields import Domain


class TruckComplaint(models.Model):
    """What a customer is unhappy about, from the call to the lesson learnt."""

    _name = "truck.complaint"
    _description = "Complaint"
    _inherit = [
        "truck.complaint.clocked",
        "truck.complaint.insight",
        "mail.thread",
        "mail.activity.mixin",
        "portal.mixin",
    ]
    _order = "date_open desc, id desc"

    name = fields.Char(string="Number", readonly=True, copy=False)
    subject = fields.Char(required=True, tracking=True)
    description = fields.Html()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    # Who and what about
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The customer (a legal entity); empty as long as nobody knows.",
    )
    contact_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="restrict"
    )
    email_from = fields.Char(string="E-mail")
    phone = fields.Char()
    vehicle_ids = fields.Many2many("truck.vehicle", string="Vehicles")
    mileage = fields.Integer(string="Mileage (km)")
    order_id = fields.Many2one(
        "sale.order", index="btree_not_null", ondelete="set null"
    )
    dealer_id = fields.Many2one(
        "truck.dealer", index="btree_not_null", ondelete="restrict"
    )
    # What it is
    category_id = fields.Many2one(
        "truck.complaint.category", index=True, ondelete="restrict", tracking=True
    )
    severity = fields.Selection(
        selection=[("normal", "Normal"), ("raised", "Raised"), ("major", "Major")],
        default="normal",
        required=True,
        tracking=True,
    )
    channel = fields.Selection(
        selection=[
            ("phone", "Phone"),
            ("mail", "E-mail"),
            ("web", "Web Page"),
            ("portal", "Portal"),
            ("visit", "Visit"),
            ("survey", "Survey"),
            ("silent", "Silent Signal"),
            ("api", "Other System"),
        ],
        default="phone",
        required=True,
    )
    is_confidential = fields.Boolean(string="Confidential", tracking=True)
    accused_ids = fields.Many2many(
        "res.partner",
        "truck_complaint_accused_rel",
        string="Accused",
        help="Members of staff, ours or a dealer's. Makes the complaint confidential.",
    )
    # Where it stands
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("in_progress", "In Progress"),
            ("waiting", "Waiting for Customer"),
            ("solved", "Solved"),
            ("closed", "Closed"),
            ("merged", "Merged"),
        ],
        default="new",
        required=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
        tracking=True,
    )
    team_id = fields.Many2one(
        "truck.complaint.team", index="btree_not_null", ondelete="restrict"
    )
    date_open = fields.Datetime(
        string="Received On", default=fields.Datetime.now, required=True, index=True
    )
    date_response = fields.Datetime(string="First Answer", readonly=True, copy=False)
    date_solved = fields.Datetime(string="Solved On", readonly=True, copy=False)
    date_closed = fields.Datetime(string="Closed On", readonly=True, copy=False)
    reopen_count = fields.Integer(string="Re-Opened", readonly=True, copy=False)
    merged_into_id = fields.Many2one(
        "truck.complaint", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    step_ids = fields.One2many("truck.complaint.step", "complaint_id")
    promise_ids = fields.One2many("truck.complaint.promise", "complaint_id")
    solution_id = fields.Many2one(
        "truck.solution", index="btree_not_null", ondelete="restrict"
    )
    is_visible = fields.Boolean(
        compute="_compute_is_visible",
        search="_search_is_visible",
        help="You may read this complaint. For the rules of what belongs to it.",
    )

    _name_uniq = models.UniqueIndex(
        "(company_id, name)", "Another complaint of the company bears this number."
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_visible(self):
        # Rules are evaluated as superuser: go back to the user they are made for.
        visible = self.sudo(False)._filtered_access("read")
        for complaint in self:
            complaint.is_visible = complaint in visible

    @api.model
    def _search_is_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", self.sudo(False)._search([]))

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            if not vals.get("name"):
                company = vals.get("company_id") or self.env.company.id
                number = sequence.with_company(company).next_by_code("truck.complaint")
                vals["name"] = number
        complaints = super().create(vals_list)
        complaints._update_clocks()
        return complaints

    def write(self, vals):
        res = super().write(vals)
        self._update_clocks()
        return res
