from odoo import api, fields, models


class TruckInteractionNextStep(models.AbstractModel):
    """What comes next after an interaction: one planned activity.

    Doing that activity makes the next interaction (``mail_activity.py``), so that what
    was agreed is entered once and done once.
    """

    _name = "truck.interaction.next.step"
    _description = "Next Step"

    next_step = fields.Char(help="What was agreed to do next.")
    next_date = fields.Date(
        string="Next On", help="An activity is planned for this day.", copy=False
    )
    next_type_id = fields.Many2one(
        "mail.activity.type",
        string="Next By",
        default=lambda self: self._default_next_type_id(),
        domain="[('truck_kind', '!=', False), ('res_model', '=', False)]",
        ondelete="set null",
    )
    next_activity_id = fields.Many2one(
        "mail.activity",
        string="Planned Activity",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.model
    def _default_next_type_id(self):
        """Return the activity type of a call, else any that makes an interaction."""
        types = self.env["mail.activity.type"].search(
            [("truck_kind", "!=", False), ("res_model", "=", False)]
        )
        return (
            types.filtered(lambda kind: kind.truck_kind == "call_out")[:1]
            or (types[:1])
        )

    def _get_next_target(self):
        """Return the record on which the next step is planned."""
        self.ensure_one()
        return self.complaint_id or self.lead_id or self.order_id or self.partner_id

    def _plan_next_steps(self, dates_given=True):
        """Bring the planned activities in line with the next steps, all at once.

        :param bool dates_given: whether the days were just entered; if so, a step that
            was done already is followed by a new one
        """
        # sudo: whoever was in touch plans what comes next, though he may have no right
        # to change the customer
        interactions = self.sudo()
        cancelled, planned = self.env["mail.activity"].sudo(), []
        for interaction in interactions:
            activity = interaction.next_activity_id
            if not interaction.next_date:
                cancelled |= activity.filtered("active")
            elif activity.active:
                interaction._reschedule_next_step()
            elif not activity or dates_given:
                planned.append(interaction)
        cancelled.unlink()
        activities = self.env["mail.activity"].sudo()
        activities = activities.create(
            [interaction._prepare_next_activity_vals() for interaction in planned]
        )
        for interaction, activity in zip(planned, activities, strict=True):
            interaction.next_activity_id = activity

    def _reschedule_next_step(self):
        """Tell the planned activity what has changed, if anything has."""
        vals = self._prepare_next_activity_vals()
        activity = self.next_activity_id
        vals = {
            name: vals[name]
            for name in ("date_deadline", "summary", "activity_type_id")
            if vals[name]
            != activity._fields[name].convert_to_write(activity[name], activity)
        }
        if vals:
            activity.write(vals)

    def _prepare_next_activity_vals(self):
        """Return the values of the activity that the next step is."""
        self.ensure_one()
        target = self._get_next_target()
        kind = self.next_type_id or self._default_next_type_id()
        return {
            "res_model_id": self.env["ir.model"]._get_id(target._name),
            "res_id": target.id,
            "activity_type_id": kind.id,
            "summary": self.next_step or kind.summary or False,
            "date_deadline": self.next_date,
            "user_id": self.user_id.id,
        }
