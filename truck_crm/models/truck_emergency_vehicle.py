from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class TruckEmergencyVehicle(models.Model):
    """How far an emergency is with one vehicle."""

    _name = "truck.emergency.vehicle"
    _description = "Vehicle of an Emergency"
    _inherit = ["truck.interaction.mixin", "truck.in.use.mixin"]
    _order = "emergency_id desc, partner_id, id"
    _rec_name = "vehicle_id"

    emergency_id = fields.Many2one(
        "truck.emergency", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    vehicle_id = fields.Many2one(
        "truck.vehicle", required=True, readonly=True, index=True, ondelete="cascade"
    )
    model_id = fields.Many2one(related="vehicle_id.model_id")
    production_date = fields.Date(related="vehicle_id.production_date")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        ondelete="set null",
        help="Who runs the vehicle, else its owner, when it was put on the list.",
    )
    phone = fields.Char(related="partner_id.phone")
    state = fields.Selection(
        selection=[
            ("todo", "To Inform"),
            ("informed", "Informed"),
            ("appointment", "Appointment"),
            ("done", "Done"),
            ("unreachable", "Unreachable"),
        ],
        required=True,
        default="todo",
    )
    date_informed = fields.Date(string="Informed On", readonly=True)
    date_appointment = fields.Datetime(string="Appointment On")
    date_done = fields.Date(string="Done On", readonly=True)
    dealer_id = fields.Many2one(
        "truck.dealer", string="Where", ondelete="restrict", help="Who does the work."
    )
    note = fields.Char()
    complaint_id = fields.Many2one(
        "truck.complaint",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    _once_uniq = models.UniqueIndex(
        "(emergency_id, vehicle_id)", "The vehicle is on the list already."
    )
    _state_idx = models.Index("(emergency_id, state, partner_id)")

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        if "state" in vals:
            vals = self._prepare_state_dates(vals["state"]) | vals
        return super().write(vals)

    @api.model
    def _prepare_state_dates(self, state):
        """Return the days that follow from a new state."""
        today = fields.Date.context_today(self)
        return {
            "todo": {"date_informed": False, "date_done": False},
            "informed": {"date_informed": today, "date_done": False},
            "appointment": {"date_done": False},
            "done": {"date_done": today},
        }.get(state, {})

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_informed(self):
        """Note that the customer knows of it."""
        self.filtered(lambda line: line.state == "todo").state = "informed"

    def action_done(self):
        """Note that the vehicle is put right."""
        self.state = "done"

    def action_unreachable(self):
        """Note that nobody could be reached."""
        self.state = "unreachable"

    def action_open(self):
        """Open the form of this vehicle."""
        self.ensure_one()
        self.check_access("read")
        return self._get_records_action()

    def action_create_complaint(self):
        """Open a complaint for each customer of these vehicles, severity major.

        One per emergency and customer, with all his vehicles that are given; vehicles
        that have one keep it.

        :return: the action that shows the complaints
        :raise UserError: when a vehicle has no customer
        """
        unknown = self.filtered(lambda line: not line.partner_id)
        if unknown:
            raise UserError(
                self.env._(
                    "Nobody is known to own or run %(vehicle)s: enter its owner first.",
                    vehicle=unknown[:1].vehicle_id.display_name,
                )
            )
        waiting = self.filtered(lambda line: not line.complaint_id)
        groups = waiting.grouped(lambda line: (line.emergency_id, line.partner_id))
        complaints = self.env["truck.complaint"].create(
            [lines._prepare_complaint_vals() for lines in groups.values()]
        )
        for lines, complaint in zip(groups.values(), complaints, strict=True):
            lines.complaint_id = complaint
        return self.complaint_id._get_records_action(name=self.env._("Complaints"))

    def _prepare_complaint_vals(self):
        """Return the values of the complaint of one customer about one emergency."""
        emergency, partner = self.emergency_id, self.partner_id
        return {
            "subject": emergency.name,
            "description": emergency.description,
            "company_id": emergency.company_id.id,
            "partner_id": partner.id,
            "phone": partner.phone,
            "email_from": partner.email,
            "vehicle_ids": [Command.set(self.vehicle_id.ids)],
            "dealer_id": partner.truck_dealer_id.id,
            "category_id": emergency.category_id.id,
            "severity": "major",
            "user_id": emergency.user_id.id,
        }

    def _truck_prepare_interaction_vals(self):
        self.ensure_one()
        if not self.partner_id:
            return {}
        vals = self._truck_prepare_customer_vals(self.partner_id)
        return {
            **vals,
            "vehicle_id": self.vehicle_id.id,
            "subject": self.emergency_id.name,
        }
