from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import VINS
from .complaint_common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestTruckComplaintCall(ComplaintCommon):
    """R7.1: a complaint in seconds from a phone call."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.partner"].create(
            {
                "name": "桂林恒通物流有限公司",
                "is_company": True,
                "phone": "0773 3112345",
            }
        )
        cls.shop = cls.env["res.partner"].create(
            {"name": "Workshop", "is_company": True, "phone": "+86 772 311 2345"}
        )
        cls.trucks = cls._create_vehicle(VINS[1], plate="桂B12399")
        cls.trucks |= cls._create_vehicle(VINS[2], owner_id=cls.other.id)

    def _form(self, user="service", **values):
        form = Form(self.env["truck.complaint.call"].with_user(self.users[user]))
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def _save(self, form):
        call = form.save()
        action = call.action_save()
        return self.env["truck.complaint"].browse(action["res_id"])

    def test_everybody_is_found_by_what_he_says_first(self):
        """R7.1: phone of a contact or a company, plate, part of a VIN, name."""
        cases = {
            "13807730001": (self.customer, self.driver, self.vehicle),
            "桂B12345": (self.customer, None, self.vehicle),
            "b12345": (self.customer, None, self.vehicle),
            "300101": (self.customer, None, self.vehicle),
            VINS[0]: (self.customer, None, self.vehicle),
            "07733112345": (self.other, None, self.trucks[1]),
            "+86 773 311 2345": (self.other, None, self.trucks[1]),
            # as a telephone shows it, of a number that is kept with +86
            "07723112345": (self.shop, None, None),
            "恒通": (self.other, None, self.trucks[1]),
        }
        for term, (customer, contact, vehicles) in cases.items():
            with self.subTest(term):
                form = self._form(term=term)
                self.assertEqual(form.partner_id, customer)
                self.assertEqual(form.contact_id, contact or self.driver.browse())
                self.assertEqual(form.vehicle_ids[:], vehicles or self.vehicle.browse())
                self.assertFalse(form.hint)

    def test_the_number_to_call_back_is_at_hand(self):
        """R7.1: of the contact, else of the customer; kept nowhere a second time."""
        complaint = self._save(self._form(term="13807730001", subject="Smoke"))
        self.assertEqual(complaint.contact_id, self.driver)
        self.assertEqual(complaint.phone_on_file, self.driver.truck_mobile)
        complaint = self._save(self._form(term="07733112345", subject="Smoke"))
        self.assertEqual(complaint.phone_on_file, self.other.phone)
        form = Form(complaint.with_user(self.users["service"]))
        self.assertFalse(form._get_modifier("phone_on_file", "invisible"))
        form.phone = "13999999999"
        self.assertTrue(form._get_modifier("phone_on_file", "invisible"))

    def test_several_are_offered(self):
        """R7.1: the known vehicles of the customer; more of the number is asked for."""
        form = self._form(term="桂B123")
        self.assertFalse(form.vehicle_ids[:])
        self.assertEqual(form.known_vehicle_ids[:], self.vehicle | self.trucks[0])
        self.assertIn("2 vehicles fit", form.hint)
        self._create_vehicle(VINS[3], operator_id=self.customer.id)
        form = self._form(term="13807730001")
        self.assertFalse(form.vehicle_ids[:])
        self.assertEqual(len(form.known_vehicle_ids[:]), 2)

    def test_a_stranger_is_taken_all_the_same(self):
        """R7.1: nothing that comes in is lost."""
        form = self._form(term="13999999999")
        self.assertIn("Nobody is known by this", form.hint)
        self.assertEqual(form.phone, "13999999999")
        form.contact_name = "Mr Li"
        form.subject = "Smoke"
        form.description = "On every hill"
        complaint = self._save(form)
        self.assertIn("On every hill", complaint.description)
        self.assertRecordValues(
            complaint,
            [{"partner_id": False, "contact_name": "Mr Li", "phone": "13999999999"}],
        )

    def test_few_fields_are_enough(self):
        """R7.1: number, complaint, save; all else is filled in."""
        complaint = self._save(self._form(term="13807730001", subject="Smoke"))
        self.assertRecordValues(
            complaint,
            [
                {
                    "partner_id": self.customer.id,
                    "contact_id": self.driver.id,
                    "vehicle_ids": self.vehicle.ids,
                    "channel": "phone",
                    "user_id": self.users["service"].id,
                    "team_id": self.team.id,
                    "state": "new",
                }
            ],
        )
        self.assertFalse(complaint.date_response)

    def test_the_team_leader_owns_what_others_take(self):
        """R7.2: unless who takes the call belongs to the team."""
        self.team.user_id = self.users["manager"]
        complaint = self._save(self._form(subject="Smoke"))
        self.assertEqual(complaint.user_id, self.users["manager"])
        self.team.member_ids = self.users["service"]
        complaint = self._save(self._form(subject="Smoke"))
        self.assertEqual(complaint.user_id, self.users["service"])

    def test_salespeople_take_calls(self):
        """R7.1: of whom they may not see, too."""
        complaint = self._save(self._form("seller", subject="Smoke", term="恒通"))
        self.assertEqual(complaint.with_user(self.users["seller"]).subject, "Smoke")

    def test_the_last_complaints_are_seen_at_once(self):
        """R7.1: a duplicate is seen before it is made."""
        known = self._complain(vehicle_ids=self._link(self.vehicle))
        done = self._solve(self._complain(partner_id=self.customer.id))
        form = self._form(term="13807730001")
        self.assertEqual(form.similar_ids[:], known | done)
        self.assertEqual(form.open_similar_ids[:], known)

    def test_a_second_call_joins_the_first(self):
        """R7.1: no second complaint; who waited for him goes on."""
        known = self._complain(partner_id=self.customer.id)
        known.action_wait()
        second = self._create_vehicle(VINS[4], owner_id=self.customer.id)
        form = self._form(term=VINS[4], subject="Still smoking")
        form.duplicate_of_id = known
        self.assertEqual(self._save(form), known)
        self.assertEqual(known.state, "in_progress")
        self.assertIn(second, known.vehicle_ids)
        self.assertIn("Still smoking", known.message_ids[0].body)

    def test_what_a_second_call_says_more_is_kept(self):
        """R7.1: worse is worse, who calls is known now; nothing is lowered."""
        known = self._complain(
            partner_id=self.customer.id, severity="major", category_id=self.gearbox.id
        )
        form = self._form(term="13807730001", subject="It stopped on the motorway")
        form.is_vehicle_down = form.is_safety = True
        form.mileage = 120_000
        form.duplicate_of_id = known
        self._save(form)
        self.assertEqual((known.severity, known.category_id), ("major", self.gearbox))
        self.assertTrue(known.is_vehicle_down and known.is_safety)
        self.assertEqual((known.mileage, known.contact_id), (120_000, self.driver))

    def test_a_second_call_about_staff_makes_it_confidential(self):
        """R7.12: the first complaint goes to the top; the lists do not tell."""
        known = self._complain(partner_id=self.customer.id)
        known.message_subscribe(self.users["seller"].partner_id.ids)
        told = known.message_post(
            body="Call him", partner_ids=self.users["seller"].partner_id.ids
        )
        form = self._form(term="13807730001", subject="Now he wants money for it")
        form.category_id = self.staff
        form.accused_ids.add(self.users["seller"].partner_id)
        form.duplicate_of_id = known
        action = form.save().action_save()
        self.assertIn("is confidential", action["params"]["message"])
        self.assertTrue(known.is_confidential)
        self.assertEqual(known.accused_ids, self.users["seller"].partner_id)
        message = known.message_ids.filtered(lambda m: "money" in m.body)
        self.assertFalse(message.notified_partner_ids & known.accused_ids)
        self.assertEqual(action["params"]["next"]["res_model"], known._name)
        self.assertFalse(told.with_user(self.users["seller"]).has_access("read"))
        self.assertFalse(told.notified_partner_ids & known.accused_ids)

    @freeze_time("2026-03-02 03:00:00")
    def test_what_he_was_told_is_a_promise(self):
        """R7.2: a promise on the phone is the first answer."""
        form = self._form(term="13807730001", subject="Smoke")
        form.promise = "A technician calls back"
        form.promise_date = "2026-03-02 05:00:00"
        complaint = self._save(form)
        self.assertEqual(complaint.promise_ids.told_by, "phone")
        self.assertEqual(str(complaint.date_response), "2026-03-02 03:00:00")
        self.assertEqual(complaint.state, "in_progress")

    def test_solved_on_the_phone(self):
        """R7.2: solved at first contact."""
        form = self._form(term="13807730001", subject="AdBlue lamp")
        form.remedy = "Fill up and start twice"
        complaint = self._save(form)
        self.assertEqual(complaint.state, "solved")
        self.assertIn("Fill up", complaint.remedy)
        self.assertTrue(complaint.date_response)

    # --- what helped others ---

    def _solution(self, name="Smoke on the hill", remedy="<p>Clean the filter</p>"):
        solution = self.env["truck.solution"].create(
            {"name": name, "remedy": remedy, "cause": "<p>Dust</p>"}
        )
        solution.action_approve()
        return solution

    def _call(self, **vals):
        """Return a call that is being typed, by the service desk."""
        Call = self.env["truck.complaint.call"].with_user(self.users["service"])
        return Call.new({"partner_id": self.customer.id, **vals})

    def test_what_helped_others_is_suggested_while_it_is_typed(self):
        """R7.5: before anything is saved."""
        solution = self._solution()
        form = self._form(term="13807730001")
        self.assertFalse(form.suggested_solution_ids[:])
        form.subject = "Smoke on every hill"
        self.assertEqual(form.suggested_solution_ids[:].ids, solution.ids)
        form.subject = "座椅下沉"
        self.assertFalse(form.suggested_solution_ids[:])

    def test_taking_a_solution_over_fills_in_the_remedy(self):
        """R7.5: another one replaces it, what somebody wrote himself stays."""
        first = self._solution()
        second = self._solution("Smoke on every hill", "<p>Change the nozzle</p>")
        call = self._call(subject="Smoke on the hill")
        for solution, remedy in (
            (first, "Clean the filter"),
            (second, "Change the nozzle"),
            (second.browse(), False),
        ):
            call.solution_id = solution
            call._onchange_solution_id()
            self.assertEqual(call.remedy, remedy)
        call.remedy = "Told him to wait"
        call.solution_id = first
        call._onchange_solution_id()
        self.assertEqual(call.remedy, "Told him to wait")

    def test_a_solution_that_solved_it_counts(self):
        """R7.5: saved, it is the remedy, and used once more."""
        solution = self._solution()
        form = self._form(term="13807730001", subject="Smoke on the hill")
        form.remedy = "Clean the filter"
        call = form.save()
        call.solution_id = solution
        complaint = self.env["truck.complaint"].browse(call.action_save()["res_id"])
        self.assertRecordValues(
            complaint,
            [
                {
                    "state": "solved",
                    "solution_id": solution.id,
                    "remedy": solution.remedy,
                    "cause": solution.cause,
                }
            ],
        )
        self.assertEqual(solution.use_count, 1)

    def test_a_solution_with_own_words(self):
        """R7.5: what was written says how it was solved; the solution counts."""
        solution = self._solution()
        call = self._form(subject="Smoke", remedy="Filter blown out").save()
        call.solution_id = solution
        complaint = self.env["truck.complaint"].browse(call.action_save()["res_id"])
        self.assertIn("Filter blown out", complaint.remedy)
        self.assertNotIn("Clean the filter", complaint.remedy)
        self.assertEqual((complaint.state, solution.use_count), ("solved", 1))

    def test_a_second_call_adds_to_what_was_done(self):
        """R7.1: nothing that was written is lost."""
        known = self._complain(
            partner_id=self.customer.id, remedy="<p>Nozzle changed</p>"
        )
        form = self._form(term="13807730001", subject="Still smoking")
        form.duplicate_of_id = known
        form.remedy = "Filter blown out"
        self.assertEqual(self._save(form), known)
        self.assertIn("Nozzle changed", known.remedy)
        self.assertIn("Filter blown out", known.remedy)

    def test_a_solution_that_is_tried_first(self):
        """R7.5: while somebody still has to come, nothing is solved."""
        solution = self._solution()
        form = self._form(term="13807730001", subject="Smoke")
        form.promise = "Calls back"
        form.promise_date = "2036-03-02 05:00:00"
        call = form.save()
        call.write({"solution_id": solution.id, "remedy": "Clean the filter"})
        complaint = self.env["truck.complaint"].browse(call.action_save()["res_id"])
        self.assertEqual(complaint.state, "in_progress")
        self.assertEqual(complaint.solution_id, solution)

    def test_about_staff_goes_to_the_top(self):
        """R7.12: who takes the call may not see it afterwards; nothing is lost."""
        form = self._form(term="13807730001", subject="Wanted a bribe")
        form.category_id = self.staff
        self.assertTrue(form.is_confidential)
        call = form.save()
        action = call.action_save()
        self.assertIn("is confidential", action["params"]["message"])
        complaint = self.env["truck.complaint"].search(
            [("subject", "=", "Wanted a bribe")]
        )
        self.assertTrue(complaint.is_confidential)
        self.assertFalse(complaint.with_user(self.users["service"]).has_access("read"))
        self.assertNotIn(
            self.users["service"].partner_id, complaint.message_partner_ids
        )

    def test_what_is_missing_is_said(self):
        """R7.1: what it is about; a promise needs both what and when."""
        call = self._form(term="13807730001").save()
        with self.assertRaisesRegex(ValidationError, "in a few words"):
            call.action_save()
        call.write({"subject": "Smoke", "promise": "Call back"})
        with self.assertRaisesRegex(ValidationError, "until when"):
            call.action_save()

    def test_one_call_after_the_other(self):
        """R7.1: the next empty form at once."""
        call = self._form(subject="Smoke").save()
        action = call.action_save_next()
        self.assertIn("is taken", action["params"]["message"])
        self.assertEqual(action["params"]["next"]["res_model"], "truck.complaint.call")
