from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .day_common import NOW, TruckDayCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestTruckDayItem(TruckDayCommon):
    """R4.2: whom to call today, and why."""

    # ------------------------------------------------------------
    # REASONS
    # ------------------------------------------------------------

    def test_a_customer_who_is_looked_after_is_on_no_list(self):
        self.assertFalse(self._rows())

    def test_activities_by_their_day(self):
        """R4.2: overdue, today, tomorrow; what comes later is not yet a matter."""
        for days, codes in (
            (-1, ["activity_overdue"]),
            (0, ["activity_today"]),
            (1, ["activity_tomorrow"]),
            (2, []),
        ):
            with self.subTest(days=days):
                activity = self._plan(self.customer, days)
                self.assertEqual(self._codes(), codes)
                activity.unlink()

    def test_activities_on_all_that_has_to_do_with_a_customer(self):
        """R4.2: whatever it is planned on, the row names the customer."""
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        lead = self.env["crm.lead"].create(
            {"name": "Ten trucks", "partner_id": contact.id, "user_id": self.seller.id}
        )
        vehicle = self._create_vehicle(owner_id=self.customer.id)
        dealer = self._create_dealer("East", "agent", user_id=self.seller.id)
        for record, partner, person in (
            (self.customer, self.customer, False),
            (contact, self.customer, contact),
            (lead, self.customer, contact),
            (self._quote(60), self.customer, False),
            (self._invoice(60), self.customer, False),
            (vehicle, self.customer, False),
            (dealer, dealer.partner_id, False),
        ):
            with self.subTest(record._name):
                activity = self._plan(record, summary="Ask")
                row = self._rows()
                self.assertEqual(row.partner_id, partner)
                self.assertEqual(row.contact_id, person or row.contact_id.browse())
                self.assertEqual((row.res_model, row.res_id), (record._name, record.id))
                self.assertEqual(row.description, "Call · Ask")
                activity.unlink()
        lonely = self.env["crm.lead"].create({"name": "Nobody yet"})
        self._plan(lonely)
        self.assertFalse(self._rows().partner_id)

    def test_an_activity_that_is_done_is_off(self):
        self._plan(self.customer).action_done()
        self.assertFalse(self._rows())

    def test_no_contact_for_longer_than_the_grade_says(self):
        """R4.2: the cadence of the grade, and a usual one without a grade."""
        self.env.company.truck_day_contact_days = 90
        for grade, days, due in (
            (self.grade, -29, False),
            (self.grade, -30, True),
            (self.env.ref("truck_crm.truck_customer_grade_a"), -14, True),
            (self.env.ref("truck_crm.truck_customer_grade_d"), -119, False),
            (None, -89, False),
            (None, -90, True),
        ):
            with self.subTest(grade=grade and grade.code, days=days):
                self.metrics.grade_id = grade
                self.metrics.last_contact_date = self._day(days)
                self.assertEqual(self._codes(), ["no_contact"] * due)

    def test_who_was_never_reached_counts_from_when_he_became_known(self):
        self.metrics.last_contact_date = False
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = '2024-05-05 10:00:00'"
        )
        self.assertFalse(self._rows())
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = '2024-05-04 10:00:00' WHERE id = %s",
            [self.customer.id],
        )
        self.assertIn("Never reached", self._rows().description)

    def test_no_order_for_longer_than_usual(self):
        """R4.2: the usual cycle, with a tolerance; none for who ordered but once."""
        self.env.company.truck_day_order_tolerance = 1.5
        for cycle, days, due in (
            (60, -89, False),
            (60, -90, True),
            (61, -91, False),  # 91.5 is reached on the 92nd day
            (61, -92, True),
            (0, -900, False),
        ):
            with self.subTest(cycle=cycle, days=days):
                self.metrics.order_cycle_days = cycle
                self.metrics.last_order_date = self._day(days)
                self.assertEqual(self._codes(), ["no_order"] * due)

    def test_an_order_of_this_morning_counts_at_once(self):
        """R4.2: the figures of the night do not know it, the list does."""
        self.metrics.write({"order_cycle_days": 30, "last_order_date": self._day(-100)})
        self.assertEqual(self._codes(), ["no_order"])
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        order = self._sell(partner_id=contact.id)
        self.assertFalse(self._rows())
        order._action_cancel()
        self.assertEqual(self._codes(), ["no_order"])

    def test_quotations_about_to_expire(self):
        """R4.2: up to so many days ahead; sent or not, but not ordered, not lost."""
        for days, state, due in (
            (-1, "sent", False),
            (0, "draft", True),
            (7, "sent", True),
            (8, "sent", False),
            (3, "sale", False),
            (3, "cancel", False),
        ):
            with self.subTest(days=days, state=state):
                order = self._quote(days, state=state)
                self.assertEqual(self._codes(), ["quotation"] * due)
                order.state = "cancel"

    def test_receivables_due_and_overdue(self):
        """R4.2: one row per customer, off as soon as it is paid."""
        old, older = self._invoice(-10, 1000), self._invoice(-20, 500)
        soon = self._invoice(3, 70)
        self._invoice(4, 9)
        overdue, due = self._rows(domain=[("res_model", "=", "account.move")])
        self.assertEqual(overdue.reason_id.sudo().code, "receivable_overdue")
        self.assertRecordValues(
            overdue | due,
            [
                {
                    "stake": 1500,
                    "date": self._day(-20),
                    "days_late": 20,
                    "quantity": 2,
                    "res_id": older.id,
                },
                {
                    "stake": 70,
                    "date": self._day(3),
                    "days_late": -3,
                    "quantity": 1,
                    "res_id": soon.id,
                },
            ],
        )
        for invoice in old | older | soon:
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            ).create({})._create_payments()
        self.assertFalse(self._rows())

    def test_what_was_paid_without_saying_for_what_is_taken_off(self):
        self._invoice(-10, 1000)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": self.customer.id,
                "amount": 400,
                "date": self._day(-1),
            }
        )
        payment.action_post()
        if payment.move_id:
            self.assertEqual(self._rows().stake, 600)
        self._invoice(-5, 100, move_type="out_refund")
        self.assertEqual(self._rows().stake, 500 if payment.move_id else 900)

    def test_meetings_of_today_and_tomorrow(self):
        """R4.2: by the user's own day, with whom he meets; not what he declined."""
        for start, due in (
            ("2024-06-02 15:59:00", False),  # yesterday, one minute before midnight
            ("2024-06-02 16:00:00", True),
            ("2024-06-04 15:59:00", True),
            ("2024-06-04 16:00:00", False),
        ):
            with self.subTest(start=start):
                meeting = self._meet(start)
                self.assertEqual(self._codes(), ["meeting"] * due)
                meeting.unlink()
        meeting = self._meet()
        row = self._rows()
        self.assertEqual(row.partner_id, self.customer)
        self.assertEqual(row.description, "14:00 Tender")
        meeting.attendee_ids.filtered(
            lambda a: a.partner_id == self.seller.partner_id
        ).do_decline()
        self.assertFalse(self._rows())
        all_day = self._meet(
            "2024-06-03 08:00:00",
            allday=True,
            start_date="2024-06-03",
            stop_date="2024-06-03",
        )
        self.assertEqual(self._rows().res_id, all_day.id)
        self.assertEqual(self._rows().description, "Tender")

    def test_an_archived_reason_is_not_looked_for(self):
        self._plan(self.customer)
        self._quote()
        reason = self.env.ref("truck_crm.truck_day_reason_quotation")
        reason.active = False
        self.assertEqual(self._codes(), ["activity_today"])
        self.env["truck.day.reason"].search([]).action_archive()
        self.assertFalse(self._rows())

    def test_a_reason_stays_quiet_after_contact(self):
        """R4.2: who was reached today is not to be called for the same again."""
        reason = self.env.ref("truck_crm.truck_day_reason_quotation")
        self._quote()
        for quiet, days, due in ((0, 0, 1), (1, 0, 0), (1, -1, 1), (7, -6, 0)):
            with self.subTest(quiet=quiet, days=days):
                reason.quiet_days = quiet
                self.metrics.last_contact_date = self._day(days)
                self.assertEqual(self._codes(), ["quotation"] * due)

    def test_archived_customers_are_left_alone(self):
        self.metrics.write({"last_contact_date": False, "partner_active": False})
        self.assertFalse(self._rows())

    # ------------------------------------------------------------
    # ORDER
    # ------------------------------------------------------------

    def test_what_waiting_costs(self):
        """R4.2: stake x weight x delay; a delay counts three times at most."""
        reason = self.env.ref("truck_crm.truck_day_reason_receivable_overdue")
        reason.write({"weight": 10, "doubling_days": 30})
        for days, loss in ((-3, 1100), (-30, 2000), (-60, 3000), (-600, 3000)):
            with self.subTest(days=days):
                invoice = self._invoice(days, 10000)
                row = self._rows()
                self.assertEqual((row.stake, row.loss), (10000, loss))
                invoice.button_draft()

    def test_what_costs_most_by_waiting_comes_first(self):
        self.env["truck.day.reason"].search([]).write({"weight": 10})
        small = self._quote()
        small.order_line.price_unit = 1000
        big = self._quote()
        self._plan(self.customer)
        rows = self._rows()
        self.assertEqual(
            [(row.res_id, row.stake) for row in rows],
            [(big.id, 400000), (self.customer.id, 100000), (small.id, 1000)],
        )

    def test_the_money_at_stake(self):
        """R4.2: of the document, else of the customer's year, else the usual."""
        reason = self.env.ref("truck_crm.truck_day_reason_activity_today")
        reason.default_amount = 77
        lead = self.env["crm.lead"].create(
            {
                "name": "Ten trucks",
                "partner_id": self.customer.id,
                "expected_revenue": 5000,
                "probability": 40,
            }
        )
        activity = self._plan(lead)
        self.assertEqual(self._rows().stake, 2000)
        lead.expected_revenue = 0
        self.assertEqual(self._rows().stake, 100000)
        self.metrics.write({"revenue_12m": 5, "revenue_previous_12m": 300})
        self.assertEqual(self._rows().stake, 300)
        self.metrics.write({"revenue_12m": -5, "revenue_previous_12m": 0})
        self.assertEqual(self._rows().stake, 77)
        activity.user_id = self.users["service"]
        self.metrics.revenue_12m = 5000
        self.assertEqual(
            self._rows(self.users["service"]).stake, 77, "money is for sales"
        )

    # ------------------------------------------------------------
    # WHOSE DAY
    # ------------------------------------------------------------

    def test_nobody_sees_the_day_of_another(self):
        """R13.1: not even an administrator who is not the chief."""
        self._plan(self.customer)
        for name in ("rival", "key", "service", "admin"):
            self.assertFalse(self._rows(self.users[name]), name)
        with self.assertRaises(AccessError):
            self._rows(self.users["clerk"])

    def test_a_row_of_another_cannot_be_read_by_its_id(self):
        self._plan(self.customer)
        row = self._rows()
        own = row.with_user(self.rival)
        self.assertFalse(own.search([("id", "=", row.id)]))
        self.assertFalse(own.exists())

    def test_the_deputy_sees_the_day_of_who_is_away(self):
        """R4.2, design rule 13: on the days of absence, as his own."""
        self.seller.write(
            {
                "truck_deputy_id": self.rival.id,
                "truck_absent_from": self._day(0),
                "truck_absent_to": self._day(2),
            }
        )
        self._plan(self.customer)
        self._quote()
        mine = [("is_mine", "=", True)]
        self.assertEqual(self._codes(self.rival, mine), ["activity_today", "quotation"])
        rows = self._rows(self.rival)
        self.assertEqual(rows.user_id, self.seller)
        self.assertIn(f"(you stand in for {self.seller.name})", rows[0].description)
        self.seller.truck_absent_from = self._day(1)
        self.assertFalse(self._rows(self.rival))

    def test_the_deputy_of_the_deputy_and_of_who_has_left(self):
        self.seller.write(
            {"truck_deputy_id": self.rival.id, "truck_absent_from": self._day(-1)}
        )
        self.rival.write(
            {"truck_deputy_id": self.users["key"].id, "truck_absent_from": self._day(0)}
        )
        self._plan(self.customer)
        self.assertTrue(self._rows(self.users["key"]))
        self.assertFalse(self._rows(self.rival))
        self.rival.truck_absent_from = False
        self.seller.truck_absent_from = False
        self.seller.active = False
        self.assertTrue(self._rows(self.rival), "he has left")

    def test_a_deputy_opens_what_he_may_read_else_the_customer(self):
        self.seller.write(
            {"truck_deputy_id": self.rival.id, "truck_absent_from": self._day(0)}
        )
        order = self._quote()
        action = self._rows().action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("sale.order", order.id)
        )
        action = self._rows(self.rival).action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("res.partner", self.customer.id)
        )

    def test_a_chief_can_pick_the_day_of_his_team(self):
        """R4.2: all below him, not who is beside; not as his own to do."""
        boss = new_test_user(
            self.env, "truck_boss", groups="truck_crm.truck_crm_group_manager"
        )
        self.users["manager"].truck_manager_id = boss
        self._plan(self.customer)
        self._plan(self.customer, user=self.rival)
        for chief in (boss, self.users["manager"]):
            rows = self._rows(chief, [("is_mine", "=", False)])
            self.assertEqual(rows.user_id, self.seller)
            self.assertFalse(self._rows(chief, [("is_mine", "=", True)]))
            self.assertTrue(self._rows(chief, [("user_id", "=", self.seller.id)]))

    def test_a_meeting_that_is_logged_is_off_the_list(self):
        """R4.2: what was said there is written down, nothing waits any more."""
        meeting = self._meet()
        self.assertEqual(self._codes(), ["meeting"])
        self.env["truck.interaction"].create(
            {
                "partner_id": self.customer.id,
                "kind": "visit",
                "event_id": meeting.id,
                "date": "2024-06-01 06:00:00",
            }
        )
        self.assertEqual(self._codes(), [])

    def test_a_terminated_dealer_is_courted_no_more(self):
        """R4.2, R2.7: neither his silence nor his orders that stay away count."""
        former = self._create_customer("Former", last_contact_date=self._day(-300))
        self.assertEqual(self._codes(), ["no_contact"])
        dealer = self._create_dealer("Former", "agent", partner_id=former.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE truck_dealer SET state = 'terminated' WHERE id = %s", [dealer.id]
        )
        self.assertEqual(self._codes(), [])

    def test_private_meetings_are_for_their_own_people(self):
        """R13.1: neither chief nor deputy reads of them."""
        self._meet(privacy="private")
        open_one = self._meet(name="Fair")
        self.assertEqual(len(self._rows()), 2)
        rows = self._rows(self.users["manager"])
        self.assertEqual(rows.res_id, open_one.id)
        self.seller.with_user(self.seller).calendar_default_privacy = "private"
        self.assertFalse(self._rows(self.users["manager"]))

    # ------------------------------------------------------------
    # TIME AND COMPANIES
    # ------------------------------------------------------------

    def test_today_is_where_the_user_is(self):
        """R4.2: in the evening of China it is still noon in Berlin."""
        self._plan(self.customer, 1)
        with freeze_time("2024-06-03 16:30:00"):
            self.assertEqual(self._codes(), ["activity_today"])
            self.assertEqual(self._codes(tz="Europe/Berlin"), ["activity_tomorrow"])
            self.seller.tz = False
            self.env.company.partner_id.tz = "Asia/Shanghai"
            self.assertEqual(self._codes(), ["activity_today"])

    def test_days_are_asked_anew(self):
        """R4.2: nothing is kept from the day before, not even in one transaction."""
        self._plan(self.customer, 1)
        self.assertEqual(self._codes(), ["activity_tomorrow"])
        with freeze_time("2024-06-04 02:00:00"):
            self.assertEqual(self._codes(), ["activity_today"])

    def test_only_the_companies_that_are_active(self):
        """R4.2: rows of the companies that are ticked in the client."""
        other = self.env["res.company"].create({"name": "Other Maker"})
        self.seller.company_ids = [Command.link(other.id)]
        self.metrics.last_contact_date = self._day(-40)
        fleet = self._create_customer(
            company_id=other.id, last_contact_date=self._day(-40)
        )
        both = [self.env.company.id, other.id]
        for allowed, partners in (
            (both[:1], self.customer),
            (both[1:], fleet),
            (both, self.customer | fleet),
        ):
            rows = self._rows(allowed_company_ids=allowed)
            self.assertEqual(rows.partner_id, partners)
        self._create_metrics(self.customer, company_id=other.id)
        self.assertEqual(
            self._rows(allowed_company_ids=both).partner_id,
            fleet,
            "reached in one of them",
        )

    def test_money_of_another_currency(self):
        """R4.2: what waiting costs compares over companies and currencies."""
        self.env["truck.day.reason"].search([]).weight = 10
        currency = self.setup_other_currency("EUR", rates=[("2024-01-01", 0.1)])
        other = self.env["res.company"].create(
            {"name": "Other Maker", "currency_id": currency.id}
        )
        self.seller.company_ids = [Command.link(other.id)]
        fleet = self._create_customer(
            company_id=other.id, last_contact_date=False, revenue_12m=500
        )
        self._plan(fleet)
        row = self._rows(allowed_company_ids=[self.env.company.id, other.id])
        self.assertEqual((row.stake, row.loss), (5000, 500))
        pricelist = self.env["product.pricelist"].create(
            {"name": "EUR", "currency_id": currency.id}
        )
        order = self._quote(pricelist_id=pricelist.id)
        order.order_line.price_unit = 100
        rows = self._rows(domain=[("res_model", "=", "sale.order")])
        self.assertAlmostEqual(rows.stake, 1000, 2)

    # ------------------------------------------------------------
    # WHAT A ROW OFFERS
    # ------------------------------------------------------------

    def test_log_a_contact_from_a_row(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id, "phone": "0772 311"}
        )
        order = self._quote(partner_id=contact.id)
        row = self._rows()
        self.assertEqual(row.phone, "0772 311")
        action = row.action_log_contact()
        self.assertEqual(action["target"], "new")
        self.assertEqual(
            action["context"],
            action["context"]
            | {
                "default_partner_id": self.customer.id,
                "default_contact_ids": contact.ids,
                "default_order_id": order.id,
            },
        )
        action = row.action_view_customer()
        self.assertEqual(action["res_id"], self.customer.id)

    def test_several_invoices_open_as_a_list(self):
        moves = self._invoice(-10) | self._invoice(-20)
        action = self._rows().action_open()
        self.assertEqual(action["res_model"], "account.move")
        self.assertCountEqual(action["domain"][0][2], moves.ids)

    def test_a_salesperson_opens_the_invoice_of_a_row(self):
        """R4.2: each row opens the right form; that of core counts payments."""
        invoice = self._invoice(-10)
        invoice.invoice_user_id = self.seller
        self.assertFalse(
            self.env["account.payment"].with_user(self.seller).has_access("read")
        )
        action = self._rows().action_open()
        self.assertEqual(action["res_id"], invoice.id)
        form = Form(invoice.with_user(self.seller))
        self.assertEqual(form.partner_id, self.customer)

    def test_rows_can_be_counted_by_reason(self):
        self._plan(self.customer)
        self._plan(self.customer)
        self._quote()
        groups = self._rows()._read_group([], ["reason_id"], ["__count"])
        counts = {reason.sudo().code: count for reason, count in groups}
        self.assertEqual(counts, {"activity_today": 2, "quotation": 1})

    def test_the_number_of_queries_does_not_grow(self):
        """R4.2: twenty customers take as many queries as one."""
        specification = dict.fromkeys(
            ["description", "phone", "is_mine", "loss", "date", "tone"], {}
        )
        for name in ("partner_id", "reason_id", "user_id", "grade_id"):
            specification[name] = {"fields": {"display_name": {}}}

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            page = self.env["truck.day.item"].with_user(self.seller)
            page = page.web_search_read([("is_mine", "=", True)], specification)
            return page["length"], self.env.cr.sql_log_count - before

        self._plan(self.customer)
        self.metrics.last_contact_date = self._day(-40)
        count()  # fills the caches of the process
        number, one = count()
        self.assertEqual(number, 2)
        for number in range(20):
            fleet = self._create_customer(
                f"Fleet {number}", last_contact_date=self._day(-50 - number)
            )
            self._plan(fleet, -number)
        number, many = count()
        self.assertEqual(number, 42)
        self.assertEqual(many, one)
