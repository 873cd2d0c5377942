from odoo.fields import Command
from odoo.tests import new_test_user

from .common import TruckCrmCommon

RIGHT = "truck_crm.truck_crm_group_personal_data"
# Appears in every text of the fixture's profile, and nowhere else.
MARKER = "Xqzvw"
BORN = "1961-07-13"


class TruckPersonalCommon(TruckCrmCommon):
    """A buyer of the haulier, what is known of him, and who may know it.

    users besides those of the common class
    ---------------------------------------
    confidant: salesperson with the right on personal data
    outsider: the right, in another company
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.confidant = new_test_user(
            cls.env,
            "truck_confidant",
            groups=f"truck_crm.truck_crm_group_user,{RIGHT},base.group_allow_export,"
            "base.group_partner_manager",
        )
        cls.outsider = new_test_user(
            cls.env,
            "truck_outsider",
            groups=RIGHT,
            company_id=cls.env["res.company"].create({"name": "Other Maker"}).id,
        )
        cls.buyer = cls.env["res.partner"].create(
            {"name": "Buyer", "parent_id": cls.customer.id, "function": "Fleet Chief"}
        )
        cls.profile = cls.env["truck.personal.profile"].create(
            cls._prepare_profile_vals(cls.buyer)
        )

    @classmethod
    def _option(cls, name):
        return cls.env.ref(f"truck_crm.truck_personal_option_{name}")

    @classmethod
    def _prepare_profile_vals(cls, partner, marker=MARKER):
        return {
            "partner_id": partner.id,
            "birthday": BORN,
            "gender": "male",
            "native_place": f"{marker} place",
            "customs": f"{marker} customs",
            "occupation": f"{marker} occupation",
            "note": f"{marker} note",
            "education_id": cls._option("education_bachelor").id,
            "hobby_ids": [Command.link(cls._option("hobby_tea").id)],
            "relative_ids": [
                Command.create(
                    {
                        "relation_id": cls._option("relation_son").id,
                        "name": f"{marker} son",
                        "birthday": BORN,
                    }
                )
            ],
            "event_ids": [
                Command.create(
                    {
                        "kind_id": cls._option("event_wedding").id,
                        "date": BORN,
                        "note": f"{marker} wedding",
                    }
                )
            ],
            "honour_ids": [Command.create({"name": f"{marker} medal"})],
        }

    @classmethod
    def _clear_log(cls):
        """Forget the rows so far: a test is one transaction, so one second."""
        cls.env.flush_all()
        cls.env.cr.execute("DELETE FROM truck_personal_access_log")
        cls.env.invalidate_all()

    def _traces(self):
        """Return who did what to whom, each once."""
        log = self.env["truck.personal.access.log"].search([])
        return {(row.user_id.login, row.kind, row.partner_id.name) for row in log}
