from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..models.truck_brand import TruckBrand
from .access_matrix import PREFIX, AccessMatrix
from .common import VINS, TruckCrmCommon


@tagged("post_install", "-at_install")
class TestAccessMatrix(AccessMatrix, TruckCrmCommon):
    """R13.1: who may do what in truck_crm is what the tables beside this file say."""

    arguments = {
        (model, "submit"): ({"text": "Smokes"},)
        for model in (
            "truck.complaint",
            "truck.complaint.channel",
            "truck.complaint.submission",
        )
    } | {("truck.contact.limit", "get_mail_warning"): ([],)}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (lot,) = cls._stock(VINS[0])
        # nobody's, so that a role decides and not who sold it
        order = cls._sell(user_id=False)
        cls._deliver(order.picking_ids, lot)
        order._create_invoices()
        cls.env["truck.adoption"].create({})
        cls.env["res.config.settings"].create({})
        cls._set_up_territories()
        cls._create_personal_profile()
        cls._set_up_contacts(order)
        cls._set_up_grades()
        cls._create_greeting()
        cls._set_up_day()
        cls._set_up_insight()
        cls._set_up_complaints()
        cls._set_up_clocks()
        cls._set_up_solutions()

    @classmethod
    def _set_up_contacts(cls, order):
        """Make what leads to an interaction, and the wizard that reassigns."""
        cls.env["truck.interaction"].create({"partner_id": cls.customer.id})
        cls.env["crm.lead"].create(
            {"name": "Lead", "partner_id": cls.customer.id, "user_id": False}
        )
        cls.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": "2026-03-02 08:00:00",
                "stop": "2026-03-02 09:00:00",
                "partner_ids": cls.customer.ids,
            }
        )
        order.activity_schedule("mail.mail_activity_data_call")
        cls.customer.action_truck_reassign()

    @classmethod
    def _set_up_grades(cls):
        """Make a graded customer, nobody's, with a standing, and a simulation."""
        cls.env["truck.customer.standing"].create({"partner_id": cls.customer.id})
        scheme = cls.env.ref("truck_crm.truck_grade_scheme_standard")
        draft = scheme.copy({"name": "Draft"})
        draft.threshold_ids[2].score_min = 1  # moves the customer from D to C
        draft.action_simulate()

    @classmethod
    def _create_greeting(cls):
        """Make a greeting, one that was sent, and a preview."""
        greeting = cls.env["truck.greeting"].create({"name": "Greeting"})
        cls.env["truck.greeting.sent"].create(
            {
                "greeting_id": greeting.id,
                "partner_id": cls.customer.id,
                "year": 2025,
                "occasion": "festival",
                "date": "2025-01-01",
                "company_id": cls.env.company.id,
                "channel": "mail",
                "state": "sent",
                "sent_date": "2025-01-01",
            }
        )
        cls.env["truck.greeting.preview"]._make(greeting)

    @classmethod
    def _set_up_day(cls):
        """Put something on the day of who runs the tests, and the proof of a mail."""
        cls.customer.activity_schedule(
            "mail.mail_activity_data_call", user_id=cls.env.uid
        )
        cls.env["truck.day.digest"].create(
            {"user_id": cls.env.uid, "date": "2020-02-02"}
        )

    @classmethod
    def _set_up_insight(cls):
        """Make a complaint about a truck, and what is found out from complaints."""
        vehicle = cls.env["truck.vehicle"].search([], limit=1)
        category = cls.env["truck.complaint.category"].create({"name": "Gearbox"})
        complaint = cls.env["truck.complaint"].create(
            {
                "subject": "Complaint",
                "partner_id": cls.customer.id,
                "category_id": category.id,
                "vehicle_ids": [Command.set(vehicle.ids)],
            }
        )
        found = {"company_id": cls.env.company.id, "date": "2026-05-20"}
        found["period"] = "2026-04-01"
        cls.env["truck.silent.case"].create({"partner_id": cls.customer.id, **found})
        cls.env["truck.complaint.cluster"].create(
            {
                "category_id": category.id,
                "model_id": cls.model.id,
                "complaint_ids": [Command.set(complaint.ids)],
                **found,
            }
        )
        emergency = cls.env["truck.emergency"].create(
            {"name": "Recall", "model_ids": [Command.set(cls.model.ids)]}
        )
        emergency.action_fill()
        cls.env["truck.emergency.notice"].create(
            {
                "emergency_id": emergency.id,
                "partner_id": cls.customer.id,
                "state": "queued",
                "date": "2026-05-20 08:00:00",
            }
        )
        emergency.action_add_vins()
        cls.env["truck.complaint.monthly"].create({})

    @classmethod
    def _set_up_complaints(cls):
        """Make a complaint that is nobody's, with a promise, and its wizards."""
        complaint = cls.env["truck.complaint"].create(
            {"subject": "Smoke", "user_id": False}
        )
        cls.env["truck.complaint.promise"].create(
            {
                "complaint_id": complaint.id,
                "name": "Call back",
                "date_due": "2026-03-02 08:00:00",
            }
        )
        cls.env["truck.complaint.subscription"].create({"partner_id": cls.customer.id})
        cls.env["truck.complaint.call"].create({})
        for model in ("truck.complaint.merge", "truck.complaint.reopen"):
            cls.env[model].create({"complaint_ids": [Command.set(complaint.ids)]})

    @classmethod
    def _set_up_clocks(cls):
        """Make a complaint that has climbed, and what is opened about it."""
        today = fields.Datetime.now()
        complaint = cls.env["truck.complaint"].create(
            {"subject": "Late", "date_open": today - timedelta(days=30)}
        )
        clock = complaint.clock_ids[0]
        level = complaint.policy_id.level_ids[0]
        row = {"complaint_id": complaint.id, "clock_id": clock.id, "date": today}
        cls.env["truck.complaint.escalation"].create({"level_id": level.id, **row})
        cls.env["truck.complaint.pause"].create(
            {"complaint_id": complaint.id, "date_from": today, "date_to": today}
        )
        complaint.action_acknowledge()
        complaint.policy_id.action_simulate()
        cls.env["truck.working.day"].create({"date": "2026-05-09"})
        cls.env["truck.working.day.load"].create({"source": "file"})

    @classmethod
    def _set_up_solutions(cls):
        """Make a solution with its version, a vote, and a post of the web page."""
        solution = cls.env["truck.solution"].create(
            {"name": "Smokes", "remedy": "<p>Clean it</p>"}
        )
        solution.action_vote_up()
        cls.env["truck.complaint.web.post"]._take("matrix", "127.0.0.1")

    @classmethod
    def _set_up_territories(cls):
        """Make a territory that a customer would move to, and one that has moved."""
        state = cls.env.ref("base.state_cn_GX")
        cls.customer.state_id = state
        territory = cls.env["truck.territory"].create(
            {"name": "South", "area_ids": [Command.create({"state_id": state.id})]}
        )
        cls.env["truck.territory"]._assign(cls.customer.ids)
        territory.area_ids.city = "柳州"
        cls.env["truck.territory.recut"].create({}).action_show()
        cls.env["truck.dealer.terminate"].create({"dealer_ids": cls.north.ids})

    @classmethod
    def _create_personal_profile(cls):
        """Make a profile with what hangs on it, a trace, and a wizard."""
        partner = cls.env["res.partner"].create({"name": "Person"})
        profile = cls.env["truck.personal.profile"].create({"partner_id": partner.id})
        for model, values in {
            "truck.personal.relative": {"relation_id": "relation_son"},
            "truck.personal.event": {"kind_id": "event_wedding", "date": "2020-02-02"},
            "truck.personal.honour": {"name": "Medal"},
        }.items():
            for name in values.keys() & {"relation_id", "kind_id"}:
                xmlid = f"truck_crm.truck_personal_option_{values[name]}"
                values[name] = cls.env.ref(xmlid).id
            cls.env[model].create({"profile_id": profile.id, **values})
        cls.env["truck.personal.access.log"]._trace("read", profile, cls.env.uid)
        cls.env["truck.personal.erase"].create({"partner_ids": partner.ids})

    def test_every_addon_of_ours_has_its_tables(self):
        """R13.1: an addon that brings models or public methods lists them."""
        modules = self.env["ir.module.module"].search(
            [("name", "=like", f"{PREFIX}%"), ("state", "=", "installed")]
        )
        for name in modules.mapped("name"):
            with patch.object(TestAccessMatrix, "addon", name):
                if any(map(self._get_public_names, self.registry)):
                    self.assertTrue(self._get_stated_methods(), name)
                if name in self._get_models().values():
                    self.assertTrue(self._get_stated_rights(), name)

    def test_an_unlisted_right_is_found(self):
        """R13.1: the harness fails for a right that nobody listed."""
        before = self._get_rights()
        self.env["ir.model.access"].create(
            {
                "name": "too much",
                "model_id": self.env["ir.model"]._get_id("truck.vehicle"),
                "group_id": self.env.ref("base.group_portal").id,
                "perm_unlink": True,
            }
        )
        lines = self._compare(before, self._get_rights())
        self.assertEqual(
            lines, ["truck.vehicle base.group_portal: listed ----, really ---D"]
        )

    def test_an_unlisted_method_is_found(self):
        """R13.1: the harness fails for a method that nobody listed, and a lost one."""

        def shout(self):
            self.write({"name": "!"})

        models = ("truck.brand", "truck.vehicle")
        stated = self._get_methods(*models)
        lost = stated.pop(("truck.vehicle", "action_scrap"))
        stated["truck.vehicle", "action_fly"] = lost
        with patch.object(TruckBrand, "shout", shout, create=True):
            lines = self._compare(stated, self._get_methods(*models))
        self.assertEqual(len(lines), 3, lines)
        self.assertRegex(lines[0], "not listed: truck.brand shout: manager admin")
        self.assertNotIn("key_account", lines[0])
        self.assertEqual(lines[1], "listed, but gone: truck.vehicle action_fly")
        self.assertIn("not listed: truck.vehicle action_scrap", lines[2])

    def test_private_methods_are_no_matter(self):
        """R13.1: what a client cannot call needs no line."""
        names = self._get_public_names("truck.vehicle")
        self.assertIn("action_scrap", names)
        self.assertFalse([name for name in names if name.startswith("_")])
