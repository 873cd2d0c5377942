from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .interaction_common import InteractionCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 08:00:00")
class TestCalendarEvent(InteractionCommon):
    """R4.1: a meeting is logged once, by its button or by its activity."""

    def _meet(self, record=None, **values):
        """Return a meeting of seller, manager and the customer's buyer."""
        people = self.seller.partner_id | self.manager.partner_id | self.buyer
        return (
            self.env["calendar.event"]
            .with_user(self.seller)
            .with_context(no_mail_to_attendees=True, dont_notify=True)
            .create(
                {
                    "name": "Look at the T560",
                    "start": "2026-03-02 06:00:00",
                    "stop": "2026-03-02 07:30:00",
                    "location": "Yard in Beihai",
                    "partner_ids": [Command.set(people.ids)],
                    "res_model_id": record
                    and self.env["ir.model"]._get_id(record._name),
                    "res_id": record and record.id,
                    **values,
                }
            )
        )

    def _save_log(self, event, user=None):
        action = event.with_user(user or self.seller).action_truck_log()
        form = Form(
            self.env["truck.interaction"]
            .with_user(user or self.seller)
            .with_context(**action["context"]),
            view=action["views"][0][0],
        )
        form.content = "He liked it"
        return form.save()

    def test_log_takes_over_what_the_meeting_says(self):
        """R4.1: when, how long, where, who of theirs, who of ours."""
        event = self._meet()
        self.assertRecordValues(
            self._save_log(event),
            [
                {
                    "partner_id": self.customer.id,
                    "contact_ids": self.buyer.ids,
                    "user_id": self.seller.id,
                    "user_ids": self.manager.ids,
                    "kind": "visit",
                    "duration": 1.5,
                    "subject": "Look at the T560",
                    "place": "Yard in Beihai",
                    "date": event.start,
                    "event_id": event.id,
                }
            ],
        )

    def test_logged_the_button_opens_what_there_is(self):
        """R4.1: never a second entry, for whoever taps it."""
        event = self._meet()
        interaction = self._save_log(event)
        action = event.with_user(self.manager).action_truck_log()
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            ("truck.interaction", interaction.id),
        )
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._log(event_id=event.id)

    def test_log_does_the_activity_of_the_meeting(self):
        """R4.1: a meeting planned on a lead has an activity; Log closes it."""
        lead = self.env["crm.lead"].create(
            {"name": "Ten", "partner_id": self.buyer.id, "user_id": self.seller.id}
        )
        event = self._meet(lead)
        activity = event.activity_ids
        self.assertEqual(activity.res_id, lead.id)
        interaction = self._save_log(event)
        self.assertFalse(activity.active)
        self.assertEqual(interaction.lead_id, lead)
        self.assertEqual(self._find(event_id=event.id), interaction.sudo(False))
        self.assertFalse(self._find(activity_id=activity.id))

    def test_whoever_was_there_closes_the_activity(self):
        """R4.1: a colleague who may not change the lead logs the meeting about it."""
        lead = self.env["crm.lead"].create(
            {"name": "Ten", "partner_id": self.buyer.id, "user_id": self.seller.id}
        )
        people = self.seller.partner_id | self.rival.partner_id | self.buyer
        event = self._meet(lead, partner_ids=[Command.set(people.ids)])
        activity = event.activity_ids
        interaction = self._save_log(event, self.rival)
        self.assertEqual(interaction.user_id, self.rival)
        self.assertFalse(activity.active)

    def test_who_was_not_there_closes_nothing_of_others(self):
        """R13.1: the number of a meeting in a call does not do others' activities."""
        lead = self.env["crm.lead"].create(
            {"name": "Ten", "partner_id": self.buyer.id, "user_id": self.seller.id}
        )
        event = self._meet(lead)
        with self.assertRaises(AccessError):
            self._log(self.rival, event_id=event.id)

    def test_the_activity_logs_the_meeting(self):
        """R4.1: marked as done, Log has nothing left to do."""
        event = self._meet(self.customer)
        activity = event.activity_ids
        activity.with_user(self.seller).action_feedback("He liked it")
        interaction = self._find(event_id=event.id)
        self.assertRecordValues(
            interaction,
            [
                {
                    "activity_id": activity.id,
                    "content": "He liked it",
                    "date": event.start,
                    "duration": 1.5,
                }
            ],
        )
        self.assertEqual(event.action_truck_log()["res_id"], interaction.id)

    def test_a_meeting_held_earlier_than_planned(self):
        """R4.1: logged before its time, it was now."""
        event = self._meet(start="2026-03-04 06:00:00", stop="2026-03-04 07:00:00")
        self.assertEqual(str(self._save_log(event).date), "2026-03-02 08:00:00")

    def test_a_meeting_among_ourselves_asks_for_the_customer(self):
        """R4.1: nothing is invented where no customer is invited."""
        event = self._meet(partner_ids=[Command.set(self.seller.partner_id.ids)])
        context = event.action_truck_log()["context"]
        self.assertNotIn("default_partner_id", context)

    def test_guests_of_another_customer_are_left_out(self):
        """R4.1: the interaction is with one customer."""
        guest = self.env["res.partner"].create(
            {"name": "Guest", "parent_id": self.other.id}
        )
        people = self.seller.partner_id | self.buyer | guest
        event = self._meet(self.customer, partner_ids=[Command.set(people.ids)])
        self.assertEqual(self._save_log(event).contact_ids, self.buyer)
