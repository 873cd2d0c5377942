from datetime import timedelta

from odoo.tests import freeze_time, tagged

from ..story import today, trust
from .common import DemoCommon

SELLERS = ("demo_user", "demo_user2", "demo_key")


@tagged("post_install", "-at_install")
class TestContacts(DemoCommon):
    """Who was in touch with whom, whom to call today, and whom to leave in peace."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # on the day when the story was told, which may have been last week
        cls.startClassPatcher(freeze_time(cls.company.create_date))
        cls.interactions = cls._search("truck.interaction")
        cls.today = cls.company._truck_to_local_date(cls.company.create_date)

    def _get_person(self, place):
        ref, job = place
        customer = self._search("res.partner", ("ref", "=", ref))
        return customer.child_ids.filtered(lambda person: person.function == job)

    def _get_reasons(self, login):
        """Return how often each reason stands in the day of a user."""
        items = self.env["truck.day.item"].with_user(self._user(login))
        rows = items._read_group([("is_mine", "=", True)], ["reason_id"], ["__count"])
        return {reason.sudo().code: count for reason, count in rows}

    def test_a_year(self):
        """R4.1 Contacts of every kind and result, over a year, by all salespeople."""
        self.assertGreater(len(self.interactions), 700)
        days = sorted(self.interactions.mapped("date"))
        self.assertGreater(days[-1] - days[0], timedelta(days=300))
        kinds = set(self.interactions._fields["kind"].get_values(self.env))
        self.assertEqual(set(self.interactions.mapped("kind")), kinds - {"sms"})
        results = self.env["truck.interaction.result"].search([])
        self.assertEqual(self.interactions.result_id, results)
        for login in (*SELLERS, "demo_user3", "demo_service"):
            self.assertIn(self._user(login), self.interactions.user_id)
        missed = self.interactions.filtered(lambda row: not row.is_reached)
        self.assertGreater(len(missed), 30)
        self.assertTrue(all(self.interactions.mapped("content")))
        self.assertFalse([row for row in self.interactions if "{" in row.content])

    def test_what_about(self):
        """R4.1 They are about leads, orders, trucks; test drives are with a truck."""
        for name in ("contact_ids", "lead_id", "order_id", "vehicle_id"):
            self.assertGreater(len(self.interactions[name]), 10, name)
        drives = self.interactions.filtered(lambda row: row.kind == "test_drive")
        self.assertGreater(len(drives), 5)
        self.assertTrue(all(drive.vehicle_id for drive in drives))
        visits = self.interactions.filtered(lambda row: row.kind == "visit")
        self.assertTrue(any(visits.mapped("latitude")))

    def test_entered_when_they_were(self):
        """R4.1 Each was entered on its day, by who was there."""
        for row in self.interactions:
            self.assertEqual(row.create_date.date(), row.date.date())
            self.assertEqual(row.create_uid, row.user_id)

    def test_done_and_met(self):
        """R4.1 Some contacts are activities that were done, or meetings that were."""
        done = self.interactions.filtered("activity_id")
        self.assertEqual(len(done), len(today.DONE))
        self.assertFalse(any(done.activity_id.mapped("active")))
        met = self.interactions.filtered("event_id")
        self.assertEqual(len(met), sum(bool(row[-1]) for row in today.MEETINGS))
        for row in met:
            self.assertEqual(row.date, row.event_id.start)

    def test_next_steps(self):
        """R4.1 Next steps are planned: some are late, some for today and tomorrow."""
        planned = self.interactions.next_activity_id.filtered("active")
        waits = {(activity.date_deadline - self.today).days for activity in planned}
        self.assertLessEqual({0, 1}, waits)
        self.assertLess(min(waits), 0)
        self.assertGreater(max(waits), 1)

    def test_my_day(self):
        """R4.2 R4.3 Three salespeople have a day; every reason is in one of them."""
        found = set()
        for login in SELLERS:
            reasons = self._get_reasons(login)
            self.assertGreaterEqual(len(reasons), 5, f"{login}: {reasons}")
            self.assertGreaterEqual(sum(reasons.values()), 8, f"{login}: {reasons}")
            self.assertEqual("birthday" in reasons, login == "demo_key", login)
            found |= set(reasons)
        reasons = self.env["truck.day.reason"].search([])
        self.assertEqual(found, set(reasons.mapped("code")))

    def test_deputy(self):
        """R7.3 Who stands in for a colleague on leave has her customers on the list."""
        away, deputy = self._user(today.ABSENT), self._user("demo_user2")
        self.assertTrue(away._truck_is_absent(self.today))
        items = self.env["truck.day.item"].with_user(deputy)
        hers = items.search([("is_mine", "=", True), ("user_id", "=", away.id)])
        self.assertGreater(len(hers), 2)
        self.assertTrue(all(away.name in row.description for row in hers))

    def test_contact_limit(self):
        """R4.6 One buyer was called too often; two people are to be left in peace."""
        people = {
            place: self._get_person(place)
            for place in (today.TOO_OFTEN, today.COMPLAINED, today.REFUSED)
        }
        persons = self.env["res.partner"].union(*people.values())
        states = self.env["truck.contact.limit"]._get_states(persons, self.company)
        reasons = {place: states[person.id].reason for place, person in people.items()}
        self.assertEqual(
            reasons,
            {
                today.TOO_OFTEN: "limit",
                today.COMPLAINED: "cool_off",
                today.REFUSED: "cool_off",
            },
        )

    def test_greetings(self):
        """R4.4 Birthdays and two festivals are greeted; who opted out is left out."""
        greetings = self._search("truck.greeting")
        self.assertEqual(len(greetings), 3)
        self.assertTrue(all(greetings.mapped("active")))
        rows = self._search("truck.greeting.sent")
        self.assertEqual(rows.greeting_id, greetings)
        self.assertEqual(set(rows.mapped("state")), {"sent", "skipped"})
        self.assertIn("optout", rows.mapped("reason"))
        self.assertEqual(
            set(rows.filtered(lambda row: row.state == "sent").mapped("delivery")),
            {"done"},
        )
        for row in rows:
            self.assertEqual(row.sent_date.date(), row.date)
        for place in trust.OPT_OUT:
            self.assertTrue(self._get_person(place).truck_greeting_optout, place)

    def test_data_to_check(self):
        """R1.11 Most customers were verified by salespeople; some are to be checked."""
        customers = self._search("res.partner", ("ref", "=like", "KH%"))
        verified = customers.filtered("truck_verified_date")
        self.assertGreater(len(verified), 60)
        self.assertLessEqual(
            set(verified.truck_verified_by_id.mapped("login")),
            {*SELLERS, "demo_user3"},
        )
        stale = customers.filtered("truck_needs_check")
        self.assertGreater(len(stale & verified), 3)
        self.assertGreater(len(stale - verified), 3)
        self.assertLess(len(stale), len(customers) // 2)
