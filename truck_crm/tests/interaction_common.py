from odoo.tests import Form

from .common import TruckCrmCommon


class InteractionCommon(TruckCrmCommon):
    """A customer with two people whom ``seller`` looks after, and one of ``rival``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller, cls.rival = cls.users["seller"], cls.users["rival"]
        cls.manager = cls.users["manager"]
        cls.customer.user_id = cls.seller
        cls.boss, cls.buyer = cls.env["res.partner"].create(
            [
                {"name": name, "parent_id": cls.customer.id}
                for name in ("Boss Li", "Buyer Wang")
            ]
        )
        cls.other = cls.env["res.partner"].create(
            {"name": "Other Haulier", "is_company": True, "user_id": cls.rival.id}
        )
        cls.results = {
            name: cls.env.ref(f"truck_crm.truck_interaction_result_{name}")
            for name in ("reached", "no_answer", "interested")
        }
        cls.call = cls.env.ref("mail.mail_activity_data_call")

    @classmethod
    def _log(cls, user=None, **values):
        """Log a contact with the customer, as a user or as the superuser."""
        model = cls.env["truck.interaction"]
        model = model.with_user(user) if user else model
        return model.create(
            {"partner_id": cls.customer.id, "date": "2026-03-02 02:00:00", **values}
        )

    @classmethod
    def _find(cls, **conditions):
        """Return the interactions whose fields have these values, oldest first."""
        domain = [(name, "=", value) for name, value in conditions.items()]
        return cls.env["truck.interaction"].search(domain, order="id")

    def _dialog(self, record, user=None):
        """Tap “Log Contact”: return the form as the dialog opens it."""

        record = record.with_user(user or self.seller)
        action = record.action_truck_log_contact()
        return Form(
            self.env["truck.interaction"]
            .with_user(user or self.seller)
            .with_context(**action["context"]),
            view=action["views"][0][0],
        )
