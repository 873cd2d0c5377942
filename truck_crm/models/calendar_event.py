from odoo import fields, models
from odoo.fields import Command

GROUPS = "truck_crm.truck_crm_group_user,truck_crm.truck_crm_group_service"


class CalendarEvent(models.Model):
    """A meeting is logged once: it becomes one interaction with who was there."""

    _inherit = "calendar.event"

    truck_interaction_ids = fields.One2many(
        "truck.interaction",
        inverse_name="event_id",
        string="Interaction",
        groups=GROUPS,
    )

    def action_truck_log(self):
        """Open the dialog that logs the meeting, or the interaction that there is.

        :raise AccessError: when the user may not enter interactions
        """
        self.ensure_one()
        Interaction = self.env["truck.interaction"]
        logged = Interaction.search([("event_id", "=", self.id)])
        if logged:
            return logged._get_records_action(name=self.env._("Interaction"))
        return Interaction._action_log(self._truck_prepare_interaction_vals())

    def _truck_prepare_interaction_vals(self):
        """Return what the interaction says that this meeting becomes.

        The customer is that of the record it was planned on, else of the first
        attendee who is none of ours.
        """
        self.ensure_one()
        staff = self.partner_ids.filtered(lambda partner: not partner.partner_share)
        guests = self.partner_ids - staff
        vals = self._truck_get_reason_vals()
        if not vals.get("partner_id") and guests:
            mixin = self.env["truck.interaction.mixin"]
            vals |= mixin._truck_prepare_customer_vals(guests[0])
        people = guests.filtered(
            lambda person: not person.is_company
            and person.commercial_partner_id.id == vals.get("partner_id")
        )
        if people:
            vals["contact_ids"] = [Command.set(people.ids)]
        colleagues = staff.user_ids - self.env.user
        return {
            **vals,
            "kind": "visit",
            "date": min(self.start, fields.Datetime.now()),
            "duration": self.duration,
            "subject": self.name,
            "place": self.location,
            "user_ids": [Command.set(colleagues.ids)],
            "event_id": self.id,
        }

    def _truck_get_reason_vals(self):
        """Return with whom and about what the meeting was by its record."""
        record = self.opportunity_id
        if not record and self.res_model and self.res_id:
            record = self.env[self.res_model].browse(self.res_id).exists()
        # sudo: an attendee need not see the record to say whose meeting it was
        prepare = getattr(record.sudo(), "_truck_prepare_interaction_vals", None)
        return prepare() if record and prepare else {}
