from datetime import date

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.truck_greeting_sender import Occasion
from .personal_common import TruckPersonalCommon

TEN = " 02:00:00"  # in UTC, when it is ten o'clock in Shanghai


@tagged("post_install", "-at_install")
class TestTruckGreeting(TruckPersonalCommon):
    """R4.4: everybody gets a greeting once a year, on the day, if he wants it.

    The company's clock is that of Shanghai. Spring Festival was on 29 January 2025 and
    10 February 2024, Mid-Autumn on 6 October 2025; 2025 had a leap sixth month.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.env["truck.greeting"].search([]).active = False
        cls.env["truck.contact.limit"].search([]).active = False
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Wishes",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "subject": "Best wishes",
                "body_html": "<p>Best wishes, <t t-out='object.name'/></p>",
                "email_from": "sales@example.com",
            }
        )
        cls.people = cls.env["res.partner"].create(
            [
                {
                    "name": f"Person {n}",
                    "email": f"person{n}@example.com",
                    "parent_id": cls.customer.id,
                }
                for n in range(3)
            ]
        )
        cls.buyer.email = "buyer@example.com"
        # only these: other tests' and Odoo's own contacts are left out
        cls.whom = cls.people | cls.buyer
        cls.festival = cls._create_greeting("Spring", 1, 1, "lunar")
        cls.wish = cls._create_greeting("Birthday", occasion="birthday")

    @classmethod
    def _create_greeting(cls, name, month=1, day=1, kept_by="solar", **values):
        return cls.env["truck.greeting"].create(
            {
                "name": name,
                "active": True,
                "festival_calendar": kept_by,
                "festival_month": month,
                "festival_day": day,
                "template_id": cls.template.id,
                "partner_domain": str([("id", "in", cls.whom.ids)]),
                **values,
            }
        )

    def _run(self, moment, batch_size=2):
        """Run the job as Odoo does; return the rows that it has added."""
        Sent = self.env["truck.greeting.sent"]
        before = Sent.search([])
        with freeze_time(moment), self.enter_registry_test_mode():
            with self.env.registry.cursor() as cr:
                self.env(cr=cr)["truck.greeting"]._cron_send(batch_size=batch_size)
        self.env.invalidate_all()
        return Sent.search([]) - before

    def _set_birthday(self, partner, **values):
        profile = self.env["truck.personal.profile"].search(
            [("partner_id", "=", partner.id)]
        )
        if not profile:
            profile = profile.create({"partner_id": partner.id})
        profile.write({"birthday": False, **values})
        return profile

    # --- when ---

    def test_lunar_festival_on_its_day_of_each_year(self):
        """R4.4: 正月初一 is another day every year; the row bears the lunar year."""
        self.assertFalse(self._run("2025-01-28" + TEN))
        rows = self._run("2025-01-29" + TEN)
        self.assertEqual(rows.partner_id, self.whom)
        self.assertEqual(set(rows.mapped("year")), {2025})
        self.assertEqual(set(rows.mapped("date")), {date(2025, 1, 29)})
        self.assertEqual(set(rows.mapped("delivery")), {"waiting"})
        rows = self._run("2026-02-17" + TEN)
        self.assertEqual(rows.partner_id, self.whom)

    def test_once_a_year_however_often_the_job_runs(self):
        """R4.4: every hour of the day and of the days after it: one mail each."""
        self._run("2025-01-29" + TEN)
        mails = self.env["mail.mail"].search_count([("subject", "=", "Best wishes")])
        self.assertEqual(mails, 4)
        for moment in ("2025-01-29 03:00:00", "2025-01-30" + TEN, "2025-01-31" + TEN):
            self.assertFalse(self._run(moment))
        self.assertEqual(
            self.env["mail.mail"].search_count([("subject", "=", "Best wishes")]), 4
        )

    def test_database_refuses_a_second_row(self):
        """R4.4: the proof of “once a year” is a unique index, not an if."""
        rows = self._run("2025-01-29" + TEN)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.env.cr.execute(
                "INSERT INTO truck_greeting_sent (greeting_id, partner_id, year,"
                " occasion, date, company_id, channel, state, sent_date) SELECT"
                " greeting_id, partner_id, year, occasion, date, company_id, channel,"
                " state, sent_date FROM truck_greeting_sent WHERE id = %s",
                [rows[0].id],
            )

    def test_who_was_claimed_by_another_server_is_passed_over(self):
        """R4.4: only who claims the row sends the mail."""
        occasion = Occasion(date(2025, 1, 29), 10101, 2025)
        Sent = self.env["truck.greeting.sent"]
        first = Sent._claim(self.festival, occasion, self.people, {})
        second = Sent._claim(self.festival, occasion, self.whom, {})
        self.assertEqual(first.partner_id, self.people)
        self.assertEqual(second.partner_id, self.buyer)

    def test_hours_and_time_zone_of_the_company(self):
        """R4.4: from nine to twenty o'clock there; the day begins there too."""
        self.festival.hour_to = 20
        # 8:59 and 20:00 in Shanghai, and the evening before in UTC
        for moment in ("2025-01-29 00:59:00", "2025-01-29 12:00:00"):
            self.assertFalse(self._run(moment))
        self.assertTrue(self._run("2025-01-29 01:00:00"))
        self.env.company.partner_id.tz = "America/New_York"
        greeting = self._create_greeting("Day", 7, 4, hour_from=0, hour_to=24)
        self.assertFalse(self._run("2025-07-04 03:00:00"))  # still the third there
        rows = self._run("2025-07-05 03:00:00")
        self.assertEqual(rows.greeting_id, greeting)
        self.assertEqual(rows[0].date, date(2025, 7, 4))

    def test_days_before(self):
        """R4.4: a letter with time to arrive; the year is that of the festival."""
        self.festival.active = False
        self._create_greeting("New Year", days_before=7)
        self.assertFalse(self._run("2024-12-24" + TEN))
        rows = self._run("2024-12-25" + TEN)
        self.assertEqual(set(rows.mapped("year")), {2025})
        self.assertEqual(set(rows.mapped("date")), {date(2025, 1, 1)})

    def test_missed_days_are_made_up_for_within_the_policy(self):
        """R4.4: the server was down for two days; after three it is left out."""
        self.assertEqual(self.festival.late_days, 2)
        self.assertFalse(self._run("2025-02-01" + TEN))
        rows = self._run("2025-01-31" + TEN)
        self.assertEqual(rows.partner_id, self.whom)
        self.assertEqual(set(rows.mapped("date")), {date(2025, 1, 29)})

    def test_leap_days_and_leap_months(self):
        """R4.4: 29 February is kept on the 28th, a leap month in the ordinary one."""
        self.festival.active = False
        for values, day, year in (
            ({"birthday": "1980-02-29"}, "2025-02-28", 2025),
            ({"birthday": "1980-02-29"}, "2028-02-29", 2028),
            # the sixth month of 2025 was followed by a leap sixth one
            ({"lunar_month": 6, "lunar_day": 8}, "2025-07-02", 2025),
            # the twelfth month of lunar 2024 had 29 days
            ({"lunar_month": 12, "lunar_day": 30}, "2025-01-28", 2024),
        ):
            with self.subTest(values=values, day=day):
                self.env["truck.greeting.sent"].search([]).unlink()
                kept_by = "lunar" if "lunar_day" in values else "solar"
                self._set_birthday(self.buyer, birthday_calendar=kept_by, **values)
                self.env.flush_all()
                rows = self._run(day + TEN)
                self.assertEqual(rows.partner_id, self.buyer)
                self.assertEqual(rows.year, year)
        self.env["truck.greeting.sent"].search([]).unlink()
        self._set_birthday(
            self.buyer, birthday_calendar="lunar", lunar_month=6, lunar_day=8
        )
        self.assertFalse(self._run("2025-08-01" + TEN))  # 闰六月初八

    def test_a_lunar_day_can_come_twice_in_a_solar_year(self):
        """R4.4: 腊月初一 was on 11 January and on 31 December 2024: two years' days."""
        self.festival.active = False
        self._set_birthday(
            self.buyer, birthday_calendar="lunar", lunar_month=12, lunar_day=1
        )
        self.assertEqual(self._run("2024-01-11" + TEN).year, 2023)
        self.assertEqual(self._run("2024-12-31" + TEN).year, 2024)

    # --- whom ---

    def test_nothing_is_sent_right_after_installing(self):
        """R4.4: what comes with the addon is switched off."""
        xmlids = ("birthday", "new_year", "spring_festival", "mid_autumn")
        for name in xmlids:
            self.assertFalse(self.env.ref(f"truck_crm.truck_greeting_{name}").active)
        self.assertFalse(self.env["truck.greeting"].new({}).active)

    def test_opt_out_and_blacklist(self):
        """R4.4: who does not want it gets none, and it is written down why."""
        self.people[0].truck_greeting_optout = True
        self.env["mail.blacklist"]._add(self.people[1].email)
        rows = self._run("2025-01-29" + TEN)
        reasons = {row.partner_id: row.reason for row in rows}
        self.assertEqual(
            reasons,
            {
                self.people[0]: "optout",
                self.people[1]: "blacklist",
                self.people[2]: False,
                self.buyer: False,
            },
        )
        self.assertFalse(rows.filtered("reason").mail_id)

    def test_opt_out_of_a_company_holds_for_its_people(self):
        """R4.4: ticked at the customer, nobody of it is greeted."""
        self.customer.truck_greeting_optout = True
        rows = self._run("2025-01-29" + TEN)
        self.assertEqual(set(rows.mapped("reason")), {"optout"})

    def test_without_an_address(self):
        """R4.4: a birthday is listed, so that somebody calls; a festival is not."""
        self.buyer.email = False
        self._set_birthday(self.buyer, birthday="1980-01-29")
        rows = self._run("2025-01-29" + TEN)
        self.assertEqual(
            rows.filtered(lambda r: r.partner_id == self.buyer).mapped("reason"),
            ["no_address"],
        )
        festival = rows.filtered(lambda r: r.occasion == "festival")
        self.assertEqual(festival.partner_id, self.people)

    def test_contact_limit_and_cool_off(self):
        """R4.6: who was contacted too often, or has complained, is left in peace."""
        self.env["truck.contact.limit"].create(
            {"name": "Strict", "max_count": 1, "period_days": 10, "cool_off_days": 5}
        )
        complaint = self.env["truck.interaction.result"].create(
            {"name": "Complaint", "cool_off": True}
        )
        for person, values in (
            (self.people[0], {"kind": "call_out"}),
            (self.people[1], {"kind": "call_in", "result_id": complaint.id}),
            (self.people[2], {"kind": "call_in"}),
        ):
            self.env["truck.interaction"].create(
                {
                    "partner_id": self.customer.id,
                    "contact_ids": person.ids,
                    "date": "2025-01-27 02:00:00",
                    **values,
                }
            )
        rows = self._run("2025-01-29" + TEN)
        reasons = {row.partner_id: row.reason for row in rows}
        self.assertEqual(reasons[self.people[0]], "limit")
        self.assertEqual(reasons[self.people[1]], "cool_off")
        self.assertFalse(reasons[self.people[2]])

    def test_grades_deciders_and_domain(self):
        """R4.4: whom is chosen by grade, by who decides, and by any condition."""
        grade = self.env.ref("truck_crm.truck_customer_grade_a")
        self.festival.grade_ids = grade
        self.assertFalse(self._run("2025-01-29" + TEN))
        self.env["truck.customer.metrics"].sudo().create(
            {
                "partner_id": self.customer.id,
                "company_id": self.env.company.id,
                "grade_id": grade.id,
            }
        )
        self.people[1].truck_authority = "alone"
        self.people[2].truck_authority = "recommends"
        self.festival.is_decider_only = True
        self.assertEqual(self._run("2025-01-29" + TEN).partner_id, self.people[1])

    def test_internal_users_and_companies_are_no_contacts(self):
        """R4.4: greetings are for people outside."""
        colleague = self.users["seller"].partner_id
        colleague.email = "seller@example.com"
        self.customer.email = "haulier@example.com"
        whom = (colleague | self.customer | self.buyer).ids
        self.festival.partner_domain = str([("id", "in", whom)])
        self.assertEqual(self._run("2025-01-29" + TEN).partner_id, self.buyer)

    def test_each_company_greets_its_own(self):
        """R4.4: another company's contact is not greeted; each has its clock."""
        other = self.env["res.company"].create({"name": "Another Maker"})
        self.people[0].company_id = other
        self.people[0].parent_id = False
        rows = self._run("2025-01-29" + TEN)
        self.assertEqual(rows.partner_id, self.whom - self.people[0])
        self.festival.active = False
        self._create_greeting("Theirs", 1, 1, "lunar", company_id=other.id)
        other.partner_id.tz = "Asia/Shanghai"
        rows = self._run("2025-01-29" + TEN)
        self.assertIn(self.people[0], rows.partner_id)
        self.assertEqual(rows.company_id, other)

    # --- how ---

    def test_in_the_language_of_the_person(self):
        """R4.4: a template is rendered for each in the own language."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.template.with_context(lang="zh_CN").subject = "新春快乐"
        self.people[0].lang = "zh_CN"
        self.people[1].lang = "en_US"
        rows = self._run("2025-01-29" + TEN)
        subjects = {row.partner_id: row.mail_id.subject for row in rows}
        self.assertEqual(subjects[self.people[0]], "新春快乐")
        self.assertEqual(subjects[self.people[1]], "Best wishes")

    def test_to_the_person_whatever_the_template_says(self):
        """R4.4: a template of somebody else's sends to nobody else."""
        self.template.write({"email_to": "boss@example.com", "use_default_to": False})
        mails = self._run("2025-01-29" + TEN).mail_id
        self.assertEqual(len(mails), 4)
        self.assertEqual(mails.recipient_ids, self.whom)
        self.assertFalse(any(mails.mapped("email_to")))
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})

    def test_a_broken_template_stops_no_other_greeting(self):
        """R4.4: the problem stands on the greeting, and goes once it is mended."""
        broken = self.template.copy({"subject": "{{ 1 / (object.name != 'Buyer') }}"})
        first = self._create_greeting("First", 1, 1, "lunar", sequence=1)
        first.template_id = broken
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            rows = self._run("2025-01-29" + TEN)
        self.assertEqual(rows.greeting_id, self.festival)
        self.assertTrue(first.problem)
        first.template_id = self.template
        rows = self._run("2025-01-29" + TEN)
        self.assertEqual(rows.greeting_id, first)
        self.assertFalse(first.problem)

    def test_default_templates_can_be_rendered(self):
        """R4.4: each greeting that comes along, in each language."""
        for greeting in (
            self.env["truck.greeting"]
            .with_context(active_test=False)
            .search([("id", "not in", (self.festival | self.wish).ids)])
        ):
            template = greeting._get_template()
            if greeting.channel == "mail":
                (mail,) = greeting._create_mails(self.buyer).values()
                self.assertIn("Buyer", mail.body_html, template.name)
                self.assertTrue(mail.email_from)

    def test_batches_take_no_more_queries_per_person(self):
        """R4.4: to find and claim many takes as many queries as one; mails are made
        by Odoo, some queries each."""
        with freeze_time("2025-01-29" + TEN):
            occasion = Occasion(date(2025, 1, 29), 10101, 2025)
            self.env["truck.contact.limit"].create({"name": "Any"})
            counts = []
            for people in (self.people[:1], self.whom):
                self.env.flush_all()
                for _round in range(2):  # the first fills the caches of the process
                    self.env.invalidate_all()
                    before = self.env.cr.sql_log_count
                    refusals = self.festival._get_refusals(people)
                    self.env["truck.greeting.sent"]._claim(
                        self.festival, occasion, people, refusals
                    )
                counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # --- privacy ---

    def test_birthday_rows_need_the_right(self):
        """R1.4, R4.4: a manager sees festivals, who has the right sees birthdays."""
        self._set_birthday(self.buyer, birthday="1980-01-29")
        rows = self._run("2025-01-29" + TEN)
        birthday = rows.filtered(lambda r: r.occasion == "birthday")
        self.assertEqual(birthday.partner_id, self.buyer)
        for name, expected in (
            ("manager", rows - birthday),
            ("admin", rows - birthday),
        ):
            Sent = self.env["truck.greeting.sent"].with_user(self.users[name])
            self.assertEqual(Sent.search([]), expected)
            with self.assertRaises(AccessError):
                birthday.with_user(self.users[name]).read(["date"])
        for name in ("seller", "key", "service", "clerk"):
            with self.assertRaises(AccessError):
                rows.with_user(self.users[name]).read(["partner_id"])
        Sent = self.env["truck.greeting.sent"].with_user(self.confidant)
        self.assertEqual(Sent.search([]), birthday)
        Sent = Sent.with_user(self.outsider)
        self.assertFalse(Sent.search([]))

    def test_looking_at_birthday_rows_leaves_a_trace(self):
        """R1.4: the job says what it read; a user who looks at the rows as well."""
        self._set_birthday(self.buyer, birthday="1980-01-29")
        self._clear_log()
        rows = self._run("2025-01-29" + TEN)
        root = self.env.ref("base.user_root").login
        self.assertEqual(self._traces(), {(root, "greet", "Buyer")})
        self._clear_log()
        rows.with_user(self.users["manager"]).search([]).read(["partner_id"])
        self.assertFalse(self._traces())
        birthday = rows.filtered(lambda r: r.occasion == "birthday")
        birthday.with_user(self.confidant).read(["partner_id", "date"])
        self.assertEqual(self._traces(), {(self.confidant.login, "read", "Buyer")})

    def test_nobody_reads_the_birthday_in_a_chatter(self):
        """R1.4: the mail belongs to no record and to no reader but the system."""
        self._set_birthday(self.buyer, birthday="1980-01-29")
        self.customer.user_id = self.users["seller"]
        self.festival.active = False
        mail = self._run("2025-01-29" + TEN).mail_id
        message = mail.mail_message_id
        self.assertFalse(message.model)
        self.assertFalse(message.res_id)
        self.assertTrue(mail.auto_delete)
        self.assertNotIn(message, self.buyer.message_ids)
        self.assertFalse(
            self.buyer.message_ids.filtered(
                lambda m: "wishes" in (m.subject or "") + (m.body or "")
            )
        )
        for user in self.users.values():
            Message = self.env["mail.message"].with_user(user)
            self.assertFalse(Message.search([("id", "=", message.id)]))
            with self.assertRaises(AccessError):
                message.with_user(user).read(["body"])
            with self.assertRaises(AccessError):
                mail.with_user(user).read(["body_html"])

    def test_erasing_forgets_that_there_was_a_birthday(self):
        """R1.4: with the profile go the rows and the mails that tell the day."""
        profile = self._set_birthday(self.buyer, birthday="1980-01-29")
        rows = self._run("2025-01-29" + TEN)
        birthday = rows.filtered(lambda r: r.occasion == "birthday")
        mail = birthday.mail_id
        wizard = self.env["truck.personal.erase"].with_user(self.confidant)
        wizard = wizard.create({"partner_ids": self.buyer.ids})
        self.assertIn("Greeting Sent", wizard.preview)
        profile.with_user(self.confidant).unlink()
        self.assertFalse(birthday.exists())
        self.assertFalse(mail.exists())
        self.assertTrue((rows - birthday).exists())

    # --- merging ---

    def test_merging_two_people_who_were_both_greeted(self):
        """R4.4: one row stays, that of a greeting which was sent."""
        self.people[0].truck_greeting_optout = True
        rows = self._run("2025-01-29" + TEN)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            self.people[:2].ids, self.people[0], extra_checks=False
        )
        left = rows.exists().filtered(lambda r: r.partner_id == self.people[0])
        self.assertEqual(left.mapped("state"), ["sent"])

    # --- preview and test ---

    def test_preview_tells_who_gets_it_and_who_not(self):
        """R4.4: the next time, day by day, with the reason."""
        unwilling = self.people[-1]
        unwilling.truck_greeting_optout = True
        with freeze_time("2025-01-05" + TEN):
            manager = self.festival.with_user(self.users["manager"])
            action = manager.action_preview()
        preview = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(preview.total, 4)
        self.assertEqual(preview.greeted_count, 3)
        self.assertEqual(preview.next_date, date(2025, 1, 29))
        self.assertEqual(preview.line_ids.partner_id, self.whom)
        preview.invalidate_recordset()  # read as the client does, with another request
        # of hundreds of people, the few who get none are seen first
        self.assertEqual(preview.line_ids.mapped("reason"), ["optout", *[False] * 3])
        self.assertEqual(preview.line_ids[0].partner_id, unwilling)
        with self.assertRaises(AccessError):
            preview.with_user(self.users["admin"]).read(["total"])
        # a festival is shown however far away it is, and not to who has had it
        self._run("2025-01-29" + TEN)
        with freeze_time("2025-01-29" + TEN):
            action = manager.action_preview()
        self.assertFalse(self.env[action["res_model"]].browse(action["res_id"]).total)
        with freeze_time("2025-02-05" + TEN):
            action = manager.action_preview()
        preview = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(preview.next_date, date(2026, 2, 17))

    def test_preview_of_birthdays_needs_the_right_and_leaves_a_trace(self):
        """R1.4: nobody learns birthdays from a preview."""
        self._set_birthday(self.buyer, birthday="1980-01-29")
        self._clear_log()
        with freeze_time("2025-01-05" + TEN):
            for name in ("seller", "manager", "admin"):
                with self.assertRaises(AccessError):
                    self.wish.with_user(self.users[name]).action_preview()
            self.assertFalse(self._traces())
            action = self.wish.with_user(self.confidant).action_preview()
        preview = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(preview.line_ids.partner_id, self.buyer)
        self.assertEqual(preview.line_ids.send_date, date(2025, 1, 29))
        self.assertEqual(self._traces(), {(self.confidant.login, "greet", "Buyer")})

    def test_test_goes_to_the_user_alone(self):
        """R4.4: one mail, no row; without an address or a template it says so."""
        admin = self.users["admin"]
        admin.email = "admin@example.com"
        before = self.env["mail.mail"].search([])
        self.festival.with_user(admin).action_send_test()
        mail = self.env["mail.mail"].search([]) - before
        self.assertEqual(mail.recipient_ids, admin.partner_id)
        self.assertFalse(self.env["truck.greeting.sent"].search([]))
        with self.assertRaises(AccessError):
            self.festival.with_user(self.users["manager"]).action_send_test()
        admin.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self.festival.with_user(admin).action_send_test()
        self.festival.write({"active": False, "template_id": False})
        with self.assertRaisesRegex(UserError, "Choose a template"):
            self.festival.with_user(admin).action_send_test()

    # --- bad input ---

    def test_bad_input_is_refused_with_the_remedy(self):
        """R4.4: days that do not exist, hours upside down, a domain of nonsense."""
        for values, text in (
            (
                {"festival_calendar": "solar", "festival_month": 2, "festival_day": 30},
                "no day 30 in month 2",
            ),
            ({"festival_month": 13}, "month 13"),
            ({"festival_day": 31}, "lunar: 1-30"),
            ({"template_id": False}, "without a template"),
            ({"partner_domain": "[('no_such_field', '=', 1)]"}, "Whom cannot be read"),
            ({"partner_domain": "nonsense("}, "Whom cannot be read"),
        ):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, text):
                self.festival.write(values)
        for values in ({"hour_from": 20, "hour_to": 9}, {"late_days": 99}):
            with (
                self.subTest(values),
                self.assertRaises(Exception) as caught,
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.festival.write(values)
                self.env.flush_all()
            self.assertIn("truck_greeting_check", str(caught.exception))

    def test_next_festival_is_shown(self):
        """R4.4: the form says when the lunar day is next."""
        with freeze_time("2025-03-01" + TEN):
            self.festival.invalidate_recordset()
            self.assertEqual(self.festival.next_festival, date(2026, 2, 17))
            self.assertEqual(self.festival.festival_text, "Month 1, Day 1")
            self.assertFalse(self.wish.next_festival)
