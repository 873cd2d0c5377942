from odoo import api, fields, models
from odoo.fields import Command

GROUPS = "truck_crm.truck_crm_group_user,truck_crm.truck_crm_group_service"


class TruckInteractionMixin(models.AbstractModel):
    """What one is in touch with a customer about: himself, a lead, an order, a truck.

    A model says in ``_truck_prepare_interaction_vals`` whose customer it is; then its
    activities make interactions when they are done, and its button logs a contact.
    """

    _name = "truck.interaction.mixin"
    _description = "Reason for Contact"

    # The field of truck.interaction that leads here; none: nothing is counted.
    _truck_interaction_field = None

    truck_interaction_count = fields.Integer(
        string="Interactions", compute="_compute_truck_interaction_count", groups=GROUPS
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_truck_interaction_count(self):
        name = self._truck_interaction_field
        counts = {}
        if name:
            counts = dict(
                self.env["truck.interaction"]._read_group(
                    [(name, "in", self.ids)], [name], ["__count"]
                )
            )
        for record in self:
            record.truck_interaction_count = counts.get(record._origin, 0)

    def _truck_prepare_interaction_vals(self):
        """Return what an interaction about this record starts with. A hook.

        :return: values of ``truck.interaction``; without partner_id and lead_id nothing
            is logged, since nobody was in touch with
        """
        return {}

    def _truck_get_interaction_domain(self):
        """Return the domain of the interactions about these records.

        Those of the customer, where an interaction names no such record.
        """
        name = self._truck_interaction_field
        if name:
            return [(name, "in", self.ids)]
        return [("partner_id", "in", self.partner_id.commercial_partner_id.ids)]

    def _truck_get_due_activity(self):
        """Return the user's own activity that a contact today does, if it is clear."""
        activities = self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("user_id", "=", self.env.uid),
                ("date_deadline", "<=", fields.Date.context_today(self)),
                ("activity_type_id.truck_kind", "!=", False),
                ("calendar_event_id", "=", False),
            ],
            limit=2,
        )
        return activities if len(activities) == 1 else activities.browse()

    def action_truck_log_contact(self):
        """Open the dialog that logs a contact about this one record.

        :raise AccessError: when the user may not enter interactions
        """
        activity = self._truck_get_due_activity()
        if activity:
            return activity.action_truck_log_contact()
        vals = self._truck_prepare_interaction_vals()
        return self.env["truck.interaction"]._action_log(vals)

    def action_truck_view_interactions(self):
        """Open the interactions about these records."""
        vals = self[:1]._truck_prepare_interaction_vals() if len(self) == 1 else {}
        return self.env["truck.interaction"]._action_view(
            self._truck_get_interaction_domain(), vals
        )

    def _truck_prepare_customer_vals(self, partner):
        """Return the values that say with whom it was.

        :param partner: customer or a contact of his
        """
        customer = partner.commercial_partner_id
        people = partner.filtered(lambda person: not person.is_company)
        vals = {"partner_id": customer.id}
        if people:
            vals["contact_ids"] = [Command.set(people.ids)]
        if customer.company_id:
            vals["company_id"] = customer.company_id.id
        return vals
