from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .complaint_common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestTruckComplaintSubscription(ComplaintCommon):
    """R7.13: people follow a customer, dealer, vehicle or topic."""

    @classmethod
    def _subscribe(cls, user="manager", **vals):
        return cls.env["truck.complaint.subscription"].create(
            {"user_id": cls.users[user].id, **vals}
        )

    def _follows(self, complaint, user="manager"):
        return self.users[user].partner_id in complaint.message_partner_ids

    def test_each_criterion_picks_its_cases(self):
        """R7.13: customer, branch, vehicle, category with all below."""
        cases = {
            "partner_id": (self.customer.id, {"partner_id": self.customer.id}),
            "dealer_id": (self.south.id, {"dealer_id": self.qinzhou.id}),
            "vehicle_id": (
                self.vehicle.id,
                {"vehicle_ids": self._link(self.vehicle)},
            ),
            "category_id": (self.quality.id, {"category_id": self.gearbox.id}),
        }
        for name, (record_id, vals) in cases.items():
            with self.subTest(name):
                row = self._subscribe(**{name: record_id})
                self.assertTrue(self._follows(self._complain(**vals)))
                self.assertFalse(self._follows(self._complain()))
                row.active = False
                self.assertFalse(self._follows(self._complain(**vals)))

    def test_all_criteria_of_a_row_must_fit(self):
        """R7.13: brakes of one dealer."""
        self._subscribe(dealer_id=self.south.id, category_id=self.gearbox.id)
        half = self._complain(category_id=self.gearbox.id)
        both = self._complain(category_id=self.gearbox.id, dealer_id=self.south.id)
        self.assertFalse(self._follows(half))
        self.assertTrue(self._follows(both))

    def test_they_hear_of_new_cases(self):
        """R7.13: a notice; who takes it in hears nothing of himself."""
        self._subscribe(partner_id=self.customer.id)
        complaint = self._complain(partner_id=self.customer.id)
        notices = self.env["mail.notification"].search(
            [
                ("mail_message_id.model", "=", complaint._name),
                ("mail_message_id.res_id", "=", complaint.id),
            ]
        )
        self.assertEqual(notices.res_partner_id, self.users["manager"].partner_id)

    def test_the_leader_of_the_team_hears_what_the_customer_answers(self):
        """R7.3: who owns what nobody was given follows it; none is told twice."""
        leader = self.users["service"]
        self.team.user_id = leader
        known = self._complain()
        self.assertEqual(known.user_id, leader)
        answer = known.message_post(
            body="It leaks again", message_type="email", subtype_xmlid="mail.mt_comment"
        )
        self.assertIn(leader.partner_id, answer.notified_partner_ids)
        Message = self.env["mail.message"]
        for channel, number in {"web": 1, "portal": 1, "phone": 0, "mail": 0}.items():
            with self.subTest(channel):
                complaint = self._complain(channel=channel)
                self.assertTrue(self._follows(complaint, "service"))
                told = Message.search(
                    [("model", "=", complaint._name), ("res_id", "=", complaint.id)]
                )
                told = told.filtered(lambda m: leader.partner_id in m.partner_ids)
                self.assertEqual(len(told), number)

    def test_a_case_that_fits_later_is_heard_of_later(self):
        """R7.1, R7.13: a mail that belonged to nobody gets its customer."""
        self._subscribe(partner_id=self.customer.id)
        complaint = self._complain()
        self.assertFalse(self._follows(complaint))
        complaint.partner_id = self.customer
        self.assertTrue(self._follows(complaint))

    def test_who_may_not_read_it_hears_nothing(self):
        """R13.1: a subscription gives no right."""
        self._subscribe("rival", partner_id=self.customer.id)
        self._subscribe("seller", partner_id=self.customer.id)
        complaint = self._complain(
            partner_id=self.customer.id, dealer_id=self.nanning.id
        )
        self.assertFalse(self._follows(complaint, "rival"))
        self.assertTrue(self._follows(complaint, "seller"))

    def test_many_cases_take_no_query_each(self):
        """R7.13: found and followed in sets."""
        self._subscribe(partner_id=self.customer.id)
        complaints = self._complain(*({} for _number in range(20)))
        quiet = complaints.with_context(tracking_disable=True)
        quiet[10:].write({"partner_id": self.customer.id})
        self.env["mail.followers"].search(
            [("res_model", "=", quiet._name), ("res_id", "in", quiet.ids)]
        ).unlink()
        Subscription = self.env["truck.complaint.subscription"]

        def count(records):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            pairs = [
                (complaint_id, self.users["manager"].partner_id.id)
                for ids in Subscription._find(records).values()
                for complaint_id in ids
            ]
            records._insert_followers(pairs)
            return self.env.cr.sql_log_count - before

        count(quiet[10:11])
        self.assertEqual(count(quiet[11:12]), count(quiet[12:]))

    def test_from_the_record_itself(self):
        """R7.13: twice is once; a contact stands for his customer."""
        Subscription = self.env["truck.complaint.subscription"]
        manager = self.users["manager"]
        for record in (self.driver, self.customer, self.vehicle, self.nanning):
            record.with_user(manager).action_truck_follow_complaints()
        mine = Subscription.search([("user_id", "=", manager.id)])
        self.assertEqual(len(mine), 3)
        self.assertEqual(mine.partner_id, self.customer)
        self.assertEqual(mine.dealer_id, self.nanning)

    def test_the_same_is_not_followed_twice(self):
        self._subscribe(partner_id=self.customer.id)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._subscribe(partner_id=self.customer.id)

    def test_something_must_be_chosen(self):
        """R7.13: everything of everybody is a filter, not a subscription."""
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._subscribe()

    def test_everybody_has_his_own(self):
        """R13.1: nobody subscribes for others, or reads what they follow."""
        row = self._subscribe("manager", partner_id=self.customer.id)
        seller = self.users["seller"]
        with self.assertRaises(AccessError):
            row.with_user(seller).read(["partner_id"])
        own = self._subscribe("seller", vehicle_id=self.vehicle.id)
        with self.assertRaises(AccessError):
            own.with_user(seller).user_id = self.users["manager"]
        self.assertEqual(row.with_user(self.users["admin"]).display_name, "Haulier")
