from lxml import etree

from odoo.fields import Command
from odoo.tests import new_test_user

from .common import VINS, TruckCrmCommon


class ComplaintCommon(TruckCrmCommon):
    """A customer with a driver and a truck, a team, and who may see what others not.

    The boss has the right to confidential complaints and is chief of the manager.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["boss"] = new_test_user(
            cls.env,
            login="truck_boss",
            groups="truck_crm.truck_crm_group_manager,"
            "truck_crm.truck_crm_group_confidential",
        )
        cls.users["manager"].truck_manager_id = cls.users["boss"]
        cls.users["service"].truck_manager_id = cls.users["manager"]
        cls.customer.email = "office@haulier.example.com"
        cls.driver = cls.env["res.partner"].create(
            {
                "name": "Wei Ming",
                "parent_id": cls.customer.id,
                "email": "wei@haulier.example.com",
                "truck_mobile": "13807730001",
            }
        )
        cls.vehicle = cls._create_vehicle(
            VINS[0], plate="桂B12345", owner_id=cls.customer.id
        )
        Team = cls.env["truck.complaint.team"]
        Team.search([]).active = False
        cls.team = Team.create({"name": "Desk"})
        Category = cls.env["truck.complaint.category"]
        cls.quality = Category.create({"name": "Quality of Trucks"})
        cls.gearbox = Category.create({"name": "Shafts", "parent_id": cls.quality.id})
        cls.staff = Category.create({"name": "Our People", "is_about_staff": True})

    @classmethod
    def _complain(cls, *vals_list, **vals):
        """Return complaints with these values, at least one."""
        return cls.env["truck.complaint"].create(
            [{"subject": "Loses oil", **vals, **more} for more in vals_list or ({},)]
        )

    @classmethod
    def _solve(cls, complaint):
        """Return a complaint that is solved, as superuser does it."""
        complaint.write({"remedy": "Sealed", "cause": "Worn seal"})
        complaint.action_solve()
        return complaint

    @classmethod
    def _plan(cls, complaint, user, kind="service"):
        """Plan a task of a user about a complaint."""
        activity_type = cls.env.ref(f"truck_crm.mail_activity_type_complaint_{kind}")
        return complaint.activity_schedule(
            activity_type_id=activity_type.id, user_id=user.id
        )

    @classmethod
    def _follow(cls, complaint, *partners):
        complaint.message_subscribe([partner.id for partner in partners])

    @classmethod
    def _link(cls, *records):
        return [Command.link(record.id) for record in records]

    @classmethod
    def _get_view_specification(cls, arch):
        """Return what the web client reads for the fields of a view, as a list does."""
        fields = {}
        for node in etree.fromstring(arch).iter("field"):
            field = cls.env["truck.complaint"]._fields[node.get("name")]
            nested = {"fields": {"display_name": {}}} if field.relational else {}
            fields[node.get("name")] = nested
        return fields
