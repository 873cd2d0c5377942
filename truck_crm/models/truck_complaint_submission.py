from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize, format_list, mute_logger, plaintext2html

from ..tools import complaint_text

# What `submit` takes, and how long it may be.
SUBMITTED = {
    "external_ref": 64,
    "customer_ref": 64,
    "vehicle": 40,
    "subject": 200,
    "text": 20_000,
    "channel": 20,
    "severity": 20,
    "contact_name": 100,
    "phone": 40,
    "email": 254,
    "mileage": 0,
}


class TruckComplaintSubmission(models.AbstractModel):
    """Complaints that other systems, the portal and the web page hand in."""

    _name = "truck.complaint.submission"
    _description = "Complaint Handed In"
    _inherit = ["truck.complaint.guess"]

    external_ref = fields.Char(
        string="External Reference",
        copy=False,
        readonly=True,
        help="The number of this complaint in the system that handed it in.",
    )
    reported_vehicle = fields.Char(
        copy=False,
        help="VIN or plate as whoever complained has typed it.",
    )

    _external_ref_uniq = models.UniqueIndex(
        "(company_id, external_ref) WHERE external_ref IS NOT NULL",
        "A complaint with this external reference exists already.",
    )

    # ------------------------------------------------------------
    # OTHER SYSTEMS
    # ------------------------------------------------------------

    @api.model
    def submit(self, vals):
        """Hand in a complaint; the same external reference makes one, however often.

        For other systems, by JSON-2: ``POST /json/2/truck.complaint/submit``. Whoever
        calls needs the right to create complaints, in whose company it is made.

        :param dict vals: ``text`` (plain) or ``subject``, one of them at least;
            ``external_ref``: the caller's own number, taken once per company;
            ``customer_ref``: the customer's reference here; ``vehicle``: VIN or plate;
            ``channel`` ("api" if missing), ``severity``, ``contact_name``, ``phone``,
            ``email``, ``mileage`` (km). A customer or vehicle that nobody knows is no
            error: the complaint is unassigned, and says what was given
        :return: ``id``, ``name`` (the number), ``state``, and ``created``: False when
            the reference was there before; the complaint is left as it is then
        :rtype: dict
        :raises ValidationError: for an unknown name, a value of the wrong kind or
            length, or a reference that is taken by a complaint the caller may not see
        """
        self.browse().check_access("create")
        vals = self._check_submitted(vals)
        known = self._find_submitted(vals)
        if not known:
            try:
                with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                    complaint = self.create(self._prepare_submitted_vals(vals))
                return complaint._get_receipt(True)
            except UniqueViolation as error:
                if "external_ref_uniq" not in error.diag.constraint_name:
                    raise
                # somebody else handed it in at this moment
                known = self._find_submitted(vals)
        if not known.has_access("read"):
            raise ValidationError(
                self.env._(
                    "external_ref %(ref)s: a complaint that you may not see bears this"
                    " reference. Use another one.",
                    ref=vals["external_ref"],
                )
            )
        return known._get_receipt(False)

    @api.model
    def _check_submitted(self, vals):
        """Return the values, cut to what is said; refuse what cannot be meant."""
        if not isinstance(vals, dict):
            raise ValidationError(self.env._("vals: give names and values."))
        unknown = sorted(map(str, vals.keys() - SUBMITTED.keys()))
        if unknown:
            raise ValidationError(
                self.env._(
                    "%(names)s: unknown. Use only %(known)s.",
                    names=format_list(self.env, unknown),
                    known=format_list(self.env, sorted(SUBMITTED)),
                )
            )
        vals = {name: value for name, value in vals.items() if value}
        for name, value in vals.items():
            self._check_submitted_value(name, value)
        if not vals.get("subject") and not vals.get("text"):
            raise ValidationError(
                self.env._("text: say what the complaint is about, or give a subject.")
            )
        return vals

    @api.model
    def _check_submitted_value(self, name, value):
        longest = SUBMITTED[name]
        if name == "mileage":
            if not isinstance(value, int) or not 0 <= value < 10_000_000:
                raise ValidationError(
                    self.env._("mileage: give a whole number of km, not negative.")
                )
        elif not isinstance(value, str) or len(value) > longest:
            raise ValidationError(
                self.env._(
                    "%(name)s: give a text of at most %(longest)s characters.",
                    name=name,
                    longest=longest,
                )
            )
        if name in ("channel", "severity"):
            choices = self._fields[name].get_values(self.env)
            if value not in choices:
                raise ValidationError(
                    self.env._(
                        "%(name)s: %(value)s is unknown. Use one of %(choices)s.",
                        name=name,
                        value=value,
                        choices=format_list(self.env, choices),
                    )
                )

    @api.model
    def _find_submitted(self, vals):
        """Return the complaint with the external reference, whoever may see it."""
        if not vals.get("external_ref"):
            return self.browse()
        # sudo: the reference is taken even if the caller may not see by whom
        complaints = self.sudo().with_context(active_test=False)
        known = complaints.search(
            Domain("company_id", "=", self.env.company.id)
            & Domain("external_ref", "=", vals["external_ref"])
        )
        return known.sudo(False)

    @api.model
    def _prepare_submitted_vals(self, vals):
        """Return the values of a complaint that a system handed in."""
        company = self.env.company
        vehicles = self._find_reported_vehicles(company, vals.get("vehicle"))
        # a truck that the caller may not see is said in words
        vehicles = vehicles.sudo(False)._filtered_access("read")
        customer = self._find_by_ref(company, vals.get("customer_ref"))
        unknown = [
            vals[name]
            for name, found in (("customer_ref", customer), ("vehicle", vehicles))
            if vals.get(name) and not found
        ]
        text = "\n".join(filter(None, [vals.get("text"), *unknown]))
        values = {
            "subject": vals.get("subject") or self._shorten(text),
            "description": plaintext2html(text) if text else False,
            "channel": vals.get("channel", "api"),
            "company_id": company.id,
            "partner_id": customer.id,
            "email_from": vals.get("email"),
            "reported_vehicle": vals.get("vehicle"),
        }
        if vehicles:
            values["vehicle_ids"] = vehicles.ids
        same = ("external_ref", "severity", "contact_name", "phone", "mileage")
        return values | {name: vals[name] for name in same if name in vals}

    @api.model
    def _find_by_ref(self, company, ref):
        """Return the customer with a reference, if it is one."""
        partners = self.env["res.partner"].sudo()
        if not ref:
            return partners
        found = partners.search(
            Domain("ref", "=", ref)
            & Domain("company_id", "in", [False, *company.parent_ids.ids])
        )
        customer = found.commercial_partner_id
        return customer if len(customer) == 1 else customer.browse()

    @api.model
    def _find_reported_vehicles(self, company, text):
        """Return the vehicle whose VIN or plate somebody typed, if there is one."""
        vin, plate = complaint_text.split_vehicle(text)
        return self._find_vehicles(
            company, [vin] if vin else [], [plate] if plate else []
        )

    @api.model
    def _shorten(self, text):
        """Return the beginning of a text, as a subject."""
        line = " ".join(text.split())
        return line if len(line) <= 60 else line[:59] + "…"

    def _get_receipt(self, created):
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "created": created,
        }

    # ------------------------------------------------------------
    # THE PORTAL AND THE WEB PAGE
    # ------------------------------------------------------------

    @api.model
    def _submit_from_web(self, values, files=()):
        """Make a complaint of what anybody typed on the public page.

        It is assigned to nobody: who he says he is, nobody knows. The controller has
        checked lengths and files.

        :param dict values: ``vehicle``, ``contact_name``, ``phone``, ``email`` and
            ``text``
        :param files: (name, content, type) of each file
        """
        company = self.env.company
        vehicles = self._find_reported_vehicles(company, values.get("vehicle"))
        # sudo: a stranger has no right to anything
        complaint = self.sudo().create(
            {
                "subject": self._shorten(values["text"]),
                "description": plaintext2html(values["text"]),
                "channel": "web",
                "company_id": company.id,
                "partner_id": False,
                "contact_name": values.get("contact_name"),
                "phone": values.get("phone"),
                "email_from": email_normalize(values.get("email")),
                "reported_vehicle": values.get("vehicle"),
                "vehicle_ids": vehicles.ids,
            }
        )
        complaint._attach_files(files)
        return complaint

    @api.model
    def _submit_from_portal(self, values, files=()):
        """Make a complaint of what a portal user typed: his company's, or a customer's.

        A dealer's staff complain for the customer who has the truck, if it is one that
        their branch has sold or whose customer it serves.

        :param dict values: ``subject``, ``text``, ``vehicle_id`` (one of
            ``_get_portal_vehicles``), ``vehicle`` (typed), ``category_id``, ``mileage``
        :param files: (name, content, type) of each file
        """
        user, company = self.env.user, self.env.company
        vehicles = self._get_portal_vehicles().filtered(
            lambda vehicle: vehicle.id == values.get("vehicle_id")
        )
        typed = self._find_reported_vehicles(company, values.get("vehicle"))
        dealers = self._get_portal_dealers()
        branch = dealers.search([("id", "child_of", dealers.ids)])
        served = typed.filtered(lambda v: self._get_branch_dealer(v) in branch)
        vehicles |= served
        customer = self._get_holders(vehicles) if dealers else None
        if not customer or len(customer) > 1:
            customer = user.partner_id.commercial_partner_id
        category = self._get_portal_categories().filtered(
            lambda category: category.id == values.get("category_id")
        )
        contact = user.partner_id
        is_own = contact.commercial_partner_id == customer != contact
        # sudo: portal users have the right to read only; all values are chosen here
        complaint = self.sudo().create(
            {
                "subject": values["subject"],
                "description": plaintext2html(values["text"]),
                "channel": "portal",
                "company_id": company.id,
                "category_id": category.id,
                "partner_id": customer.id,
                "contact_id": contact.id if is_own else False,
                "contact_name": False if is_own else user.name,
                "email_from": user.email_normalized,
                "phone": user.phone,
                "vehicle_ids": vehicles.ids,
                "reported_vehicle": values.get("vehicle"),
                "mileage": values.get("mileage") or 0,
                **({"dealer_id": dealers[0].id} if dealers else {}),
            }
        )
        complaint.message_subscribe(user.partner_id.ids)
        complaint._attach_files(files)
        complaint._acknowledge()
        return complaint

    @api.model
    def _get_branch_dealer(self, vehicle):
        """Return which dealer may complain about a truck: of its holder, or seller."""
        holder = (vehicle.operator_id or vehicle.owner_id).commercial_partner_id
        return holder.truck_dealer_id or vehicle.dealer_id

    def _attach_files(self, files):
        """Keep files that came from outside; they are read by a token of their own."""
        self.ensure_one()
        # pictures are kept as they came: decoding what strangers send costs memory
        Attachment = self.env["ir.attachment"].with_context(image_no_postprocess=True)
        # sudo: whoever sends a file has no right on files
        attachments = Attachment.sudo().create(
            [
                {
                    "name": name,
                    "raw": content,
                    "mimetype": mimetype,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, content, mimetype in files
            ]
        )
        attachments.generate_access_token()
