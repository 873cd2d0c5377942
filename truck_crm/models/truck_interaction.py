from odoo import api, fields, models

from .truck_contact_limit import COUNTED_BY

KINDS = [
    ("call_out", "Call (outgoing)"),
    ("call_in", "Call (incoming)"),
    ("visit", "Visit"),
    ("showroom", "Showroom"),
    ("test_drive", "Test Drive"),
    ("mail", "E-mail"),
    ("message", "Instant Message"),
    ("sms", "SMS"),
    ("letter", "Letter"),
    ("event", "Event"),
]


class TruckInteraction(models.Model):
    """Somebody of ours was in touch with a customer: a call, a visit, a message."""

    _name = "truck.interaction"
    _description = "Interaction"
    _inherit = ["mail.thread", "truck.contact.warning"]
    _order = "date desc, id desc"
    _rec_name = "subject"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
    )
    contact_ids = fields.Many2many(
        "res.partner",
        relation="truck_interaction_contact_rel",
        string="Contacts",
        help="Whom of the customer's people it was with.",
    )
    kind = fields.Selection(selection=KINDS, required=True, default="call_out")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        ondelete="restrict",
    )
    user_ids = fields.Many2many("res.users", string="Colleagues")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    lead_id = fields.Many2one(
        "crm.lead", string="Lead", index="btree_not_null", ondelete="set null"
    )
    order_id = fields.Many2one(
        "sale.order", string="Order", index="btree_not_null", ondelete="set null"
    )
    vehicle_id = fields.Many2one(
        "truck.vehicle", string="Vehicle", index="btree_not_null", ondelete="set null"
    )
    subject = fields.Char()
    content = fields.Text()
    result_id = fields.Many2one("truck.interaction.result", ondelete="restrict")
    next_step = fields.Char()
    next_date = fields.Date(string="Next On")

    # ------------------------------------------------------------
    # CONTACT LIMIT
    # ------------------------------------------------------------

    @api.model
    def _truck_get_contact_triggers(self):
        return ["partner_id", "contact_ids", "kind"]

    def _truck_get_planned_contact(self):
        """Warn while it is being entered; what is saved has happened."""
        self.ensure_one()
        if self._origin or self.kind not in COUNTED_BY:
            return super()._truck_get_planned_contact()
        return self.contact_ids or self.partner_id, self.kind
