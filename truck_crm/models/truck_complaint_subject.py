from odoo import api, fields, models
from odoo.fields import Domain

GROUPS = "truck_crm.truck_crm_group_user,truck_crm.truck_crm_group_service"


class TruckComplaintSubject(models.AbstractModel):
    """What complaints are about: a customer, a vehicle, an order, a dealer.

    Its form shows how many there are, and whoever wants to can follow new ones.
    """

    _name = "truck.complaint.subject"
    _description = "Subject of Complaints"

    # The field of truck.complaint that leads here, and that of a subscription, if any.
    _truck_complaint_field = None
    _truck_subscription_field = None

    truck_complaint_count = fields.Integer(
        string="Complaints", compute="_compute_truck_complaint_count", groups=GROUPS
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_truck_complaint_count(self):
        name = self._truck_complaint_field
        groups = self.env["truck.complaint"]._read_group(
            [(name, "in", self.ids), ("state", "!=", "merged")], [name], ["__count"]
        )
        counts = {record.id: count for record, count in groups}
        for record in self:
            record.truck_complaint_count = counts.get(record._origin.id, 0)

    def _truck_get_complaint_domain(self):
        """Return the domain of the complaints about these records. A hook."""
        return Domain(self._truck_complaint_field, "in", self.ids)

    def _truck_prepare_complaint_vals(self):
        """Return what a new complaint about this record starts with. A hook."""
        return {}

    def action_truck_view_complaints(self):
        """Open the complaints about these records."""
        self.check_access("read")
        self.env["truck.complaint"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_complaint_action"
        )
        vals = self._truck_prepare_complaint_vals() if len(self) == 1 else {}
        return action | {
            "domain": list(
                self._truck_get_complaint_domain() & Domain("state", "!=", "merged")
            ),
            "context": {f"default_{name}": vals[name] for name in vals},
        }

    def action_truck_follow_complaints(self):
        """Hear of every new complaint about these records, from now on.

        :return: a notification
        :raise AccessError: when the user may not read them
        """
        self.check_access("read")
        Subscription = self.env["truck.complaint.subscription"]
        name = self._truck_subscription_field
        records = self._truck_get_subscribed()
        mine = [("user_id", "=", self.env.uid), (name, "in", records.ids)]
        known = Subscription.search(mine).filtered(lambda row: row._is_only(name))
        Subscription.create(
            [{name: record.id} for record in records - known.mapped(name)]
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "You hear of new complaints about them from now on. Complaints >"
                    " Subscriptions shows what you follow."
                ),
            },
        }

    def _truck_get_subscribed(self):
        """Return whose complaints are followed when these are. A hook."""
        return self
