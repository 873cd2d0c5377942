from odoo.fields import Date
from odoo.tests import Form, freeze_time, tagged

from .common import VINS
from .interaction_common import InteractionCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 08:00:00")
class TestMailActivity(InteractionCommon):
    """R4.1, R4.2: what was planned and is done is on record, without a second entry."""

    def _plan(self, record, user=None, **values):
        return record.activity_schedule(
            "mail.mail_activity_data_call", user_id=(user or self.seller).id, **values
        )

    def test_a_call_that_is_done_is_an_interaction(self):
        """R4.1: with what was said, by whom, when, and the files."""
        activity = self._plan(self.customer, summary="Ask for the fleet")
        files = self.env["ir.attachment"].with_user(self.seller)
        file = files.create({"name": "list.txt", "raw": b"x"})
        activity.with_user(self.seller).action_feedback(
            "Eight tractors", attachment_ids=file.ids
        )
        interaction = self._find(activity_id=activity.id)
        self.assertRecordValues(
            interaction,
            [
                {
                    "partner_id": self.customer.id,
                    "user_id": self.seller.id,
                    "kind": "call_out",
                    "subject": "Ask for the fleet",
                    "content": "Eight tractors",
                    "attachment_ids": file.ids,
                    "is_reached": True,
                }
            ],
        )
        self.assertEqual(str(interaction.date), "2026-03-02 08:00:00")

    def test_files_of_the_activity_go_along(self):
        """R4.1: core moves what was attached beforehand to the message; we keep it."""
        activity = self._plan(self.customer)
        file = self.env["ir.attachment"].create(
            {
                "name": "plan.txt",
                "raw": b"x",
                "res_model": "mail.activity",
                "res_id": activity.id,
            }
        )
        activity.action_done()
        self.assertEqual(self._find(activity_id=activity.id).attachment_ids, file)

    def test_many_are_done_at_once(self):
        """R4.1: one interaction each, also for those marked together."""
        activities = self._plan(self.customer) | self._plan(self.other, self.rival)
        activities.action_done()
        self.assertEqual(
            self._find().filtered("activity_id").partner_id, self.customer | self.other
        )
        self.assertEqual(len(self._find().activity_id), 2)

    def test_done_twice_it_is_logged_once(self):
        """R4.1: exactly once, whatever is clicked twice or undone."""
        activity = self._plan(self.customer)
        activity.action_done()
        activity.action_unarchive()
        activity.action_done()
        self.assertEqual(len(self._find(activity_id=activity.id)), 1)

    def test_a_task_is_no_contact(self):
        """R4.1: types without a kind make nothing; with one, they do."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        for kind, expected in ((False, 0), ("letter", 1)):
            todo.truck_kind = kind
            activity = self.customer.activity_schedule(
                activity_type_id=todo.id, user_id=self.seller.id
            )
            activity.action_done()
            self.assertEqual(len(self._find(activity_id=activity.id)), expected)

    def test_core_types_have_their_kinds(self):
        """R4.1: calls, mails and meetings of core, visits of ours."""
        kinds = {
            "mail.mail_activity_data_call": "call_out",
            "mail.mail_activity_data_email": "mail",
            "mail.mail_activity_data_meeting": "visit",
            "truck_crm.mail_activity_type_visit": "visit",
            "mail.mail_activity_data_todo": False,
        }
        for xmlid, kind in kinds.items():
            self.assertEqual(self.env.ref(xmlid).truck_kind, kind, xmlid)

    def test_every_record_that_leads_to_a_customer(self):
        """R4.1: a person, lead, order, invoice, vehicle, dealer; a product does not."""
        lead = self.env["crm.lead"].create(
            {"name": "Ten tractors", "partner_id": self.buyer.id}
        )
        order = self._sell()
        (lot,) = self._stock(VINS[0])
        self._deliver(order.picking_ids, lot)
        invoice = order._create_invoices()
        vehicle = self._find_vehicle()
        reasons = {
            self.buyer: {"contact_ids": self.buyer.ids},
            lead: {"lead_id": lead.id, "contact_ids": self.buyer.ids},
            order: {"order_id": order.id},
            invoice: {"company_id": invoice.company_id.id},
            vehicle: {"vehicle_id": vehicle.id},
            self.nanning: {"partner_id": self.nanning.partner_id.id},
        }
        for record, values in reasons.items():
            activity = self._plan(record)
            activity.action_done()
            with self.subTest(record._name):
                self.assertRecordValues(
                    self._find(activity_id=activity.id),
                    [{"partner_id": self.customer.id, **values}],
                )
        activity = self._plan(self.product.product_tmpl_id)
        activity.action_done()
        self.assertFalse(self._find(activity_id=activity.id))

    def test_whoever_does_it_is_on_record(self):
        """R4.1: a colleague who calls in one's place; a user without a role, too."""
        activity = self._plan(self.customer)
        activity.with_user(self.manager).action_done()
        self.assertEqual(self._find(activity_id=activity.id).user_id, self.manager)
        clerk = self.users["clerk"]
        activity = self._plan(self.customer, clerk)
        activity.with_user(clerk).action_done()
        self.assertEqual(self._find(activity_id=activity.id).user_id, clerk)

    def test_a_job_that_closes_it_does_it_for_whose_it_is(self):
        """R4.1: the superuser has spoken to nobody."""
        activity = self._plan(self.customer)
        activity.with_user(self.env.ref("base.user_root")).action_done()
        self.assertEqual(self._find(activity_id=activity.id).user_id, self.seller)

    def test_done_and_schedule_next_plans_the_next_step(self):
        """R4.1: core's own button: the interaction knows what comes next."""
        activity = self._plan(self.customer).with_user(self.seller)
        action = activity.action_feedback_schedule_next("Not today")
        form = Form(
            self.env["mail.activity"]
            .with_user(self.seller)
            .with_context(**action["context"])
        )
        form.summary = "Once more"
        form.date_deadline = "2026-03-10"
        planned = form.save()
        self.assertRecordValues(
            self._find(activity_id=activity.id),
            [
                {
                    "next_activity_id": planned.id,
                    "next_date": Date.to_date("2026-03-10"),
                    "next_step": "Once more",
                    "content": "Not today",
                }
            ],
        )

    def test_nobody_plans_the_next_step_of_somebody_elses_contact(self):
        """R13.1: the number of an interaction in a call changes nothing there."""
        interaction = self._log(self.rival)
        self._plan(
            self.customer.with_user(self.seller).with_context(
                truck_after_interaction_id=interaction.id
            )
        )
        self.assertFalse(interaction.next_activity_id)

    def test_an_activity_that_follows_by_itself_is_the_next_step(self):
        """R4.1: types that core chains."""
        visit = self.env.ref("truck_crm.mail_activity_type_visit")
        self.call.write(
            {"chaining_type": "trigger", "triggered_next_type_id": visit.id}
        )
        activity = self._plan(self.customer)
        activity.with_user(self.seller).action_done()
        interaction = self._find(activity_id=activity.id)
        self.assertEqual(interaction.next_activity_id.activity_type_id, visit)
        self.assertEqual(len(self.customer.activity_ids), 1)

    def test_doing_many_takes_as_many_queries_as_core_and_some(self):
        """R4.1: what an interaction needs is read once for all."""
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "is_company": True} for n in range(12)]
        )
        todo = self.env.ref("mail.mail_activity_data_todo")

        def count(partners, activity_type):
            activities = partners.activity_schedule(
                activity_type_id=activity_type.id, user_id=self.seller.id
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            activities._truck_get_reasons()
            return self.env.cr.sql_log_count - before

        count(customers[:1], todo)
        self.assertEqual(
            count(customers[:2], self.call), count(customers[2:], self.call)
        )

    def test_the_number_of_the_activity_is_enough_for_the_dialog(self):
        """R4.2: whoever opens it elsewhere, as from a list of what is due."""
        visit = self.env.ref("truck_crm.mail_activity_type_visit")
        activity = self.buyer.activity_schedule(
            activity_type_id=visit.id, user_id=self.seller.id, summary="Look at yard"
        )
        form = Form(
            self.env["truck.interaction"]
            .with_user(self.seller)
            .with_context(default_activity_id=activity.id),
            view="truck_crm.truck_interaction_view_form_log",
        )
        self.assertRecordValues(
            form.save(),
            [
                {
                    "partner_id": self.customer.id,
                    "contact_ids": self.buyer.ids,
                    "kind": "visit",
                    "subject": "Look at yard",
                }
            ],
        )
        self.assertFalse(activity.active)

    def test_an_activity_without_a_summary_is_called_by_its_type(self):
        """R4.2: what is done with a contact can be read."""
        activity = self._plan(self.customer)
        activity.summary = False
        self.assertEqual(activity.display_name, "Call")
        activity.summary = "Ask"
        self.assertEqual(activity.display_name, "Ask")
