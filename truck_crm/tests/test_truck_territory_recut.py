from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import SQL

from ..wizards import truck_territory_recut as recut_file
from .territory_common import TerritoryCommon

TODAY = "2026-03-10"


@tagged("post_install", "-at_install")
class TestTruckTerritoryRecut(TerritoryCommon):
    """R2.7: existing customers move in bulk, seen before and written down after.

    Nanning becomes a territory of its own: two customers there, one in Liuzhou.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls._create_customer("Buyer", city="南宁市")
        cls.quiet = cls._create_customer("Quiet", city="南宁市青秀区")
        cls.stays = cls._create_customer("Stays", city="柳州")
        cls.buyer.user_id = cls.users["seller"]
        cls.stays.user_id = cls.users["seller"]
        cls.city = cls._create_territory(
            "Nanning",
            {"state_id": cls.gx.id, "city": "南宁"},
            parent_id=cls.region_south.id,
            user_ids=cls._ids("rival"),
        )
        cls.user = cls.users["manager"]

    def _recut(self, user=None, **values):
        return (
            self.env["truck.territory.recut"]
            .with_user(user or self.user)
            .create({**values})
        )

    def _invoice(self, partner, amount, date, move_type="out_invoice", post=True):
        line = {
            "name": "Truck",
            "quantity": 1,
            "price_unit": amount,
            "tax_ids": [Command.clear()],
        }
        move = self.env["account.move"].create(
            {
                "partner_id": partner.id,
                "move_type": move_type,
                "invoice_date": date,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        if post:
            move.action_post()
        return move

    def test_own_people_and_companies_do_not_move(self):
        """R2.7: an employee, the company itself, the public visitor: no customers."""
        own = self.users["clerk"].partner_id | self.env.company.partner_id
        own |= self.env.ref("base.public_partner")
        own.write(
            {
                "country_id": self.gx.country_id.id,
                "state_id": self.gx.id,
                "city": "桂林",
            }
        )
        self.stays.city = "桂林"
        self._create_territory(
            "Guilin",
            {"state_id": self.gx.id, "city": "桂林"},
            parent_id=self.region_south.id,
        )
        recut = self._recut()
        recut.action_show()
        moves = self.env["truck.territory.recut.move"].search(
            [("recut_id", "=", recut.id)]
        )
        self.assertEqual(moves.partner_id & (own | self.stays), self.stays)

    @freeze_time(TODAY)
    def test_what_would_move_is_shown_first(self):
        """R2.7: from, to, how many, their revenue of twelve months, opportunities."""
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.buyer.id}
        )
        self._invoice(self.buyer, 1000, "2026-02-01")
        self._invoice(contact, 200, "2025-03-10")
        self._invoice(self.buyer, 50, "2026-02-02", "out_refund")
        self._invoice(self.buyer, 7, "2025-03-09")  # more than a year ago
        self._invoice(self.buyer, 9, "2026-02-03", post=False)
        self._invoice(self.stays, 5000, "2026-02-01")
        leads = [
            {"name": "Open", "type": "opportunity", "partner_id": contact.id},
            {"name": "Lead", "type": "lead", "partner_id": self.buyer.id},
            {"name": "Lost", "type": "opportunity", "partner_id": self.buyer.id},
        ]
        leads = self.env["crm.lead"].create(leads)
        leads[2].action_set_lost()
        recut = self._recut()
        recut.action_show()
        self.assertRecordValues(
            recut.line_ids,
            [
                {
                    "territory_from_id": self.region_south.id,
                    "territory_to_id": self.city.id,
                    "customer_count": 2,
                    "revenue": 1150,
                    "opportunity_count": 1,
                    "user_from_ids": self._ids("rival", "seller"),
                    "user_to_id": self.users["rival"].id,
                }
            ],
        )
        self.assertEqual((recut.customer_count, recut.revenue), (2, 1150))
        self.assertEqual(str(recut.date_from), "2025-03-10")
        action = recut.line_ids.action_view_customers()
        moves = self.env["truck.territory.recut.move"].with_user(self.user)
        moves = moves.search(action["domain"])
        self.assertRecordValues(
            moves,
            [
                {"partner_id": self.buyer.id, "revenue": 1150, "opportunity_count": 1},
                {"partner_id": self.quiet.id, "revenue": 0, "opportunity_count": 0},
            ],
        )
        self.assertEqual(self.buyer.truck_territory_id, self.region_south)

    @freeze_time(TODAY)
    def test_apply_moves_and_writes_the_history(self):
        """R2.7: one row per customer; who looks after him stays without handover."""
        recut = self._recut()
        recut.action_show()
        recut.action_apply()
        self.assertEqual(recut.moved_count, 2)
        self.assertEqual(
            (self.buyer | self.quiet).mapped("truck_territory_id"), self.city
        )
        self.assertEqual(self.stays.truck_territory_id, self.liuzhou)
        seller = self.users["seller"]
        self.assertEqual(self.buyer.user_id, seller)
        history = self.env["truck.territory.history"].search([], order="partner_id")
        self.assertRecordValues(
            history,
            [
                {
                    "partner_id": partner.id,
                    "territory_from_id": self.region_south.id,
                    "territory_to_id": self.city.id,
                    "user_from_id": partner.user_id.id,
                    "user_to_id": partner.user_id.id,
                    "date": self._date(TODAY),
                    "changed_by_id": self.user.id,
                    "company_id": self.env.company.id,
                    "is_handover": False,
                }
                for partner in (self.buyer, self.quiet)
            ],
        )
        action = self.city.action_view_history()
        self.assertEqual(
            self.env["truck.territory.history"].search(action["domain"]), history
        )

    def _start_large(self, **values):
        """Return a re-cut that is too large to be applied at once."""
        recut = self._recut(**values)
        recut.action_show()
        with patch.object(recut_file, "BATCH", 1):
            recut.action_apply()
        return recut

    def _run_job(self, batch_size=1):
        cron = self.env.ref("truck_crm.ir_cron_truck_territory_recut")
        cron.code = f"model._cron_move(batch_size={batch_size})"
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    @freeze_time(TODAY)
    def test_many_are_moved_by_a_job(self):
        """R2.7: as who applied it, batch by batch; each once, and he is told."""
        trigger = self.env["ir.cron.trigger"].search_count([])
        recut = self._start_large(is_handover=True)
        self.assertEqual((recut.state, recut.moved_count), ("running", 0))
        self.assertEqual(self.buyer.truck_territory_id, self.region_south)
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), trigger + 1)
        for action in (recut.action_show, recut.action_apply):
            with self.assertRaisesRegex(UserError, "being moved at this moment"):
                action()
        with patch.object(type(self.user), "_bus_send", autospec=True) as send:
            self._run_job()
        self.assertEqual((recut.state, recut.moved_count), ("done", 2))
        self.assertEqual(send.call_args.args[0], self.user)
        self.assertIn("2 customers have moved", str(send.call_args))
        history = self.env["truck.territory.history"].search([])
        self.assertEqual(history.partner_id, self.buyer | self.quiet)
        self.assertEqual(history.changed_by_id, self.user)
        self.assertEqual(len(history), 2)
        self.assertEqual(self.buyer.user_id, self.users["rival"])

    @freeze_time(TODAY)
    def test_of_many_it_is_looked_up_by_a_job_too(self):
        """R2.7: nobody waits for a minute; whoever asked is told in his language."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.user.lang = "zh_CN"
        recut = self._recut()
        with patch.object(recut_file, "SHOWN_AT_ONCE", 1):
            recut.action_show()
        self.assertEqual((recut.state, len(recut.line_ids)), ("showing", 0))
        for action in (recut.action_show, recut.action_apply):
            with self.assertRaisesRegex(UserError, "looked up at this moment"):
                action()
        self._make_old(recut)
        recut.browse()._transient_vacuum()
        with patch.object(type(self.user), "_bus_send", autospec=True) as send:
            self._run_job()
        self.assertEqual((recut.state, recut.customer_count), ("shown", 2))
        moves = self.env["truck.territory.recut.move"].search([])
        self.assertEqual(moves.create_uid, self.user)
        self.assertEqual(send.call_args.args[0], self.user)
        self.assertIn("2", send.call_args.args[2]["message"])
        self.assertEqual(self.buyer.truck_territory_id, self.region_south)
        recut.action_apply()
        self.assertEqual(self.buyer.truck_territory_id, self.city)

    @freeze_time(TODAY)
    def test_who_applied_a_large_one_is_told_in_his_language(self):
        """R2.7: the job itself speaks none."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.user.lang = "zh_CN"
        recut = self._start_large()
        with patch.object(type(self.user), "_bus_send", autospec=True) as send:
            self._run_job()
        message = send.call_args.args[2]["message"]
        self.assertEqual(
            message,
            recut.with_context(lang="zh_CN").env._(
                "Territories are re-cut: %(count)s customers have moved.", count=2
            ),
        )
        self.assertIn("划转", message)

    def test_the_job_moves_only_what_still_would_move_so(self):
        """R2.7: who has gone elsewhere meanwhile stays there."""
        recut = self._start_large()
        self.quiet.city = "柳州"
        self._run_job()
        self.assertEqual((recut.state, recut.moved_count), ("done", 1))
        self.assertEqual(self.quiet.truck_territory_id, self.liuzhou)

    def _make_old(self, *tables):
        """Date all rows back, so far that wizards would be thrown away."""
        self.env.flush_all()
        for records in tables:
            table = SQL.identifier(records._table)
            self.env.cr.execute(SQL("UPDATE %s SET write_date = '2020-01-01'", table))
        self.env.invalidate_all()

    def test_what_the_job_has_not_done_with_is_not_cleaned_away(self):
        """R2.7: though it is as old as wizards are thrown away."""
        recut = self._start_large()
        done = self._recut()
        moves = self.env["truck.territory.recut.move"].search([])
        self._make_old(recut, recut.line_ids, moves)
        for records in (recut, recut.line_ids, moves):
            records.browse()._transient_vacuum()
        self.assertEqual(recut.line_ids.exists(), recut.line_ids)
        self.assertEqual(len(moves.exists()), 2)
        self.assertTrue(done.exists())
        self._run_job()
        self.assertEqual(recut.moved_count, 2)
        self._make_old(recut)
        recut.browse()._transient_vacuum()
        self.assertFalse((recut | done).exists() or moves.exists())

    def test_handover_to_the_lead_salesperson(self):
        """R2.7: of the new territory; the history names both."""
        recut = self._recut(is_handover=True)
        recut.action_show()
        recut.action_apply()
        rival = self.users["rival"]
        self.assertEqual((self.buyer | self.quiet).mapped("user_id"), rival)
        self.assertEqual(self.stays.user_id, self.users["seller"])
        rows = self.env["truck.territory.history"].search([("is_handover", "=", True)])
        self.assertEqual(rows.partner_id, self.buyer | self.quiet)
        row = rows.filtered(lambda row: row.partner_id == self.buyer)
        self.assertEqual(
            (row.user_from_id, row.user_to_id), (self.users["seller"], rival)
        )
        found = self.env["res.partner"].search([("user_id", "=", rival.id)])
        self.assertEqual(found, self.buyer | self.quiet)

    def test_without_a_lead_customers_keep_their_salesperson(self):
        """R2.7: a handover to nobody is none."""
        (self.region_south | self.city).lead_user_id = False
        recut = self._recut(is_handover=True)
        recut.action_show()
        recut.action_apply()
        self.assertEqual(recut.moved_count, 2)
        self.assertEqual(self.buyer.user_id, self.users["seller"])

    def test_applied_twice(self):
        """R2.7: nothing moves twice, nothing is written twice."""
        first, second = self._recut(), self._recut()
        first.action_show()
        second.action_show()
        first.action_apply()
        with self.assertRaisesRegex(UserError, "re-cut already"):
            first.action_apply()
        second.action_apply()
        self.assertEqual((first.moved_count, second.moved_count), (2, 0))
        self.assertEqual(self.env["truck.territory.history"].search_count([]), 2)

    def test_nothing_moves_unseen(self):
        """R2.7: neither before it was shown, nor what has changed since."""
        recut = self._recut()
        with self.assertRaisesRegex(UserError, "Look first at who would move"):
            recut.action_apply()
        recut.action_show()
        late = self._create_customer("Late", city="柳州")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET truck_territory_id = NULL WHERE id = %s", [late.id]
        )
        self.quiet.city = "柳州"
        self.env.invalidate_all()
        recut.action_apply()
        self.assertEqual(recut.moved_count, 1)
        self.assertFalse(late.truck_territory_id)
        self.assertEqual(self.quiet.truck_territory_id, self.liuzhou)
        self.assertEqual(self.buyer.truck_territory_id, self.city)

    def test_shown_again_after_another_look(self):
        """R2.7: the first look is forgotten."""
        recut = self._recut()
        recut.action_show()
        self.city.area_ids.city = "桂林"
        recut.action_show()
        self.assertFalse(recut.line_ids)
        self.assertFalse(
            self.env["truck.territory.recut.move"].search([("recut_id", "=", recut.id)])
        )

    def test_only_some_territories(self):
        """R2.7: one region at a time, its parts included."""
        recut = self._recut(territory_ids=self.region_north.ids)
        recut.action_show()
        self.assertFalse(recut.line_ids)
        recut = self._recut(territory_ids=self.region_south.ids)
        recut.action_show()
        self.assertEqual(recut.customer_count, 2)

    def test_first_territories_get_everybody(self):
        """R2.7: from no territory; and back to none when an area goes."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET truck_territory_id = NULL")
        self.env.invalidate_all()
        recut = self._recut()
        recut.action_show()
        self.assertFalse(recut.line_ids.territory_from_id)
        recut.action_apply()
        self.assertEqual(self.buyer.truck_territory_id, self.city)
        (self.city | self.region_south).area_ids.unlink()
        recut = self._recut()
        recut.action_show()
        self.assertIn(
            "to no territory",
            recut.line_ids[0].action_view_customers()["display_name"],
        )
        recut.action_apply()
        self.assertFalse(self.buyer.truck_territory_id)

    def test_partners_of_other_companies_stay(self):
        """R13.1: a manager moves nobody of a company that is not his."""
        sister = self.env["res.company"].create({"name": "Sister"})
        theirs = self._create_customer("Theirs", company_id=sister.id)
        self._create_territory(
            "Sisters", {"state_id": self.gx.id}, company_id=sister.id
        )
        self.assertFalse(theirs.truck_territory_id)
        recut = self._recut()
        recut.action_show()
        recut.action_apply()
        self.assertFalse(theirs.truck_territory_id)
        boss = new_test_user(
            self.env,
            "boss",
            groups="truck_crm.truck_crm_group_manager",
            company_id=sister.id,
            company_ids=sister.ids,
        )
        recut = self._recut(boss)
        recut.action_show()
        self.assertEqual(recut.line_ids.territory_to_id.name, "Sisters")
        recut.action_apply()
        self.assertEqual(theirs.truck_territory_id.name, "Sisters")

    def test_managers_only(self):
        """R13.1: a salesperson neither looks nor moves."""
        with self.assertRaises(AccessError):
            self._recut(self.users["seller"])
        recut = self._recut()
        with self.assertRaises(AccessError):
            recut.with_user(self.users["seller"]).action_show()

    def test_form(self):
        """R2.7: as a manager works with it on the screen."""
        form = Form(self.env["truck.territory.recut"].with_user(self.user))
        form.is_handover = True
        recut = form.save()
        recut.action_show()
        form = Form(recut)
        self.assertEqual(form.customer_count, 2)
        form.record.action_apply()
        self.assertEqual(recut.state, "done")

    @freeze_time(TODAY)
    def test_what_is_shown_is_for_who_asked(self):
        """R13.1: revenue of customers, to a manager of another company least of all."""
        other = new_test_user(
            self.env,
            "other_manager",
            groups="truck_crm.truck_crm_group_manager",
            company_id=self.env["res.company"].create({"name": "Other Maker"}).id,
        )
        recut = self._recut()
        recut.action_show()
        self.assertTrue(recut.line_ids)
        for model in ("", ".line", ".move"):
            rows = self.env[f"truck.territory.recut{model}"].with_user(other)
            self.assertFalse(rows.search([]), rows._name)
        with self.assertRaises(AccessError):
            recut.with_user(other).action_apply()

    @freeze_time(TODAY)
    def test_opportunities_of_another_company_are_not_counted(self):
        """R13.1: of a customer of both."""
        other = self.env["res.company"].create({"name": "Other Maker"})
        self.env["crm.lead"].create(
            [
                {"name": "Ours", "type": "opportunity", "partner_id": self.buyer.id},
                {
                    "name": "Theirs",
                    "type": "opportunity",
                    "partner_id": self.buyer.id,
                    "company_id": other.id,
                    "team_id": False,
                    "user_id": False,
                },
            ]
        )
        recut = self._recut()
        recut.action_show()
        self.assertEqual(sum(recut.line_ids.mapped("opportunity_count")), 1)
