from collections import Counter

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_list

MOST_NAMES = 20  # in full above the preview: the tags of the field cut them off


class TruckPersonalErase(models.TransientModel):
    """Asks, with a preview, before what is known of people goes for good."""

    _name = "truck.personal.erase"
    _description = "Erase Personal Data"

    partner_ids = fields.Many2many(
        "res.partner",
        string="Contacts",
        required=True,
        context={"active_test": False},
        default=lambda self: self._default_partner_ids(),
    )
    is_anonymised = fields.Boolean(
        string="Anonymise the Contacts Too",
        help="Name, phone, e-mail, address and picture go, and with them the contact's"
        " own chatter. Orders, invoices and vehicles keep standing.",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    # ------------------------------------------------------------
    # DEFAULT AND COMPUTE METHODS
    # ------------------------------------------------------------

    @api.model
    def _default_partner_ids(self):
        """Take the contacts, or those of the profiles, that are ticked in the list."""
        model = self.env.context.get("active_model")
        ids = self.env.context.get("active_ids") or []
        if model == "truck.personal.profile":
            return self.env[model].browse(ids).partner_id
        return self.env["res.partner"].browse(ids if model == "res.partner" else [])

    @api.depends("partner_ids", "is_anonymised")
    def _compute_preview(self):
        for wizard in self:
            counts = wizard._count_what_goes(wizard.partner_ids._origin)
            line = Markup("<tr><td>%s</td><td>%s</td><td class='text-end'>%s</td></tr>")
            lines = [
                line % (title, self.env["ir.model"]._get(model).name, count)
                for (title, model), count in counts.items()
                if count
            ]
            names = wizard.partner_ids[:MOST_NAMES].mapped("display_name")
            wizard.preview = Markup(
                "<p class='fw-bold'>%s</p>"
                "<table class='table table-sm'><tbody>%s</tbody></table>"
            ) % (
                Markup("<br/>").join(
                    [*names, "…"] if wizard.partner_ids[MOST_NAMES:] else names
                ),
                Markup().join(lines or [self.env._("Nothing is kept of them.")]),
            )

    def _count_what_goes(self, partners):
        """Return how many records of what go, by what happens to them and model."""
        deleted, changed = self.env._("Deleted"), self.env._("Made anonymous")
        sets = [(deleted, records) for records in self._get_private_records(partners)]
        if self.is_anonymised:
            sets += [(deleted, records) for records in self._get_own_records(partners)]
            sets += [(changed, records) for records in self._get_copies(partners)]
            sets.append((changed, partners))
        counts = Counter()
        for title, records in sets:
            counts[title, records._name] += len(records)
        return counts

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_confirm(self):
        """Erase, and anonymise when that is ticked. There is no way back."""
        self.ensure_one()
        partners = self.partner_ids
        if self.is_anonymised:
            self._check_can_anonymise(partners)
        profiles = self._get_profiles(partners)
        count = len(profiles)
        profiles.unlink()
        if self.is_anonymised:
            self._anonymise(partners)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Personal profiles erased: %(profiles)s. Contacts anonymised:"
                    " %(contacts)s.",
                    profiles=count,
                    contacts=len(partners) if self.is_anonymised else 0,
                ),
                "next": self._get_next_action(),
            },
        }

    def _get_next_action(self):
        """Return where to go: the page that asked, unless it is of what is gone."""
        if self.env.context.get("is_profile_open"):
            return self.env["ir.actions.act_window"]._for_xml_id(
                "truck_crm.truck_personal_profile_action"
            ) | {"target": "main"}
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # ------------------------------------------------------------
    # WHAT GOES
    # ------------------------------------------------------------

    def _get_profiles(self, partners):
        return self.env["truck.personal.profile"].search(
            [("partner_id", "in", partners.ids)]
        )

    def _get_private_records(self, partners):
        """Return what is deleted in any case, a recordset per table."""
        # sudo: counted only; rows that follow a profile in its deletion
        profiles = self._get_profiles(partners).sudo()
        greetings = self.env["truck.greeting.sent"].sudo()
        return [
            profiles,
            greetings.search(greetings._get_birthday_domain(profiles.partner_id)),
            profiles.relative_ids,
            profiles.event_ids,
            profiles.honour_ids,
            self._get_attachments(profiles),
        ]

    def _get_own_records(self, partners):
        """Return what hangs on the contacts and goes when they become anonymous."""
        # sudo: a note in the chatter goes too when the user could not read it
        domain = [("model", "=", "res.partner"), ("res_id", "in", partners.ids)]
        messages = self.env["mail.message"].sudo().search(domain)
        domain = [("res_model", "=", "res.partner"), ("res_id", "in", partners.ids)]
        activities = self.env["mail.activity"].sudo().search(domain)
        return [messages, activities, self._get_attachments(partners)]

    def _get_attachments(self, records):
        """Return the files of records, not the pictures that are fields of them."""
        # sudo: a file goes with its record
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("res_field", "=", False),
                ]
            )
        )

    def _get_copies(self, partners):
        """Return the records that repeat something of the contacts."""
        emails = [email for email in partners.mapped("email_normalized") if email]
        found = []
        for model, copied in self._get_copied_fields().items():
            domain = Domain.OR(
                Domain(name, "in", partners.ids) for name in copied["partners"]
            )
            if address := copied.get("address"):
                # Nobody's yet, and no other company's: anybody may write an address.
                domain |= (
                    Domain(address, "in", emails)
                    & Domain("partner_id", "=", False)
                    & Domain("company_id", "in", [False, *self.env.companies.ids])
                )
            # sudo: copies of the name go from what others keep too
            Model = self.env[model].sudo().with_context(active_test=False)
            found.append(Model.search(domain))
        return found

    @api.model
    def _get_copied_fields(self):
        """Return the fields by model that repeat a contact's data. A hook.

        ``partners`` are the fields that lead to the contact, ``address`` is one with
        which it is found as long as the record is nobody's; fields of ``empty`` are
        emptied; in ``texts`` only what is the contact's is replaced.
        """
        of_complaint = ["complaint_id.contact_id", "complaint_id.partner_id"]
        return {
            "crm.lead": {
                "partners": ["partner_id"],
                "address": "email_normalized",
                "empty": [
                    "contact_name",
                    "email_from",
                    "phone",
                    "function",
                    "website",
                    "street",
                    "street2",
                ],
                "texts": ["name", "description"],
            },
            "survey.user_input": {
                "partners": ["partner_id"],
                "empty": ["email", "nickname"],
                "texts": [],
            },
            "calendar.event": {
                "partners": ["partner_ids"],
                "empty": [],
                "texts": ["name", "description"],
            },
            "truck.interaction": {
                "partners": ["contact_ids", "partner_id"],
                "empty": [],
                "texts": ["subject", "content", "place"],
            },
            "truck.complaint": {
                "partners": ["contact_id", "partner_id"],
                "address": "email_normalized",
                "empty": ["contact_name", "email_from", "phone"],
                "texts": ["subject", "description", "cause", "remedy", "lesson"],
            },
            "truck.complaint.step": {
                "partners": of_complaint,
                "empty": [],
                "texts": ["evidence"],
            },
            "truck.complaint.promise": {
                "partners": of_complaint,
                "empty": [],
                "texts": ["name"],
            },
            "truck.emergency.notice": {
                "partners": ["partner_id"],
                "empty": ["email"],
                "texts": [],
            },
            "truck.emergency.vehicle": {
                "partners": ["partner_id"],
                "empty": [],
                "texts": ["note"],
            },
            "truck.silent.case": {
                "partners": ["partner_id"],
                "empty": [],
                "texts": ["note"],
            },
        }

    @api.model
    def _get_told_fields(self):
        """Return the fields of a contact that people repeat in texts."""
        names = ["name", "phone", "truck_mobile", "email", "email_normalized"]
        return [name for name in names if name in self.env["res.partner"]._fields]

    @api.model
    def _get_contact_fields(self):
        """Return the fields of a contact that go: core's, and our whole profile."""
        names = ["phone", "email", "website", "function", "comment"]
        names += ["barcode", "company_name", "image_1920"]
        ours = {
            **self.env["res.partner.profile"]._fields,
            **self.env["res.partner.care"]._fields,
        }
        return names + [name for name in ours if self._is_typed(ours[name])]

    @api.model
    def _is_typed(self, field):
        """Tell whether a field is one of ours that people type in."""
        return field.name.startswith("truck_") and field.store

    @api.model
    def _get_place_fields(self):
        """Return the fields that a contact shares with its company, if it has one."""
        return ["street", "street2", "zip", "city", "vat", "company_registry"]

    # ------------------------------------------------------------
    # ANONYMISING
    # ------------------------------------------------------------

    def _check_can_anonymise(self, partners):
        """Raise for contacts that have to keep their name."""
        partners.check_access("write")
        companies = partners.filtered("is_company")
        if companies:
            raise UserError(
                self.env._(
                    "Contacts: %(names)s are companies. Only people are made anonymous:"
                    " take them off the list.",
                    names=format_list(self.env, companies.mapped("display_name")),
                )
            )
        # sudo: a user of another company stands in the way as well
        users = partners.sudo().with_context(active_test=False).user_ids
        if users:
            raise UserError(
                self.env._(
                    "Contacts: %(names)s can log in or could once. Delete these users"
                    " first, or take the contacts off the list.",
                    names=format_list(self.env, users.mapped("display_name")),
                )
            )

    def _anonymise(self, partners):
        """Take from the contacts, and from what repeats them, who they are."""
        # sudo: the user may write the contacts, and what repeats them has to follow
        partners = partners.sudo().with_context(tracking_disable=True)
        log = self.env["truck.personal.access.log"].sudo()
        log._trace_contacts("anonymise", partners, self.env.uid)
        self._anonymise_copies(partners)
        for records in self._get_own_records(partners):
            records.unlink()
        self._anonymise_mail(partners)
        for partner in partners:
            partner.write(self._prepare_anonymous_vals(partner))

    @api.model
    def _get_anonymous_name(self, partner):
        return self.env._("Anonymised contact #%(number)s", number=partner.id)

    def _prepare_anonymous_vals(self, partner):
        names = self._get_contact_fields()
        if not partner.parent_id or partner.type != "contact":
            # else the address is the company's, and writing it would change that
            names = names + self._get_place_fields()
        vals = dict.fromkeys(names, False)
        return vals | {"name": self._get_anonymous_name(partner), "active": False}

    def _anonymise_copies(self, partners):
        for records in self._get_copies(partners):
            copied = self._get_copied_fields()[records._name]
            records = records.with_context(
                tracking_disable=True, truck_is_anonymising=True
            )
            records.write(dict.fromkeys(copied["empty"], False))
            for name in copied["texts"]:
                self._anonymise_texts(records, name, partners)
            # sudo: what was written on these goes too when the user could not read it
            messages = self.env["mail.message"].sudo()
            messages = messages.search(
                [("model", "=", records._name), ("res_id", "in", records.ids)]
            )
            for name in ("subject", "body"):
                self._anonymise_texts(messages, name, partners)

    def _anonymise_texts(self, records, field_name, partners):
        """Take names, numbers and addresses out of texts: “Zhang's opportunity”."""
        words = {}
        for partner in partners:
            new = self._get_anonymous_name(partner)
            told = filter(None, (partner[name] for name in self._get_told_fields()))
            # one character alone stands in too many other words
            for word in (str(word) for word in told if len(word) > 1):
                words |= {word: new, str(escape(word)): new}
        for record in records:
            text = old = record[field_name] or ""
            for word, new in words.items():
                text = text.replace(word, new)
            if text != old:
                record[field_name] = text

    def _anonymise_mail(self, partners):
        """Take names and addresses out of what other records' chatters tell."""
        messages = self.env["mail.message"].sudo()
        messages = messages.search([("author_id", "in", partners.ids)])
        messages.write({"email_from": False, "reply_to": False})
        notices = self.env["mail.notification"].sudo()
        notices = notices.search([("res_partner_id", "in", partners.ids)])
        notices.write({"mail_email_address": False})
        self.env.flush_all()
        for partner in partners:
            for side in ("old", "new"):
                self.env.cr.execute(
                    SQL(
                        "UPDATE mail_tracking_value SET %(text)s = %(name)s"
                        " WHERE %(number)s = %(id)s AND field_id IN (SELECT id FROM"
                        " ir_model_fields WHERE relation = 'res.partner')",
                        text=SQL.identifier(f"{side}_value_char"),
                        number=SQL.identifier(f"{side}_value_integer"),
                        name=self._get_anonymous_name(partner),
                        id=partner.id,
                    )
                )
        self.env["mail.tracking.value"].invalidate_model()
