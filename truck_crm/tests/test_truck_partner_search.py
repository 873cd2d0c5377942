import itertools
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.tests import tagged, users
from odoo.tools import mute_logger

from ..models.truck_partner_hits import Limits
from ..tools import search_text
from .common import VINS, TruckCrmCommon

ROLES = ("truck_seller", "truck_rival", "truck_key", "truck_manager", "truck_service")

# Few of each: all in order, some known, none known, names walked through.
WAYS = (
    Limits(4, 20, 4, 20, 1, 1000),
    Limits(4, 8, 4, 4, 4, 1000),
    Limits(2, 3, 4, 2, 2000, 6),
    Limits(2, 3, 1, 2, 4, 4),
)


@tagged("post_install", "-at_install")
class TestTruckPartnerSearch(TruckCrmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.search = cls.env["truck.partner.search"]
        cls.shunda = cls._create_partner(
            "柳州顺达物流有限公司", phone="0772-311 2345", ref="C000123"
        )
        cls.hongyuan = cls._create_partner("重庆宏远汽车运输有限责任公司")
        cls.taiwan = cls._create_partner("台北順達貨運股份有限公司", vat="22099131")
        cls.driver = cls._create_partner(
            "张三",
            is_company=False,
            parent_id=cls.shunda.id,
            phone="+86 138 0772 6655",
        )

    @classmethod
    def _create_partner(cls, name, is_company=True, **values):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": is_company, **values}
        )

    def _box(self, term, domain=None, limit=8):
        """Return what the box of a many2one offers."""
        Partner = self.env["res.partner"]
        pairs = Partner.name_search(term, domain or [], limit=limit)
        return Partner.browse([partner_id for partner_id, _name in pairs])

    def _list(self, term, domain=(), **options):
        """Return the first page of the list and its number."""
        answer = self.env["res.partner"].web_search_read(
            [("display_name", "ilike", term), *domain],
            {"display_name": {}},
            **{"limit": 80, **options},
        )
        ids = [record["id"] for record in answer["records"]]
        return self.env["res.partner"].browse(ids), answer["length"]

    def _domain(self, term):
        return self.env["res.partner"].search([("display_name", "ilike", term)])

    def _assert_finds(self, term, *partners):
        """Check that all doors find these partners, and no other of the fixture."""
        fixture = self.shunda | self.hongyuan | self.taiwan | self.driver
        expected = self.env["res.partner"].union(*partners)
        for door in (
            self._box(term, limit=80),
            self._list(term)[0],
            self._domain(term),
        ):
            self.assertEqual(door & fixture, expected, term)

    # ------------------------------------------------------------
    # WHAT IS FOUND
    # ------------------------------------------------------------

    def test_any_one_or_two_chinese_characters_find(self):
        """R1.8 Any one or two characters of a name, wherever they stand."""
        self._assert_finds("柳", self.shunda, self.driver)
        self._assert_finds("州顺", self.shunda, self.driver)
        self._assert_finds("宏远", self.hongyuan)
        self._assert_finds("远宏")

    def test_words_in_any_order_must_all_be_there(self):
        """R1.8 A space means: and this as well."""
        self._assert_finds("物流 柳州", self.shunda, self.driver)
        self._assert_finds("顺达 台北", self.taiwan)
        self._assert_finds("柳州 宏远")

    def test_grams_alone_do_not_make_a_hit(self):
        """R1.8 顺达 and 达物 both stand in it, 顺达物 does, 达物顺 does not."""
        mixed = self._create_partner("顺达宏运达物资")
        self.assertIn(mixed, self._box("顺达"))
        self.assertNotIn(mixed, self._box("顺达物"))

    def test_initials_of_the_reading_find(self):
        """R1.8 lzsd finds 柳州顺达, and 重庆 is read cq, not only zq."""
        self._assert_finds("lzsd", self.shunda, self.driver)
        self._assert_finds("SDWL", self.shunda, self.driver)
        self._assert_finds("cqhy", self.hongyuan)
        self._assert_finds("tbsd", self.taiwan)

    def test_surname_of_several_readings_finds(self):
        """R1.8 单 is dan, shan and chan: each letter leads there."""
        person = self._create_partner("单小明", is_company=False)
        for initials in ("dxm", "sxm"):
            self.assertIn(person, self._box(initials))

    def test_traditional_and_simplified_forms_find_each_other(self):
        """R1.8 順達 and 顺达 are the same name."""
        self._assert_finds("順達", self.shunda, self.taiwan, self.driver)
        self._assert_finds("台北顺达货运", self.taiwan)

    def test_full_width_and_capitals_do_not_matter(self):
        """R1.8 Names as they were typed anywhere."""
        azure = self._create_partner("Ａｚｕｒｅ（Trucks） Café")
        for term in ("azure", "AZURE(tru", "cafe", "zu"):
            self.assertIn(azure, self._box(term), term)

    def test_part_of_a_phone_number_finds(self):
        """R1.8 However the number was written, with the country code or without."""
        self._assert_finds("3112", self.shunda)
        self._assert_finds("0772 311-2345", self.shunda)
        # the company of the driver is found by his phone too
        self._assert_finds("13807726655", self.shunda, self.driver)
        self._assert_finds("+86 138 0772 6655", self.shunda, self.driver)

    def test_number_and_tax_id_find(self):
        """R1.8 What Odoo's own search finds is found as well."""
        self._assert_finds("c000123", self.shunda)
        self._assert_finds("00012", self.shunda)
        self._assert_finds("22099131", self.taiwan)

    def test_percent_and_underscore_stand_for_themselves(self):
        """R1.8 No character of a term stands for others."""
        discount = self._create_partner("100%新车_行")
        self.assertEqual(self._box("0%新"), discount)
        self.assertEqual(self._box("车_行"), discount)
        self.assertFalse(self._box("车%行"))

    def test_what_cannot_be_a_name_finds_nothing(self):
        """R1.8 Whatever was pasted into the box: an answer, soon, and no error."""
        for term in ("\u0301", "顺" * 400, "顺达" * 50_000, " ".join("柳州顺达") * 99):
            self.assertFalse(self._box(term), term[:9])
            self.assertFalse(self._list(term)[0], term[:9])
            self.assertFalse(self._domain(term), term[:9])

    def test_a_legal_form_alone_finds(self):
        """R1.8 It has no grams of its own, and still finds whoever bears it."""
        self._assert_finds("有限责任公司", self.hongyuan)
        self._assert_finds("份有限", self.taiwan)
        self._assert_finds("物流有限公司", self.shunda, self.driver)

    def test_names_found_are_those_that_ilike_finds(self):
        """R1.8 The same set as Odoo's own comparison, for every piece of the names."""
        self.taiwan.unlink()  # found by the simplified form, which ilike does not know
        Partner = self.env["res.partner"].with_context(active_test=False)
        for name in (self.shunda | self.hongyuan).mapped("name"):
            for start in range(len(name)):
                for end in range(start + 1, min(start + 5, len(name)) + 1):
                    term = name[start:end]
                    self.assertEqual(
                        Partner.search([("display_name", "ilike", term)]),
                        Partner.search([("complete_name", "ilike", term)]),
                        term,
                    )

    def test_other_comparisons_are_odoos_own(self):
        """R1.8 Not like, equal, and nothing typed at all."""
        Partner = self.env["res.partner"]
        self.assertNotIn(
            self.shunda, Partner.search([("display_name", "not ilike", "顺达")])
        )
        self.assertIn(
            self.hongyuan, Partner.search([("display_name", "not ilike", "顺达")])
        )
        self.assertEqual(
            Partner.search([("display_name", "=", self.hongyuan.name)]), self.hongyuan
        )
        self.assertTrue(self._box(""))

    def test_a_customer_is_found_through_other_records(self):
        """R1.8 Orders are searched by customer with the same terms."""
        order = self._sell(quantity=0, partner_id=self.shunda.id)
        self.assertEqual(
            self.env["sale.order"].search([("partner_id", "ilike", "lzsd")]), order
        )

    # ------------------------------------------------------------
    # VEHICLES
    # ------------------------------------------------------------

    def test_part_of_plate_or_vin_finds_owner_and_operator(self):
        """R1.8 The caller knows the plate of his truck."""
        self._create_vehicle(
            VINS[0],
            owner_id=self.shunda.id,
            operator_id=self.hongyuan.id,
            plate="桂B12345",
        )
        for term in ("桂B·123", "b1234", "12345", VINS[0], VINS[0][-6:].lower()):
            self._assert_finds(term, self.shunda, self.hongyuan)

    def test_vehicle_finds_only_for_those_who_may_see_it(self):
        """R1.8 R13.1 The plate of another branch's vehicle leads nowhere."""
        self._create_vehicle(
            VINS[0],
            owner_id=self.shunda.id,
            plate="桂B12345",
            dealer_id=self.north.id,
            user_id=self.users["manager"].id,
        )
        for name, found in (("seller", 0), ("key", 1), ("service", 1), ("clerk", 0)):
            Partner = self.env["res.partner"].with_user(self.users[name])
            self.assertEqual(len(Partner.name_search("桂B12345")), found, name)
            hits = Partner.search_count([("display_name", "ilike", "桂B12345")])
            self.assertEqual(hits, found, name)

    # ------------------------------------------------------------
    # KEPT UP TO DATE
    # ------------------------------------------------------------

    def test_found_right_after_writing(self):
        """R1.8 The new name finds at once, the old one no more; contacts follow."""
        self.shunda.name = "桂林恒通"
        self._assert_finds("恒通", self.shunda, self.driver)
        self._assert_finds("glht", self.shunda, self.driver)
        self._assert_finds("柳州")

    def test_found_right_after_a_number_changes(self):
        """R1.8 A contact's phone finds his company, until he has another one."""
        self.driver.phone = "13911112222"
        self._assert_finds("13911112222", self.shunda, self.driver)
        self._assert_finds("13807726655")
        self.driver.parent_id = self.hongyuan
        self._assert_finds("13911112222", self.hongyuan, self.driver)
        self.driver.unlink()
        self.assertFalse(self._box("13911112222"))

    def test_archived_is_found_only_when_asked_for(self):
        """R1.8 As everywhere in Odoo."""
        self.shunda.active = False
        self.assertNotIn(self.shunda, self._box("柳州顺达"))
        self.assertNotIn(self.shunda, self._list("柳州顺达")[0])
        archived, count = self._list("柳州顺达", [("active", "=", False)])
        self.assertEqual((archived, count), (self.shunda, 1))
        every = self.env["res.partner"].with_context(active_test=False)
        self.assertIn(self.shunda.id, dict(every.name_search("柳州顺达")))

    def test_a_row_goes_with_its_partner(self):
        """R1.8 Nothing is left behind."""
        partner_id = self.hongyuan.id
        self.env.cr.flush()
        self.hongyuan.unlink()
        self.assertFalse(self.search.search_count([("partner_id", "=", partner_id)]))

    def test_terms_are_written_when_the_transaction_ends(self):
        """R1.8 One statement for all that changed, in the same transaction."""
        partners = self.shunda | self.hongyuan | self.taiwan
        self.env.cr.flush()
        partners.write({"email": "info@example.com"})
        partners.flush_recordset()
        with self.assertQueryCount(2):  # read, write
            self.env.cr.flush()
        rows = self.search.search([("partner_id", "in", partners.ids)])
        self.assertEqual(
            [("info@example.com" in row.terms) for row in rows], [True] * 3
        )

    def test_other_columns_cost_nothing(self):
        """R1.8 Whoever writes a partner's note does not wait for its search terms."""
        self.env.cr.flush()
        self.shunda.comment = "Note"
        self.shunda.flush_recordset()
        with self.assertQueryCount(0):
            self.env.cr.flush()

    def test_nothing_is_lost_when_a_savepoint_fails(self):
        """R1.8 What a rolled back part changed is not found, what came before is."""
        self.shunda.name = "桂林恒通"
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.hongyuan.name = "梧州恒通"
            raise ZeroDivisionError
        self.env.invalidate_all()
        self._assert_finds("恒通", self.shunda, self.driver)

    def test_merged_partners_are_found_by_what_is_kept(self):
        """R1.8 The name of the other finds no more, its contact finds the survivor."""
        self.env.cr.flush()  # both have their terms, as they had yesterday
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.shunda | self.hongyuan).ids, self.hongyuan
        )
        self._assert_finds("宏远", self.hongyuan, self.driver)
        self._assert_finds("13807726655", self.hongyuan, self.driver)

    def test_partners_are_merged_right_after_they_were_created(self):
        """R1.8 Terms that are still to be made do not get in the way."""
        double = self._create_partner("宏远运输")
        # What has a unique constraint, as followers have, is moved in a savepoint.
        self.shunda.message_subscribe(double.ids)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (double | self.hongyuan).ids, self.hongyuan
        )
        self._assert_finds("宏远", self.hongyuan)

    def test_until_all_terms_are_made_odoo_searches(self):
        """R1.8 Right after installing on a large base nobody is missing."""
        self.env.cr.execute("DELETE FROM truck_partner_search")
        self.env["ir.config_parameter"].set_param(
            "truck_crm.partner_search_filled", "0"
        )
        self.assertEqual(self._box("宏远"), self.hongyuan)
        self.assertFalse(self._box("cqhy"))
        self.search._refresh(self.search._get_missing(0, 100000))
        self.search._set_filled()
        self.assertEqual(self._box("cqhy"), self.hongyuan)

    # ------------------------------------------------------------
    # ORDER AND PAGES
    # ------------------------------------------------------------

    def test_names_that_begin_with_the_term_come_first(self):
        """R1.8 Then the others, each in order of names."""
        first, second, later = (
            self._create_partner(name) for name in ("罕车甲", "罕车乙", "一罕车")
        )
        expected = [second.id, first.id, later.id]
        self.assertEqual(self._box("罕车").ids, expected)
        self.assertEqual(self._list("罕车")[0].ids, expected)

    def test_pages_of_the_list_follow_each_other(self):
        """R1.8 No hit twice, none left out, and their number is right."""
        partners = self._create_many(7)
        pages = [self._list("罕车", limit=3, offset=n) for n in (0, 3, 6)]
        self.assertEqual([len(page) for page, _count in pages], [3, 3, 1])
        self.assertEqual({count for _page, count in pages}, {7})
        self.assertEqual(
            set().union(*(page.ids for page, _ in pages)), set(partners.ids)
        )

    def test_a_frequent_term_has_all_its_pages(self):
        """R1.8 Whichever way leads to the hits: each once, best first, counted."""
        partners = self._create_many(12)
        beginning = partners.filtered(lambda p: p.name.startswith("罕车"))
        for ways, guess in itertools.product(WAYS, (0, 1000)):
            with self.subTest(ways=ways, guess=guess):
                self._limit(ways, guess)
                pages = [self._list("罕车", limit=5, offset=n) for n in (0, 5, 10)]
                self.assertEqual({count for _page, count in pages}, {12})
                ids = [partner_id for page, _count in pages for partner_id in page.ids]
                self.assertEqual(ids[: min(6, ways.list)], beginning.ids[: ways.list])
                self.assertCountEqual(ids, partners.ids)
                self.assertEqual(len(self._box("罕车", limit=8)), 8)
                self.assertEqual(len(self._domain("罕车")), 12)

    def test_frequent_initials_have_all_their_pages(self):
        """R1.8 So has what no name is walked through for."""
        partners = self._create_many(12)
        for ways, guess in itertools.product(WAYS, (0, 1000)):
            with self.subTest(ways=ways, guess=guess):
                self._limit(ways, guess)
                pages = [self._list("hc", limit=5, offset=n)[0].ids for n in (0, 5, 10)]
                self.assertCountEqual(sum(pages, []), partners.ids)

    def _limit(self, limits, guess):
        """Let few hits be many, and so many be guessed."""
        self.patch(type(self.search), "_get_limits", lambda _self: limits)
        self.patch(type(self.search), "_guess", lambda _self, _term: guess)
        self.patch(type(self.search), "_get_shares", lambda _self, _hour: (1000, {}, 0))

    def test_guess_picks_the_grams_that_lead_to_few(self):
        """R1.8 What nearly all names have is not looked up beside what few have."""
        shares = 1_000_000, {"物流": 0.13, "柳州": 0.03, "顺达": 0.004}, 0.004
        self.patch(type(self.search), "_get_shares", lambda _self, _hour: shares)
        pick = self.search._pick_grams
        self.assertEqual(pick({"物流", "罕有", "罕车"}), ["罕有", "罕车"])
        self.assertEqual(pick({"物流", "柳州"}), ["柳州", "物流"])
        self.assertEqual(pick({"物流"}), ["物流"])
        self.assertEqual(self.search._guess("柳州"), 30_000)
        self.assertAlmostEqual(self.search._guess("物流 柳州"), 3_900)
        self.assertEqual(self.search._guess("罕有物流"), 4_000)

    def test_shares_are_read_from_the_statistics(self):
        """R1.8 PostgreSQL's figures are read as they are: the most frequent gram."""
        self._create_many(50)
        self.env.cr.flush()
        self.env.cr.execute("ANALYZE truck_partner_search")
        total, shares, least = self.search._get_shares(-1)
        self.assertGreaterEqual(total, 50)
        self.assertGreater(shares["罕车"], 0.5)
        self.assertEqual(least, min(shares.values()))
        self.assertLessEqual(max(shares.values()), 1)

    def test_a_frequent_term_finds_the_few_of_a_domain(self):
        """R1.8 The box of a dealer's customers shows his, whoever else is so called."""
        partners = self._create_many(12)
        last = partners.sorted("name")[-1]
        last.truck_dealer_id = self.nanning
        domain = [("truck_dealer_id", "=", self.nanning.id)]
        for ways, guess in itertools.product(WAYS, (0, 1000)):
            with self.subTest(ways=ways, guess=guess):
                self._limit(ways, guess)
                self.assertEqual(self._box("罕车", domain), last)
                self.assertEqual(self._list("罕车", domain), (last, 1))

    def test_a_list_in_another_order_keeps_it(self):
        """R1.8 Who sorts by a column gets that order."""
        partners = self._create_many(3)
        page, _count = self._list("罕车", order="id desc")
        self.assertEqual(page.ids, sorted(partners.ids, reverse=True))

    def _create_many(self, number):
        vals_list = [
            {"name": f"{'罕车' if n % 2 else '大罕车'}{n:02}行"} for n in range(number)
        ]
        return self.env["res.partner"].create(vals_list)

    # ------------------------------------------------------------
    # EVERYBODY
    # ------------------------------------------------------------

    @users(*ROLES)
    def test_every_role_finds(self):
        """R1.8 R13.1 The one base is everybody's, in the box and on the list."""
        for term in ("顺达", "lzsd", "3112"):
            self.assertIn(self.shunda, self._box(term))
            self.assertIn(self.shunda, self._list(term)[0])

    def test_another_companys_customer_stays_hidden(self):
        """R1.8 Odoo's own rules hold, however somebody is searched."""
        other = self.env["res.company"].create({"name": "Other"})
        self.shunda.company_id = other
        seller = self.users["seller"]
        Partner = self.env["res.partner"].with_user(seller)
        self.assertNotIn(self.shunda.id, dict(Partner.name_search("柳州顺达")))
        self.assertFalse(
            Partner.web_search_read(
                [("display_name", "ilike", "柳州顺达"), ("id", "=", self.shunda.id)],
                {},
                limit=80,
            )["records"]
        )

    def test_a_term_without_letters_finds_nothing_and_breaks_nothing(self):
        """R13.5: a lone accent, as a dead key leaves it, and what cannot be stored."""
        for term in ("´", "\u0301", "¨ ˚", "😀", "\\", "%", " "):
            with self.subTest(term=term):
                self.assertFalse(self._box(term) & self.shunda)
                self.assertFalse(self._list(term)[0] & self.shunda)
                self.assertFalse(self._domain(term) & self.shunda)

    def test_a_nul_or_half_a_character_separates_words(self):
        """R13.5: a client may send them; the database takes neither."""
        self._assert_finds("柳州\x00顺达", self.shunda, self.driver)
        self._assert_finds("柳州\ud800顺", self.shunda, self.driver)

    def test_endless_terms_are_not_taken_apart(self):
        """R13.5: a query of thousands of words would take the server down."""
        Search = type(self.search)
        terms = ("柳" * 100_000, " ".join("abcdefghijklmnopqrstuvwxyz"))
        with patch.object(Search, "_select", side_effect=AssertionError):
            for term in terms:
                self.assertFalse(self._box(term))
                self.assertFalse(self._list(term)[0])
                self.assertFalse(self._domain(term))
        self._assert_finds("柳州 顺达 " * 15, self.shunda, self.driver)

    def test_a_hidden_contacts_phone_does_not_give_its_company_away(self):
        """R13.1: a customer of two manufacturers, a contact that one of them has."""
        other = self.env["res.company"].create({"name": "Other Maker"})
        self._assert_finds("6655", self.driver, self.shunda)
        self.driver.company_id = other
        self._assert_finds("6655", self.driver)

    def test_nobody_reads_the_terms_themselves(self):
        """R1.8 They are a tool of the search, and no door around the rules."""
        self.env.cr.flush()
        for user in self.users.values():
            self.assertFalse(self.search.with_user(user).has_access("read"))

    def test_long_names_fit_the_index(self):
        """R1.8 A name of any length can be stored and found by its end."""
        long = self._create_partner("超长" * 1500 + "尾巴")
        self.env.cr.flush()
        self.assertEqual(self._box("长尾巴"), long)

    def test_grams_of_a_word_stand_in_each_text_with_it(self):
        """R1.8 What makes an index of grams complete."""
        name = "柳州顺达g7物流(中国)有限公司lng站"
        grams = search_text.get_name_grams(name)
        for start in range(len(name)):
            for end in range(start + 1, len(name) + 1):
                self.assertLessEqual(
                    search_text.get_word_grams(name[start:end]), grams, name[start:end]
                )

    @mute_logger("odoo.sql_db")
    def test_one_row_per_partner(self):
        """R1.8 The database itself sees to it."""
        self.env.cr.flush()
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.search.create({"partner_id": self.shunda.id, "name": "x"})
