from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged, users
from odoo.tools import SQL, mute_logger

from .common import VINS
from .complaint_channel_common import PDF, ComplaintChannelCommon

BRAKES = "<p>Bleed the brakes</p>"


class SolutionCommon(ComplaintChannelCommon):
    """Some approved solutions, in Chinese and in English."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.noise = cls._create_solution(
            "发动机冷启动异响", "<p>更换正时链条张紧器</p>"
        )
        cls.leak = cls._create_solution("变速箱漏油", "<p>更换输入轴油封</p>")
        cls.smoke = cls._create_solution(
            "Black smoke when climbing",
            "<p>Clean the air filter</p>",
            fault_code="P0300",
        )
        cls.brakes = cls._create_solution("Brakes squeal downhill", BRAKES)

    @classmethod
    def _create_solution(cls, name, remedy="<p>Done</p>", approve=True, **values):
        solution = cls.env["truck.solution"].create(
            {"name": name, "remedy": remedy, **values}
        )
        if approve:
            solution.action_approve()
        return solution


@tagged("post_install", "-at_install")
class TestTruckSolutionSearch(SolutionCommon):
    """R7.5: problems and solutions are found, in Chinese without spaces, too."""

    def _find(self, text):
        return self.env["truck.solution"]._find(text)

    def test_what_sounds_alike_is_found_best_first(self):
        """R7.5: by the share of grams that match, in any order of words."""
        for text, found in (
            ("发动机异响", self.noise),
            ("异响,发动机冷车的时候", self.noise),
            ("發動機冷啟動異響", self.noise),
            ("客户说变速箱下面有漏油", self.leak),
            ("squeal of the brakes", self.brakes),
            ("smoke", self.smoke),
        ):
            with self.subTest(text):
                self.assertEqual(self._find(text)[:1], found)
        self.assertFalse(self._find("座椅加热"))
        self.assertFalse(self._find(""))
        self.assertFalse(self._find("!?"))

    def test_a_fault_code_comes_first(self):
        """R7.5: the same code is exact, whatever else the text says."""
        for text in ("P0300", "p-0300", "发动机冷启动异响 P0300"):
            with self.subTest(text):
                self.assertEqual(self._find(text)[:1], self.smoke)
        self.assertNotIn(self.smoke, self._find("P0301"))

    def test_what_was_used_more_comes_first_among_equals(self):
        """R7.5: used n times."""
        second = self._create_solution("变速箱漏油")
        self.assertEqual(self._find("变速箱漏油")[:1], second)
        self._complain(solution_id=self.leak.id)
        self.assertEqual(self._find("变速箱漏油")[:2], self.leak | second)

    def test_a_change_is_found_at_once(self):
        """R7.5: keys follow the text."""
        self.leak.name = "离合器打滑"
        self.assertEqual(self._find("离合器打滑"), self.leak)
        self.assertNotIn(self.leak, self._find("变速箱"))
        self.leak.fault_code = "U0100"
        self.assertEqual(self._find("U0100"), self.leak)

    @users("truck_service")
    def test_the_list_shows_what_fits_best_first(self):
        """R7.5: the box of the list, and the one to choose a solution."""
        Solution = self.env["truck.solution"]
        other = self.leak.with_env(self.env).copy({"name": "变速箱漏油,换挡困难"})
        found = Solution.web_search_read(
            [("search_text", "ilike", "换挡困难 变速箱")], {"name": {}}
        )
        self.assertEqual(found["records"][0]["id"], other.id)
        self.assertEqual(found["length"], 2)
        page = Solution.web_search_read(
            [("search_text", "ilike", "变速箱漏油")], {"name": {}}, 1, 1
        )
        self.assertEqual(len(page["records"]), 1)
        self.assertEqual(page["length"], 2)
        self.assertIn(self.noise.id, dict(Solution.name_search("发动机异响")))

    def test_it_is_found_by_grams_that_others_have_too(self):
        """R7.5: words that no solution knows, however many, do not hide the others."""
        first = self._create_solution("空调不制冷，加氟后很快又不凉")
        self._create_solution("空调异味")
        self.env.cr.execute("ANALYZE truck_solution")
        self.env.registry.clear_cache()
        for text in ("空调不制冷，驾驶室像蒸笼", "空调制冷差" + "驾驶室里闷得像蒸笼"):
            with self.subTest(text):
                self.assertEqual(self._find(text)[:1], first)
        story = "昨天下午从柳州拉货到南宁路上开始，司机打过两次服务站没人接"
        self.assertEqual(self._find(f"{story}，空调加氟后制冷不凉")[:1], first)

    def test_two_words_of_the_symptom_are_enough(self):
        """R7.5: as customers say it, with other words between and around."""
        skew = self._create_solution("制动跑偏，左右制动力差超标")
        self.assertEqual(self._find("刹车偏向一侧，制动时跑偏"), skew)
        self.assertFalse(self._find("左右后视镜视野不好，倒车看不清"))

    def test_the_index_finds_among_twenty_thousand(self):
        """R7.5: PostgreSQL looks at the solutions that may fit, not at all."""
        Solution = self.env["truck.solution"]
        self.env.cr.execute(
            """
            INSERT INTO truck_solution
                   (name, state, active, use_count, vote_score, grams, symptom_grams)
            SELECT 'x', 'approved', true, 0, 0, keys, keys[1:8]
              FROM (SELECT number, array_agg((number * 7919 + step * 104729) % 50000)
                      FROM generate_series(1, 20000) AS number,
                           generate_series(1, 60) AS step
                     GROUP BY number) AS made (number, keys)
            """
        )
        self.env.cr.execute("ANALYZE truck_solution")
        self.env.registry.clear_cache()
        query = Solution._get_rank_query(*self._get_keys("发动机冷启动异响 P0300"), 10)
        plan = self.env.execute_query(SQL("EXPLAIN ANALYZE %s", query))
        text = "\n".join(row[0] for row in plan)
        self.assertIn("truck_solution__grams_index", text)
        self.assertNotIn("Seq Scan on truck_solution", text)
        self.assertEqual(self._find("发动机冷启动异响")[:1], self.noise)

    def _get_keys(self, text):
        from ..tools import solution_text

        return solution_text.get_keys(text), solution_text.get_code_keys(text)

    def test_other_companies_keep_theirs(self):
        """R13.1: a solution of another company is not found."""
        second = self.env["res.company"].create({"name": "Second"})
        self.leak.company_id = second
        found = self.env["truck.solution"].with_user(self.users["service"])
        self.assertNotIn(self.leak.id, found._find("变速箱漏油").ids)


@tagged("post_install", "-at_install")
class TestTruckSolution(SolutionCommon):
    """R7.5: solutions are approved, voted on, changed and restored."""

    def test_only_approved_ones_are_suggested_and_published(self):
        """R7.5: a draft is nobody's advice."""
        draft = self._create_solution("离合器打滑", approve=False)
        complaint = self._complain(subject="离合器打滑")
        self.assertFalse(complaint.suggested_solution_ids)
        draft.action_approve()
        complaint.invalidate_recordset()
        self.assertEqual(complaint.suggested_solution_ids, draft)
        draft.is_published = True
        draft.action_draft()
        self.assertFalse(draft.is_published)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            draft.is_published = True
            draft.flush_recordset()

    def test_a_solution_without_remedy_is_not_approved(self):
        """R7.5: the message says what is missing."""
        empty = self._create_solution("Nothing", "<p><br></p>", approve=False)
        with self.assertRaisesRegex(ValidationError, "Remedy of Nothing: it is empty"):
            empty.action_approve()

    def test_each_change_of_the_text_is_a_version(self):
        """R7.5: who changed what, when."""
        solution = self.leak.with_user(self.users["service"])
        solution.write({"remedy": "<p>New seal</p>", "fault_code": "X1"})
        solution.write({"remedy": "<p>New seal</p>"})  # nothing new
        solution.category_id = False  # nothing that a version keeps
        first, last = self.leak.version_ids.sorted("number")
        self.assertEqual([first.number, last.number], [1, 2])
        self.assertEqual(last.create_uid, self.users["service"])
        self.assertEqual(last.changes, "Remedy, Fault Codes")
        self.assertIn("更换输入轴油封", first.remedy)

    def test_a_version_is_restored(self):
        """R7.5: and that is a version, too."""
        self.leak.remedy = "<p>Wrong</p>"
        first = self.leak.version_ids.sorted("number")[0]
        first.with_user(self.users["service"]).action_restore()
        self.assertIn("更换输入轴油封", self.leak.remedy)
        self.assertEqual(len(self.leak.version_ids), 3)
        with self.assertRaises(AccessError):
            first.with_user(self.users["seller"]).action_restore()

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_versions_are_not_changed_by_hand(self):
        """R7.5: what was said, was said."""
        version = self.leak.version_ids.with_user(self.users["admin"])
        with self.assertRaises(AccessError):
            version.remedy = "<p>Never</p>"
        with self.assertRaises(AccessError):
            version.unlink()

    def test_everybody_has_one_vote(self):
        """R7.5: for or against; once more takes it back."""
        seller = self.leak.with_user(self.users["seller"])
        service = self.leak.with_user(self.users["service"])
        seller.action_vote_up()
        service.action_vote_up()
        self.assertEqual((self.leak.vote_score, seller.my_vote), (2, 1))
        service.action_vote_down()
        self.assertEqual((self.leak.vote_score, service.my_vote), (0, -1))
        seller.action_vote_up()
        self.assertEqual((self.leak.vote_score, seller.my_vote), (-1, 0))
        vote = self.leak.vote_ids
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            vote.copy()

    @users("truck_seller")
    def test_salespeople_read_and_do_not_write(self):
        """R13.1: the service desk keeps the solutions."""
        solution = self.leak.with_env(self.env)
        self.assertTrue(solution.name)
        with self.assertRaises(AccessError):
            solution.name = "Mine"
        with self.assertRaises(AccessError):
            self.env["truck.solution"].create({"name": "Mine"})

    def test_counting_uses(self):
        """R7.5: how many complaints it has solved, merged ones once."""
        complaints = self._complain() | self._complain() | self._complain()
        for complaint in complaints:
            complaint._apply_solution(self.brakes)
        self.assertEqual(self.brakes.use_count, 3)
        complaints[0].solution_id = False
        self.assertEqual(self.brakes.use_count, 2)
        action = self.brakes.action_view_complaints()
        found = self.env["truck.complaint"].search(action["domain"])
        self.assertEqual(found, complaints[1:])


@tagged("post_install", "-at_install")
class TestTruckComplaintSolved(SolutionCommon):
    """R7.5: suggested while the complaint is typed, applied in one click."""

    @users("truck_service")
    def test_suggestions_follow_what_is_typed(self):
        """R7.5: of a complaint that is not saved yet."""
        with Form(self.env["truck.complaint"]) as form:
            self.assertFalse(form.suggested_solution_ids[:])
            form.subject = "变速箱漏油"
            self.assertEqual(form.suggested_solution_ids[:].ids, self.leak.ids)
            form.subject = "Something else"
            self.assertFalse(form.suggested_solution_ids[:])
            form.description = "<p>冷启动的时候发动机异响</p>"
            self.assertEqual(form.suggested_solution_ids[:].ids, self.noise.ids)

    def test_the_model_of_the_truck_decides_among_equals(self):
        """R7.5: what holds for another model comes last."""
        own = self._create_solution(
            "变速箱漏油", model_ids=[Command.set(self.model.ids)]
        )
        model = self.model.copy({"name": "Other"})
        other = self._create_solution("变速箱漏油", model_ids=[Command.set(model.ids)])
        complaint = self._complain(
            subject="变速箱漏油", vehicle_ids=self._link(self.truck)
        )
        self.assertEqual(complaint.suggested_solution_ids[0], own)
        self.assertEqual(complaint.suggested_solution_ids[-1], other)

    def test_category_and_model_suggest_what_words_do_not(self):
        """R7.5: before a word is typed that tells something."""
        category = self.env["truck.complaint.category"].create({"name": "Seats"})
        seat = self._create_solution(
            "座椅下沉", category_id=category.id, model_ids=[Command.set(self.model.ids)]
        )
        complaint = self._complain(
            subject="?", category_id=category.id, vehicle_ids=self._link(self.truck)
        )
        self.assertEqual(complaint.suggested_solution_ids, seat)

    @users("truck_service")
    def test_applying_takes_over_the_remedy_and_counts(self):
        """R7.5: what was written already stays."""
        complaint = self._complain(subject="Brakes squeal").with_env(self.env)
        solution = self.brakes.with_env(self.env)
        self.assertEqual(complaint.suggested_solution_ids, solution)
        apply = solution.with_context(truck_complaint_id=complaint.id).action_apply
        apply()
        self.assertEqual(complaint.solution_id, solution)
        self.assertEqual(complaint.remedy, BRAKES)
        self.assertEqual(solution.use_count, 1)
        self.assertNotIn(solution, complaint.suggested_solution_ids)
        complaint.remedy = "<p>Pads changed</p>"
        apply()
        self.assertEqual(complaint.remedy, f"<p>Pads changed</p>{BRAKES}")
        apply()  # twice is once
        self.assertEqual(complaint.remedy, f"<p>Pads changed</p>{BRAKES}")
        self.assertEqual(solution.use_count, 1)

    def test_a_complaint_that_is_not_saved_is_asked_to_be(self):
        """R7.5: the message says what to do."""
        with self.assertRaisesRegex(UserError, "save the complaint first"):
            self.brakes.action_apply()

    def test_a_complaint_becomes_a_solution(self):
        """R7.5: what was learnt helps the next."""
        complaint = self._complain(
            subject="Horn is silent",
            vehicle_ids=self._link(self.truck),
            cause="<p>Wire</p>",
        ).with_user(self.users["service"])
        with self.assertRaisesRegex(UserError, "Remedy of complaint"):
            complaint.action_create_solution()
        complaint.remedy = "<p>Solder it</p>"
        action = complaint.action_create_solution()
        solution = self.env["truck.solution"].browse(action["res_id"])
        self.assertRecordValues(
            solution,
            [
                {
                    "name": "Horn is silent",
                    "state": "draft",
                    "model_ids": self.model.ids,
                    "use_count": 1,
                }
            ],
        )
        self.assertEqual(solution.remedy, "<p>Solder it</p>")
        again = complaint.action_create_solution()
        self.assertEqual(again["res_id"], solution.id)

    def test_a_confidential_complaint_does_not(self):
        """R7.12: solutions are read by all."""
        complaint = self._complain(remedy="<p>x</p>", is_confidential=True)
        with self.assertRaisesRegex(UserError, "is confidential"):
            complaint.action_create_solution()


@tagged("post_install", "-at_install")
class TestTruckSolutionTour(SolutionCommon, HttpCase):
    """R7.5: in the client, where a button saves before it acts."""

    def test_a_solution_is_applied_while_the_complaint_is_typed(self):
        """R7.5: one click, on a complaint that was never saved."""
        self.start_tour(
            "/odoo/truck-complaints/new",
            "truck_crm_apply_solution",
            login="truck_service",
        )
        self._check_solved_by(self.leak)

    def _check_solved_by(self, solution):
        complaint = self.env["truck.complaint"].search([], limit=1, order="id desc")
        self.assertEqual(complaint.solution_id, solution)
        self.assertEqual(complaint.remedy, solution.remedy)
        return complaint

    def test_a_solution_is_applied_while_the_call_is_taken(self):
        """R7.5, R7.1: one click in the dialog; saved, it is solved and counts."""
        self.start_tour(
            "/odoo/truck-take-call",
            "truck_crm_apply_solution_in_a_call",
            login="truck_service",
        )
        complaint = self._check_solved_by(self.leak)
        self.assertEqual((complaint.state, self.leak.use_count), ("solved", 1))

    def test_a_solution_is_applied_while_the_call_is_taken_on_a_phone(self):
        """R7.5, R13.5: 390 px wide."""
        self.browser_size, self.touch_enabled = "390x844", True
        self.test_a_solution_is_applied_while_the_call_is_taken()


@tagged("post_install", "-at_install")
class TestTruckSolutionPortal(SolutionCommon, HttpCase):
    """R7.5: solutions in the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leak.write({"is_published": True, "cause": "<p>Bad supplier</p>"})
        cls.hidden = cls._create_solution("变速箱漏油,内部")

    def _open(self, path):
        self.authenticate("portal_driver", "portal_driver")
        return self.url_open(path).text

    def test_published_ones_are_found(self):
        """R7.5: by a text, in order; others are not there."""
        for path in ("/my/solutions", "/my/solutions?search=我的变速箱漏油了"):
            text = self._open(path)
            self.assertIn(f"/my/solutions/{self.leak.id}", text)
            self.assertNotIn(f"/my/solutions/{self.hidden.id}", text)
        self.assertIn(
            "We know of nothing like that", self._open("/my/solutions?search=x")
        )

    def test_a_page_shows_the_remedy_and_not_the_cause(self):
        """R7.5: what helps; where it comes from is for the house."""
        text = self._open(f"/my/solutions/{self.leak.id}")
        self.assertIn("更换输入轴油封", text)
        self.assertNotIn("Bad supplier", text)
        text = self._open(f"/my/solutions/{self.hidden.id}")
        self.assertNotIn("内部", text)
        self.authenticate(None, None)
        answer = self.url_open(f"/my/solutions/{self.leak.id}")
        self.assertIn("/web/login", answer.url)

    def test_files_come_with_the_page(self):
        """R7.5: by a token that the page gives."""
        file = self.env["ir.attachment"].create({"name": "how.pdf", "raw": PDF})
        self.leak.attachment_ids = file
        text = self._open(f"/my/solutions/{self.leak.id}")
        self.assertIn("how.pdf", text)
        url = f"/web/content/{file.id}"
        self.assertEqual(self.url_open(url).status_code, 404)
        answer = self.url_open(f"{url}?access_token={file.access_token}")
        self.assertEqual(answer.content, PDF)
        self.leak.is_published = False
        answer = self.url_open(answer.url)
        self.assertEqual(answer.status_code, 404, "a link that was kept")

    @users("portal_driver")
    def test_the_orm_gives_portal_users_none(self):
        """R13.1: pages only."""
        with self.assertRaises(AccessError):
            self.env["truck.solution"].search([])

    def test_a_vin_of_ours_is_no_fault_code(self):
        """R7.5: long numbers are passed over."""
        self.assertFalse(self.env["truck.solution"]._find(VINS[0]))
