from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command, Date
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import VINS
from .interaction_common import InteractionCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 08:00:00")
class TestTruckInteraction(InteractionCommon):
    """R4.1: who was in touch with whom, about what, and what comes next."""

    def test_two_taps_log_a_call_with_a_person(self):
        """R4.1: opened on a person, Save alone logs a call with him."""
        self._dialog(self.buyer).save()
        self.assertRecordValues(
            self._find(partner_id=self.customer.id),
            [
                {
                    "contact_ids": self.buyer.ids,
                    "user_id": self.seller.id,
                    "kind": "call_out",
                    "is_reached": True,
                    "next_activity_id": False,
                }
            ],
        )
        self.assertEqual(str(self._find().date), "2026-03-02 08:00:00")

    def test_a_contact_in_place_of_the_customer_leads_to_him(self):
        """R4.1: what is entered or imported on a person is the customer's."""
        interaction = self._log(partner_id=self.boss.id)
        self.assertRecordValues(
            interaction,
            [{"partner_id": self.customer.id, "contact_ids": self.boss.ids}],
        )
        interaction.partner_id = self.buyer
        self.assertEqual(interaction.partner_id, self.customer)
        self.assertEqual(interaction.contact_ids, self.boss | self.buyer)

    def test_people_of_another_customer_are_refused_by_name(self):
        """R4.1: the message says who does not belong to whom."""
        stranger = self.env["res.partner"].create(
            {"name": "Stranger", "parent_id": self.other.id}
        )
        with self.assertRaisesRegex(ValidationError, "Stranger.*Haulier"):
            self._log(contact_ids=stranger.ids)

    def test_another_customer_in_the_dialog_forgets_the_people(self):
        """R4.1: whoever corrects the customer does not keep the wrong people."""
        form = self._dialog(self.buyer)
        form.partner_id = self.other
        self.assertFalse(form.contact_ids[:])

    def test_what_is_to_come_cannot_have_been(self):
        """R4.1: a date in the future is refused with the remedy."""
        with self.assertRaisesRegex(ValidationError, r"\d/\d.*in the future.*Next On"):
            self._log(date="2026-03-03 08:00:00")

    def test_a_next_step_before_the_contact_is_refused(self):
        """R4.1: counted in days of the company."""
        with self.assertRaisesRegex(ValidationError, "before the interaction itself"):
            self._log(next_date="2026-03-01")

    def test_an_interaction_is_with_somebody(self):
        """R4.1: neither customer nor lead is refused by the database."""
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._log(partner_id=False)

    def test_a_next_step_is_one_activity_of_who_acts(self):
        """R4.1, R4.2: saved with a day, the activity is there; never a second entry."""
        interaction = self._log(
            self.seller, next_date="2026-03-05", next_step="Send the quotation"
        )
        self.assertRecordValues(
            self.customer.activity_ids,
            [
                {
                    "id": interaction.next_activity_id.id,
                    "user_id": self.seller.id,
                    "activity_type_id": self.call.id,
                    "summary": "Send the quotation",
                    "date_deadline": Date.to_date("2026-03-05"),
                }
            ],
        )

    def test_a_next_step_that_changes_takes_its_activity_along(self):
        """R4.1: a new day moves it, no day cancels it."""
        interaction = self._log(self.seller, next_date="2026-03-05")
        activity = interaction.next_activity_id
        interaction.write({"next_date": "2026-03-09", "next_step": "Call back"})
        self.assertEqual(interaction.next_activity_id, activity)
        self.assertRecordValues(
            activity,
            [{"date_deadline": Date.to_date("2026-03-09"), "summary": "Call back"}],
        )
        interaction.next_date = False
        self.assertFalse(self.customer.activity_ids)
        self.assertFalse(activity.exists())

    def test_who_may_not_write_the_customer_still_plans(self):
        """R4.1: the service desk plans a call back."""
        interaction = self._log(self.users["service"], next_date="2026-03-05")
        self.assertEqual(
            interaction.sudo().next_activity_id.user_id, self.users["service"]
        )

    def test_the_next_step_is_planned_on_what_it_is_about(self):
        """R4.1: on the lead or the order, else on the customer."""
        lead = self.env["crm.lead"].create(
            {"name": "Ten tractors", "partner_id": self.customer.id}
        )
        order = self._sell()
        for values, target in (
            ({"lead_id": lead.id}, lead),
            ({"order_id": order.id}, order),
            ({}, self.customer),
        ):
            activity = self._log(next_date="2026-03-05", **values).next_activity_id
            self.assertEqual(
                (activity.res_model, activity.res_id), (target._name, target.id)
            )

    def test_done_the_next_step_is_the_next_interaction(self):
        """R4.1, R4.2: about the same, with the same people, and only one."""
        vehicle = self._create_vehicle(owner_id=self.other.id)
        first = self._log(
            self.seller,
            contact_ids=self.buyer.ids,
            vehicle_id=vehicle.id,
            next_date="2026-03-05",
        )
        first.next_activity_id.with_user(self.seller).action_feedback("He will buy")
        second = self._find(partner_id=self.customer.id) - first
        self.assertRecordValues(
            second,
            [
                {
                    "activity_id": first.next_activity_id.id,
                    "contact_ids": self.buyer.ids,
                    "vehicle_id": vehicle.id,
                    "content": "He will buy",
                    "user_id": self.seller.id,
                    "next_date": False,
                }
            ],
        )

    def test_a_step_that_is_done_can_be_followed_by_another(self):
        """R4.1: a new day after the step was done plans a new activity."""
        interaction = self._log(self.seller, next_date="2026-03-05")
        done = interaction.next_activity_id
        done.action_done()
        interaction.content = "A word more"
        self.assertEqual(interaction.next_activity_id, done)
        interaction.next_date = "2026-03-20"
        self.assertNotEqual(interaction.next_activity_id, done)
        self.assertEqual(self.customer.activity_ids, interaction.next_activity_id)

    def test_a_due_activity_is_done_with_the_contact(self):
        """R4.2: “Log Contact” on who is due today closes what was planned."""
        activity = self.customer.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=Date.to_date("2026-03-01"),
            user_id=self.seller.id,
        )
        form = self._dialog(self.customer)
        self.assertEqual(form.activity_id, activity)
        form.content = "Spoke to the boss"
        interaction = form.save()
        self.assertRecordValues(
            activity, [{"active": False, "feedback": "Spoke to the boss"}]
        )
        self.assertEqual(self._find(partner_id=self.customer.id), interaction.sudo())

    def test_what_is_planned_for_later_stays_planned(self):
        """R4.2: a call in between does not do what was agreed for next week."""
        self.customer.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=Date.to_date("2026-03-09"),
            user_id=self.seller.id,
        )
        form = self._dialog(self.customer)
        self.assertFalse(form.activity_id)
        form.save()
        self.assertTrue(self.customer.activity_ids.active)

    def test_files_belong_to_the_interaction(self):
        """R4.1: a file that was uploaded in the dialog is as visible as the contact."""
        file = (
            self.env["ir.attachment"]
            .with_user(self.seller)
            .create(
                {"name": "photo.txt", "raw": b"x", "res_model": "truck.interaction"}
            )
        )
        interaction = self._log(self.seller, attachment_ids=file.ids)
        self.assertEqual(file.res_id, interaction.id)
        file.invalidate_recordset()
        self.assertEqual(file.with_user(self.manager).raw, b"x")
        with self.assertRaises(AccessError):
            file.with_user(self.rival).read(["raw"])

    def test_from_a_vehicle_it_is_with_who_runs_it(self):
        """R4.1, R3.2: the operator before the owner; the timeline tells of it."""
        driver = self.env["res.partner"].create({"name": "Driver Zhao"})
        vehicle = self._create_vehicle(
            VINS[1], owner_id=self.customer.id, operator_id=driver.id
        )
        self._dialog(vehicle, self.manager).save()
        interaction = self._find(vehicle_id=vehicle.id)
        self.assertRecordValues(
            interaction, [{"partner_id": driver.id, "contact_ids": driver.ids}]
        )
        event = vehicle.event_ids.filtered(lambda row: row.kind == "interaction")
        self.assertRecordValues(
            event, [{"partner_id": driver.id, "date": Date.to_date("2026-03-02")}]
        )

    def test_a_day_of_the_timeline_is_the_users_day(self):
        """R4.1: what was said at seven in the morning in China was said that day."""
        vehicle = self._create_vehicle(VINS[1])
        self._log(vehicle_id=vehicle.id, date="2026-03-01 23:00:00")
        events = self.env["truck.vehicle.event"].with_context(tz="Asia/Shanghai")
        event = events.search(
            [("vehicle_id", "=", vehicle.id), ("kind", "=", "interaction")]
        )
        self.assertEqual(event.date, Date.to_date("2026-03-02"))

    def test_from_an_order_it_is_about_the_order(self):
        """R4.1: order, customer and company are filled in."""
        order = self._sell(user_id=self.seller.id)
        interaction = self._dialog(order).save()
        self.assertRecordValues(
            interaction,
            [
                {
                    "order_id": order.id,
                    "partner_id": self.customer.id,
                    "company_id": order.company_id.id,
                }
            ],
        )
        self.assertEqual(order.with_user(self.seller).truck_interaction_count, 1)

    def test_a_salesperson_reads_the_contacts_with_his_customers(self):
        """R13.1: own ones, those with own customers or nobody's; not with others'."""
        own = self._log(self.seller, partner_id=self.other.id)
        with_mine = self._log(self.rival)
        theirs = self._log(self.rival, partner_id=self.other.id)
        nobodys = self._log(self.manager, partner_id=self._create_free().id)
        together = self._log(
            self.rival, partner_id=self.other.id, user_ids=self.seller.ids
        )
        visible = self.env["truck.interaction"].with_user(self.seller).search([])
        self.assertEqual(visible.sudo(False), own | with_mine | nobodys | together)
        with self.assertRaises(AccessError):
            theirs.with_user(self.seller).read(["content"])

    def _create_free(self):
        return self.env["res.partner"].create({"name": "Nobody's", "user_id": False})

    def test_a_salesperson_changes_only_what_he_logged(self):
        """R13.1: a manager corrects everything, the administrator deletes."""
        interaction = self._log(self.rival)
        with self.assertRaises(AccessError):
            interaction.with_user(self.seller).content = "Not so"
        interaction.with_user(self.manager).content = "As it was"
        with self.assertRaises(AccessError):
            self._log(self.seller, user_id=self.rival.id)
        with self.assertRaises(AccessError):
            interaction.with_user(self.manager).unlink()
        interaction.with_user(self.users["admin"]).unlink()

    def test_contacts_of_another_company_are_not_seen(self):
        """R13.1: whoever does not work there does not read what was said there."""
        company = self.env["res.company"].create({"name": "Second Maker"})
        self.env.user.company_ids |= company
        interaction = self._log(company_id=company.id)
        model = self.env["truck.interaction"].with_user(self.manager)
        self.assertFalse(model.search([("id", "=", interaction.id)]))
        self.manager.company_ids |= company
        model = model.with_context(allowed_company_ids=company.ids)
        self.assertTrue(model.search([("id", "=", interaction.id)]))

    def test_archived_customers_keep_their_contacts(self):
        """R4.1: what was said stays readable and counted."""
        interaction = self._log(self.seller)
        self.customer.action_archive()
        found = self.env["truck.interaction"].with_user(self.seller).search([])
        self.assertEqual(found.partner_id.id, self.customer.id)
        self.assertEqual(found.sudo(), interaction.sudo())
        self.assertEqual(
            self.customer.with_user(self.seller).truck_interaction_count, 1
        )

    def test_who_joins_a_company_brings_his_contacts(self):
        """R1.6: a prospect entered as a person turns out to be of a company."""
        person = self.env["res.partner"].create({"name": "Chen"})
        interaction = self._log(partner_id=person.id)
        person.parent_id = self.customer
        self.assertRecordValues(
            interaction,
            [{"partner_id": self.customer.id, "contact_ids": person.ids}],
        )

    def test_statistics_by_team_keep_the_team_of_that_time(self):
        """R4.3: who changes the team takes future contacts along, not the past."""
        north, south = self.env["crm.team"].create([{"name": "N"}, {"name": "S"}])
        north.member_ids = self.seller
        before = self._log(self.seller)
        self.env["crm.team.member"].search([("user_id", "=", self.seller.id)]).unlink()
        south.member_ids = self.seller
        after = self._log(self.seller)
        groups = self.env["truck.interaction"].formatted_read_group(
            [("id", "in", (before | after).ids)],
            ["team_id", "user_id", "partner_id", "kind", "date:day"],
            ["__count"],
        )
        self.assertEqual(
            {group["team_id"][0] for group in groups}, {north.id, south.id}
        )

    def test_the_filters_of_time_are_days_of_the_user(self):
        """R4.3: today, this week, this month."""
        for day, expected in (
            ("2026-03-02 07:00:00", "today"),
            ("2026-03-01 12:00:00", "month"),
            ("2026-02-27 12:00:00", "before"),
        ):
            self._log(date=day, subject=expected)
        arch = self.env["truck.interaction"].get_view(view_type="search")["arch"]
        for term, expected in (
            ("'today'", {"today"}),
            ("'today =1d'", {"today", "month"}),
        ):
            self.assertIn(term, arch)
            rows = self.env["truck.interaction"].search(
                [("date", ">=", term.strip("'")), ("subject", "!=", False)]
            )
            self.assertEqual(set(rows.mapped("subject")), expected)

    def test_the_service_desk_opens_what_was_said_to_a_lead(self):
        """R4.1: it may read no leads; with whom it was it sees all the same."""
        lead = self.env["crm.lead"].create(
            {"name": "Ten trucks", "contact_name": "Alim", "user_id": self.seller.id}
        )
        interaction = self._log(partner_id=False, lead_id=lead.id)
        interaction = interaction.with_user(self.users["service"])
        self.env.invalidate_all()
        self.assertFalse(lead.with_user(self.users["service"]).has_access("read"))
        self.assertIn("Ten trucks", interaction.display_name)
        self.assertEqual(interaction.contact_names, "Alim")

    def test_my_team_is_whom_i_lead(self):
        """R4.3: by the sales team or as the chief."""
        team = self.env["crm.team"].create({"name": "T", "user_id": self.manager.id})
        team.member_ids = self.seller
        self.rival.truck_manager_id = self.manager
        rows = self._log(self.seller) | self._log(self.rival)
        self._log(self.users["key"])
        domain = [
            *("|", "|", ("team_id.user_id", "=", self.manager.id)),
            ("team_id.member_ids", "in", self.manager.id),
            ("user_id.truck_manager_id", "=", self.manager.id),
        ]
        model = self.env["truck.interaction"].with_user(self.manager)
        self.assertEqual(model.search(domain).sudo(False), rows)

    def test_all_views_can_be_opened(self):
        """R4.3: pivot, graph, calendar, list and cards, by a salesperson."""
        model = self.env["truck.interaction"].with_user(self.seller)
        for kind in ("list", "kanban", "form", "calendar", "pivot", "graph", "search"):
            self.assertTrue(model.get_view(view_type=kind)["arch"], kind)

    def test_colleagues_who_read_it_can_comment(self):
        """R4.1: a chief's word stands below what was said."""
        interaction = self._log(self.rival)
        interaction.with_user(self.seller).message_post(body="Good")
        self.assertIn("Good", interaction.message_ids[0].body)

    def test_the_result_says_whether_anybody_was_reached(self):
        """R4.1: and what counted then counts, whatever the configuration says later."""
        tried = self._log(result_id=self.results["no_answer"].id)
        spoken = self._log(result_id=self.results["interested"].id)
        self.assertFalse(tried.is_reached)
        self.assertTrue(spoken.is_reached)
        self.results["interested"].is_reached = False
        self.assertTrue(spoken.is_reached)

    def test_people_of_ours_are_no_customers_people(self):
        """R4.1: colleagues who were there are users, in a field of their own."""
        interaction = self._log(
            self.seller, user_ids=[Command.link(self.manager.id)], kind="visit"
        )
        self.assertEqual(interaction.user_ids, self.manager)
