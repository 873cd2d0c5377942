from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .personal_common import BORN, MARKER, RIGHT, TruckPersonalCommon

NAME = "Zqxjk"


@tagged("post_install", "-at_install")
class TestTruckPersonalErase(TruckPersonalCommon):
    """R1.4: erased in one action, over all tables."""

    def _wizard(self, partners=None, user=None, **values):
        partners = self.buyer if partners is None else partners
        wizard = self.env["truck.personal.erase"].with_user(user or self.confidant)
        return wizard.create({"partner_ids": partners.ids, **values})

    def _tables_with(self, text):
        """Return the tables in which some row, any column, holds a text."""
        self.env.flush_all()
        tables = self.env.execute_query(
            SQL("SELECT tablename FROM pg_tables WHERE schemaname = current_schema")
        )
        found = set()
        for (table,) in tables:
            query = SQL(
                "SELECT 1 FROM %s t WHERE t::text LIKE %s LIMIT 1",
                SQL.identifier(table),
                f"%{text}%",
            )
            if self.env.execute_query(query):
                found.add(table)
        return found

    def test_nothing_private_is_left_in_any_table(self):
        """R1.4: profile, family, events, honours, files; the log says only who."""
        self.env["ir.attachment"].create(
            {
                "name": f"{MARKER}.txt",
                "raw": b"private",
                "res_model": "truck.personal.profile",
                "res_id": self.profile.id,
            }
        )
        self.assertGreaterEqual(len(self._tables_with(MARKER)), 5)
        self._clear_log()
        self._wizard().action_confirm()
        self.assertFalse(self._tables_with(MARKER))
        self.assertFalse(self._tables_with(BORN))
        self.assertEqual(self._traces(), {("truck_confidant", "erase", "Buyer")})
        self.assertEqual(self.buyer.name, "Buyer")

    def test_preview_counts_what_will_go(self):
        """R1.4: per table, before anything happens."""
        preview = self._wizard().preview
        for name, count in {
            "Personal Profile": 1,
            "Family Member": 1,
            "Life Event": 1,
            "Honour": 1,
        }.items():
            self.assertRegex(preview, f"{name}</td><td[^>]*>{count}</td>")
        self.assertNotIn("Contact", preview)
        self.assertIn(self.buyer.display_name, preview)
        self.assertTrue(self.profile.exists())
        self.profile.unlink()
        self.assertIn("Nothing is kept of them.", self._wizard().preview)

    def test_preview_follows_the_tick(self):
        """R1.4: anonymising says what else goes."""
        self.env["crm.lead"].create({"name": "Lead", "partner_id": self.buyer.id})
        preview = self._wizard(is_anonymised=True).preview
        self.assertRegex(preview, "Made anonymous</td><td>[^<]*Lead[^<]*</td>")

    def test_wizard_takes_what_is_ticked(self):
        """R1.4: contacts, or profiles."""
        Wizard = self.env["truck.personal.erase"].with_user(self.confidant)
        for records in (self.buyer, self.profile):
            context = {"active_model": records._name, "active_ids": records.ids}
            wizard = Wizard.with_context(**context).create({})
            self.assertEqual(wizard.partner_ids, self.buyer)
        action = self.profile.with_user(self.confidant).action_erase()
        wizard = Wizard.with_context(**action["context"]).create({})
        self.assertEqual(wizard.partner_ids, self.buyer)
        following = wizard.action_confirm()["params"]["next"]
        self.assertEqual(following["res_model"], "truck.personal.profile")

    # --- anonymising ---

    def _create_known(self):
        """Return a contact whose name stands wherever Odoo repeats it."""
        known = self.env["res.partner"].create(
            {
                "name": NAME,
                "email": f"{NAME}@example.com".lower(),
                "phone": "0772 123456",
                "function": f"{NAME} function",
                "street": f"{NAME} street",
                "comment": f"{NAME} comment",
                "ref": "C-0815",
                "website": f"http://{NAME}.example.com".lower(),
            }
        )
        self.profile.create(self._prepare_profile_vals(known, NAME))
        known.with_context(tracking_disable=False).message_post(body=f"{NAME} called")
        known.activity_schedule("mail.mail_activity_data_todo", summary=NAME)
        self.env["ir.attachment"].create(
            {
                "name": f"{NAME}.txt",
                "raw": NAME.encode(),
                "res_model": "res.partner",
                "res_id": known.id,
            }
        )
        return known

    def _repeat(self, known):
        """Make records that repeat a contact's name, and return the order."""
        self.env["crm.lead"].create(
            {
                "name": f"{NAME}'s opportunity",
                "partner_id": known.id,
                "contact_name": NAME,
                "description": f"<p>{NAME} wants two</p>",
            }
        )
        self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": "2025-05-05 08:00:00",
                "stop": "2025-05-05 09:00:00",
                "partner_ids": [Command.link(known.id)],
            }
        )
        survey = self.env["survey.survey"].create({"title": "Satisfaction"})
        self.env["survey.user_input"].create(
            {
                "survey_id": survey.id,
                "partner_id": known.id,
                "email": known.email,
                "nickname": NAME,
            }
        )
        self._repeat_what_was_said(known)
        order = self._sell(partner_id=known.id)
        order.with_context(tracking_disable=False).message_post(
            body="Thanks", author_id=known.id, email_from=f'"{NAME}" <{known.email}>'
        )
        self._stock("LGGA2B4D6RL300101")
        self._deliver(order.picking_ids)
        order._create_invoices().action_post()
        return order

    def _repeat_what_was_said(self, known):
        """Write down talks and complaints that name a contact; one is nobody's yet."""
        self.env["truck.interaction"].create(
            {
                "partner_id": known.id,
                "subject": f"{NAME} called",
                "content": f"{NAME} has a new number: {known.phone}",
            }
        )
        complaints = self.env["truck.complaint"].create(
            [
                {
                    "subject": f"{NAME} complains",
                    "description": f"<p>Yours, {NAME}</p>",
                    "contact_name": NAME,
                    "email_from": f'"{NAME}" <{known.email}>',
                    "phone": known.phone,
                    **who,
                }
                for who in (
                    {"partner_id": known.id},
                    {"partner_id": False},
                )
            ]
        )
        complaints.step_ids[:1].evidence = f"Called {NAME}"
        self.env["truck.complaint.promise"].create(
            {
                "complaint_id": complaints[0].id,
                "name": f"Call {NAME} back",
                "date_due": "2026-03-02 08:00:00",
            }
        )
        self.env["truck.silent.case"].create(
            {
                "partner_id": known.id,
                "company_id": self.env.company.id,
                "date": "2026-05-20",
                "period": "2026-04-01",
                "note": f"{NAME} buys elsewhere",
            }
        )

    def test_nothing_of_an_anonymised_contact_is_left_in_any_table(self):
        """R1.4: name, address, mail and birthday; order, vehicle and number stay."""
        self.profile.unlink()
        known = self._create_known()
        order = self._repeat(known)
        self.env.flush_all()
        self.assertGreaterEqual(len(self._tables_with(NAME)), 12)
        user = self.confidant
        self._wizard(known, user, is_anonymised=True).action_confirm()
        self.assertFalse(self._tables_with(NAME))
        self.assertFalse(self._tables_with(NAME.lower()))
        self.assertFalse(self._tables_with(BORN))
        self.assertFalse(self._tables_with("0772 123456"))
        self.assertEqual(known.name, f"Anonymised contact #{known.id}")
        self.assertEqual(known.ref, "C-0815")
        self.assertFalse(known.active)
        self.assertEqual(order.partner_id, known)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertEqual(self._find_vehicle().owner_id, known)

    def _prepare_every_value(self, department):
        """Return a value for each stored field of ours, whoever adds one.

        Who serves the contact and where it lies stays, as orders do.
        """
        vals = {}
        for name, field in self.env["res.partner"]._fields.items():
            kept = not name.startswith("truck_") or not field.store
            if kept or name in ("truck_dealer_id", "truck_territory_id"):
                continue
            if field.type == "one2many":
                continue
            if field.type == "many2one" and field.comodel_name == department._name:
                vals[name] = department.id
            elif field.relational:
                Model = self.env[field.comodel_name]
                record = Model.search([], limit=1) or Model.create({"name": NAME})
                is_one = field.type == "many2one"
                vals[name] = record.id if is_one else [Command.set(record.ids)]
            elif field.type == "selection":
                vals[name] = field.get_values(self.env)[-1]
            elif field.type in ("date", "datetime"):
                vals[name] = "2001-02-03"
            elif field.type in ("integer", "float", "monetary"):
                vals[name] = 7
            else:
                vals[name] = True if field.type == "boolean" else NAME
        return vals

    def test_every_field_of_ours_goes_when_a_contact_is_made_anonymous(self):
        """R1.4: also one that is added to contacts later."""
        departments = self.env["truck.partner.department"]
        department = departments.create({"name": "X", "partner_id": self.customer.id})
        vals = self._prepare_every_value(department)
        self.assertLessEqual({"truck_mobile", "truck_buying_role_ids"}, vals.keys())
        self.buyer.write(vals)
        self.assertFalse([name for name in vals if not self.buyer[name]])
        self._wizard(is_anonymised=True).action_confirm()
        self.assertFalse([name for name in vals if self.buyer[name]])

    def test_tracked_names_of_the_contact_go_from_other_records(self):
        """R1.4: “Customer: A to B” in the chatter of an order names people too."""
        known = self._create_known()
        lead = self.env["crm.lead"].create({"name": "Lead"})
        self.env.flush_all()
        field = self.env["ir.model.fields"]._get("crm.lead", "partner_id")
        message = lead.message_post(body="x")
        value = self.env["mail.tracking.value"].create(
            {
                "field_id": field.id,
                "mail_message_id": message.id,
                "new_value_integer": known.id,
                "new_value_char": NAME,
            }
        )
        self._wizard(known, is_anonymised=True).action_confirm()
        self.assertEqual(value.new_value_char, known.name)

    def test_contact_of_a_company_leaves_the_companys_address(self):
        """R1.4: it is shared with the company, and the company stays."""
        self.customer.write({"street": "Main Road 1", "vat": "123"})
        self._wizard(is_anonymised=True).action_confirm()
        self.assertEqual(self.customer.street, "Main Road 1")
        self.assertEqual(self.customer.name, "Haulier")
        self.assertEqual(self.buyer.parent_id, self.customer)

    def test_anonymising_is_noted(self):
        """R1.4: who did it, to which contact; the contact has no name any more."""
        self._clear_log()
        self._wizard(is_anonymised=True).action_confirm()
        kinds = {(kind, name) for _login, kind, name in self._traces()}
        name = f"Anonymised contact #{self.buyer.id}"
        self.assertEqual(kinds, {("erase", name), ("anonymise", name)})

    def test_companies_and_users_are_not_made_anonymous(self):
        """R1.4: and nothing is erased when one of them is among the contacts."""
        user = self.users["seller"].partner_id
        for wrong, text in ((self.customer, "are companies"), (user, "can log in")):
            wizard = self._wizard(self.buyer | wrong, is_anonymised=True)
            with self.subTest(text), self.assertRaisesRegex(UserError, text):
                wizard.action_confirm()
            self.assertTrue(self.profile.exists())

    def test_who_may_not_write_contacts_does_not_anonymise(self):
        """R1.4: the right on personal data is none on contacts."""
        reader = new_test_user(self.env, "truck_reader", groups=RIGHT)
        wizard = self._wizard(user=reader, is_anonymised=True)
        with self.assertRaises(AccessError):
            wizard.action_confirm()
        self._wizard(user=reader).action_confirm()
        self.assertFalse(self.profile.exists())

    def test_leads_that_only_share_an_address_keep_what_they_say(self):
        """R13.1: else anybody could wipe out leads by a contact with their address."""
        other = self.outsider.company_id
        self.buyer.email = "sales@example.com"
        vals = {"name": "Lead", "type": "lead", "email_from": "sales@example.com"}
        theirs, colleagues, ours = self.env["crm.lead"].create(
            [
                vals | {"company_id": other.id, "team_id": False, "user_id": False},
                vals | {"partner_id": self.customer.id},
                vals,
            ]
        )
        colleagues.email_from = "sales@example.com"
        self.assertFalse((theirs | ours).partner_id)
        self._wizard(is_anonymised=True).action_confirm()
        self.assertEqual(theirs.email_from, "sales@example.com")
        self.assertEqual(colleagues.email_from, "sales@example.com")
        self.assertFalse(ours.email_from)

    def test_the_wizard_is_for_who_opened_it(self):
        """R13.1: its preview tells what is kept of whom."""
        wizard = self._wizard()
        with self.assertRaises(AccessError):
            wizard.with_user(self.outsider).read(["preview"])
