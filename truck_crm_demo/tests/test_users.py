from lxml import etree

from odoo.tests import Form, tagged

from ..story import users
from .common import DemoCommon


@tagged("post_install", "-at_install")
class TestUsers(DemoCommon):
    """The logins of the demo company and what they can do."""

    def test_logins(self):
        """R13.1 R13.4 Every role has a login of the demo company, with a password."""
        for login, (*_rest, groups) in users.STAFF.items():
            with self.subTest(login=login):
                user = self._user(login)
                self.assertEqual(user.company_ids, self.company)
                for group in groups:
                    self.assertTrue(user.has_group(group), group)
                credential = {"login": login, "password": login, "type": "password"}
                user.with_user(user)._check_credentials(
                    credential, {"interactive": True}
                )
                language = "en_US" if login == "demo_admin" else "zh_CN"
                self.assertEqual((user.lang, user.tz), (language, "Asia/Shanghai"))

    def test_who_looks_in_from_outside(self):
        """R7.1 A customer and a workshop read their complaints in the portal."""
        for login in ("demo_fleet", "demo_workshop"):
            with self.subTest(login=login):
                user = self._user(login)
                self.assertTrue(user.has_group("base.group_portal"))
                complaints = self.env["truck.complaint"].with_user(user)
                self.assertGreater(complaints.search_count([]), 2)

    def test_chiefs(self):
        """R7.3 From everybody a chain of chiefs leads to the general manager."""
        top = self._user("demo_gm")
        for login in users.STAFF:
            chief = self._user(login)
            while chief.truck_manager_id:
                chief = chief.truck_manager_id
            self.assertEqual(chief, top)
            self.assertTrue(self._user(login).truck_deputy_id)

    def test_what_they_see(self):
        """R13.1 Salespeople see their branches; managers, key account, service all."""
        Vehicle = self.env["truck.vehicle"]
        everything = set(self._search("truck.vehicle").ids)
        for login in (
            "demo_admin",
            "demo_gm",
            "demo_manager",
            "demo_key",
            "demo_service",
        ):
            seen = set(Vehicle.with_user(self._user(login)).search([]).ids)
            self.assertEqual(seen, everything, login)
        south, north = (
            Vehicle.with_user(self._user(login)).search([])
            for login in ("demo_user", "demo_user2")
        )
        for seen in (south, north):
            self.assertGreater(len(seen), 30)
            self.assertLess(len(seen), len(everything))
        self.assertNotEqual(south, north)

    def test_lists_open(self):
        """R13.1 Every role of Truck CRM opens the vehicle list and a vehicle."""
        for login in users.STAFF:
            user = self._user(login)
            Vehicle = self.env["truck.vehicle"].with_user(user)
            if login in ("demo_stock", "demo_account"):
                self.assertFalse(Vehicle.has_access("read"), login)
                continue
            arch = etree.fromstring(Vehicle.get_view(view_type="list")["arch"])
            specification = {field.get("name"): {} for field in arch.iter("field")}
            found = Vehicle.web_search_read([], specification, limit=80)
            self.assertTrue(found["records"], login)
            Form(Vehicle.browse(found["records"][0]["id"]))

    def test_documents(self):
        """R13.1 Salespeople see their own orders, the manager all, and invoices."""
        orders = {
            login: self.env["sale.order"].with_user(self._user(login)).search([])
            for login in ("demo_user", "demo_manager")
        }
        self.assertEqual(orders["demo_user"].user_id, self._user("demo_user"))
        self.assertEqual(len(orders["demo_manager"]), len(self._search("sale.order")))
        for login in ("demo_manager", "demo_account"):
            invoices = self.env["account.move"].with_user(self._user(login))
            self.assertTrue(invoices.search([("move_type", "=", "out_invoice")]), login)
        pickings = self.env["stock.picking"].with_user(self._user("demo_stock"))
        self.assertTrue(pickings.search([("state", "=", "assigned")]))

    def test_nobody_gets_a_mail(self):
        """R13.1 The story was told without a mail leaving the house."""
        self.assertFalse(
            self.env["mail.mail"].search(
                [("author_id.company_id", "=", self.company.id)]
            )
        )
