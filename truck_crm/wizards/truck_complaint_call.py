from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain
from odoo.tools import plaintext2html

from ..models.truck_complaint_category import SEVERITIES, get_highest
from ..tools import search_text

MOST = 12  # so many are offered to choose from; of more, the term says too little
PHONE_DIGITS = 7  # so many digits and nothing else are no part of a plate or VIN
RECENT = 5  # so many of the last complaints are shown
RECENT_MONTHS = 12


class TruckComplaintCall(models.TransientModel):
    """Takes a complaint on the phone: who is it, what is it, what was he told.

    A dialog of its own and not the form of a complaint, since whoever takes the call
    may enter what he may not see afterwards: a complaint about members of staff.
    """

    _name = "truck.complaint.call"
    _description = "Take a Call"
    _inherit = ["truck.solution.suggested"]

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    # Who is it
    term = fields.Char(
        string="Phone, Plate or VIN", help="A part is enough; a name finds him as well."
    )
    hint = fields.Char(compute="_compute_candidates")
    candidate_ids = fields.Many2many(
        "res.partner", compute="_compute_candidates", help="Whom the term finds."
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Contact",
        domain="[('commercial_partner_id', '=', partner_id)]",
    )
    contact_name = fields.Char(string="Caller")
    phone = fields.Char()
    known_vehicle_ids = fields.Many2many(
        "truck.vehicle",
        relation="truck_complaint_call_known_rel",
        compute="_compute_known_vehicle_ids",
    )
    vehicle_ids = fields.Many2many(
        "truck.vehicle", relation="truck_complaint_call_vehicle_rel", string="Vehicles"
    )
    mileage = fields.Integer(string="Mileage (km)")
    # What is it
    channel = fields.Selection(
        selection=[("phone", "Phone"), ("visit", "Visit")],
        string="Came In By",
        required=True,
        default="phone",
    )
    subject = fields.Char(string="Complaint")
    description = fields.Text(string="Details")
    category_id = fields.Many2one("truck.complaint.category", string="Category")
    severity = fields.Selection(
        selection=SEVERITIES,
        compute="_compute_severity",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    is_vehicle_down = fields.Boolean(string="Vehicle Stands Still")
    is_safety = fields.Boolean(string="Safety Concerned")
    is_confidential = fields.Boolean(compute="_compute_is_confidential")
    accused_ids = fields.Many2many(
        "res.partner",
        relation="truck_complaint_call_accused_rel",
        string="Accused",
        help="Members of staff, ours or a dealer's. Makes the complaint confidential.",
    )
    # Is it known
    similar_ids = fields.Many2many(
        "truck.complaint",
        relation="truck_complaint_call_similar_rel",
        string="Last Complaints",
        compute="_compute_similar_ids",
    )
    open_similar_ids = fields.Many2many(
        "truck.complaint",
        relation="truck_complaint_call_open_rel",
        compute="_compute_similar_ids",
    )
    duplicate_of_id = fields.Many2one(
        "truck.complaint",
        string="Same Case As",
        domain="[('id', 'in', open_similar_ids)]",
        help="The call is added to that complaint; no second one is made.",
    )
    # What helped others
    solution_id = fields.Many2one(
        "truck.solution",
        string="Solution",
        help="What is taken over: saved, it counts as used for this complaint.",
    )
    # What was he told
    promise = fields.Char(
        string="Promised", help="What happens next, as the customer was told."
    )
    promise_date = fields.Datetime(string="Until")
    remedy = fields.Text(
        string="Solved by", help="Fill in when it was solved on the phone."
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS AND ONCHANGES
    # ------------------------------------------------------------

    @api.depends("term")
    @api.depends_context("lang")
    def _compute_candidates(self):
        for call in self:
            vehicles, partners = call._find()
            customers = partners.commercial_partner_id
            call.candidate_ids = customers
            call.hint = call._get_hint(vehicles, customers)

    def _get_hint(self, vehicles, customers):
        """Return in words what came of looking, or False when it is clear."""
        if not (self.term or "").strip():
            return False
        if len(customers) > 1:
            return self.env._(
                "%(count)s customers fit: choose one, or enter more of the number.",
                count=len(customers),
            )
        if len(vehicles) > 1:
            return self.env._(
                "%(count)s vehicles fit: choose one, or enter more of the number.",
                count=len(vehicles),
            )
        if not customers and not vehicles:
            return self.env._(
                "Nobody is known by this. Enter who called: the complaint is taken all"
                " the same."
            )
        return False

    @api.depends("partner_id", "term")
    def _compute_known_vehicle_ids(self):
        Vehicle = self.env["truck.vehicle"]
        for call in self:
            customer, found = call.partner_id._origin, call._find()[0]
            if customer:
                domain = customer._truck_get_vehicle_domain()
                domain &= Domain("state", "=", "in_use")
                if found:
                    domain &= Domain("id", "in", found.ids)
                found = Vehicle.search(domain, limit=MOST)
            call.known_vehicle_ids = found

    @api.depends("category_id")
    def _compute_severity(self):
        for call in self:
            known = (call.severity, call.category_id.severity)
            call.severity = get_highest(known)

    @api.depends("category_id", "accused_ids")
    def _compute_is_confidential(self):
        for call in self:
            call.is_confidential = bool(
                call.category_id.is_about_staff or call.accused_ids
            )

    @api.depends("partner_id", "vehicle_ids")
    def _compute_similar_ids(self):
        Complaint = self.env["truck.complaint"]
        since = fields.Datetime.now() - relativedelta(months=RECENT_MONTHS)
        for call in self:
            domain = Complaint._get_about_domain(
                call.partner_id, call.vehicle_ids, with_done=True
            )
            found = Complaint.browse()
            if domain:
                domain &= Domain("date_open", ">=", since)
                found = Complaint.search(domain, limit=RECENT)
            call.similar_ids = found
            call.open_similar_ids = found.filtered(
                lambda complaint: complaint.state not in ("solved", "closed")
            )

    @api.onchange("term")
    def _onchange_term(self):
        """Fill in who it is, when the term leaves no doubt."""
        vehicles, partners = self._find()
        if len(vehicles) == 1:
            self.vehicle_ids = vehicles
        customers = partners.commercial_partner_id
        has_strangers = any(not (v.operator_id or v.owner_id) for v in vehicles)
        if len(customers) == 1 and not has_strangers:
            people = partners.filtered(lambda person: person not in customers)
            self.partner_id = customers
            self.contact_id = people if len(people) == 1 else False
        elif not customers and self._is_phone():
            self.phone = self.term

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """Forget what is another customer's; fill in his only vehicle."""
        customer = self.partner_id
        if self.contact_id.commercial_partner_id != customer:
            self.contact_id = False
        if customer and len(self.known_vehicle_ids) == 1:
            self.vehicle_ids = self.known_vehicle_ids
        self.duplicate_of_id = False

    @api.onchange("vehicle_ids")
    def _onchange_vehicle_ids(self):
        """The holder of the vehicle is the customer, as long as nobody else is."""
        if self.partner_id or len(self.vehicle_ids) != 1:
            return
        holder = self.vehicle_ids.operator_id or self.vehicle_ids.owner_id
        self.partner_id = holder.commercial_partner_id

    @api.onchange("solution_id")
    def _onchange_solution_id(self):
        """Take over what helped others; what somebody wrote himself stays."""
        texts = self.suggested_solution_ids.mapped("remedy_text")
        if not (self.remedy or "").strip() or self.remedy in texts:
            self.remedy = self.solution_id.remedy_text

    def _is_phone(self):
        """Tell whether the term is a phone number: digits, and enough of them."""
        words = search_text.split_words(self.term or "")
        return len(words) == 1 and words[0].isdigit() and len(words[0]) >= PHONE_DIGITS

    def _find(self):
        """Return the vehicles and partners that the term leads to.

        :return: (vehicles, partners): by a part of VIN or plate, and who has these;
            else by a phone number or a name, contacts and companies alike
        """
        self.ensure_one()
        Vehicle, Partner = self.env["truck.vehicle"], self.env["res.partner"]
        term = (self.term or "").strip()
        if not search_text.is_term(term):
            return Vehicle, Partner
        is_phone = self._is_phone()
        part = not is_phone and search_text.get_vehicle_part(term)
        if part:
            found = Vehicle.search(
                Domain("vin", "ilike", part) | Domain("plate", "ilike", part),
                limit=MOST,
                order="id",
            )
            vehicles = found.filtered(lambda v: part in (v.vin, v.plate)) or found
            if vehicles:
                holders = (v.operator_id or v.owner_id for v in vehicles)
                return vehicles, Partner.union(*holders)
        names = Partner.name_search(term, [("partner_share", "=", True)], limit=MOST)
        return Vehicle, Partner.browse(partner_id for partner_id, _name in names)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_save(self):
        """Make the complaint, or add the call to the one that it is about, and open it.

        :raise ValidationError: when it does not say what the complaint is
        """
        complaint = self._save()
        if not complaint.has_access("read"):
            return self._get_notice(complaint)
        return complaint._get_records_action(name=self.env._("Complaint"), context={})

    def action_save_next(self):
        """Make the complaint and take the next call."""
        complaint = self._save()
        notice = self._get_notice(complaint)
        notice["params"]["next"] = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_complaint_call_action"
        )
        return notice

    def _get_notice(self, complaint):
        # sudo: the number is for who has just entered it
        name = complaint.sudo().name
        text = self.env._("Complaint %(name)s is taken.", name=name)
        following = {"type": "ir.actions.act_window_close"}
        if not complaint.has_access("read"):
            if self.duplicate_of_id:  # it was in the list behind the dialog
                following = self.env["ir.actions.act_window"]._for_xml_id(
                    "truck_crm.truck_complaint_action"
                )
                following["target"] = "main"
            text = self.env._(
                "Complaint %(name)s is confidential: it is in the hands of those who"
                " may see it.",
                name=name,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": text,
                "next": following,
            },
        }

    def _save(self):
        """Return the complaint that was made, or the one that the call was added to."""
        self.ensure_one()
        self._check_complete()
        if self.duplicate_of_id:
            return self._add_to(self.duplicate_of_id)
        Complaint = self.env["truck.complaint"]
        Complaint.check_access("create")
        if self.is_confidential:
            # sudo: he may enter what he may not see afterwards
            Complaint = Complaint.sudo()
        complaint = Complaint.create(self._prepare_complaint_vals())
        if not complaint.user_id and not complaint.is_confidential:
            complaint.user_id = self.env.user
        self._note_told(complaint)
        return complaint.with_env(self.env)

    def _check_complete(self):
        if not (self.subject or "").strip():
            raise ValidationError(
                self.env._("Complaint: write in a few words what it is about.")
            )
        if bool((self.promise or "").strip()) != bool(self.promise_date):
            raise ValidationError(
                self.env._(
                    "Promised: say both what is done and until when, or neither."
                )
            )

    def _prepare_complaint_vals(self):
        """Return the values of the complaint. A hook."""
        vals = {
            "company_id": self.company_id.id,
            "subject": self.subject,
            "description": self.description and plaintext2html(self.description),
            "partner_id": self.partner_id.id,
            "contact_id": self.contact_id.id,
            "contact_name": self.contact_name,
            "phone": self.phone,
            "vehicle_ids": [Command.set(self.vehicle_ids.ids)],
            "mileage": self.mileage,
            "category_id": self.category_id.id,
            "severity": self.severity,
            "channel": self.channel,
            "is_vehicle_down": self.is_vehicle_down,
            "is_safety": self.is_safety,
            "accused_ids": [Command.set(self.accused_ids.ids)],
        }
        team = self.category_id._get_team(self.company_id)
        team = team or self.env["truck.complaint.team"]._get_default(self.company_id)
        # sudo: who belongs to a team is no secret
        if self.env.user in (team.sudo().member_ids | team.sudo().user_id):
            if not self.is_confidential:
                vals["user_id"] = self.env.uid
        return {name: value for name, value in vals.items() if value}

    def _note_told(self, complaint):
        """Keep what the caller was told: a promise, or how it was solved at once."""
        self._note_remedy(complaint)
        if self.promise_date:
            complaint.promise_ids = [
                Command.create(
                    {
                        "name": self.promise,
                        "date_due": self.promise_date,
                        "user_id": (complaint.user_id or self.env.user).id,
                        "told_by": "phone" if self.channel == "phone" else "person",
                    }
                )
            ]
        if (self.remedy or "").strip():
            complaint._do_step("act", self.remedy.strip())
            if not self.promise_date:
                complaint.action_solve()

    def _note_remedy(self, complaint):
        """Keep what was done, in own words or as a solution says; the solution counts.

        What was written about the complaint before stays.
        """
        remedy, solution = (self.remedy or "").strip(), self.solution_id
        if solution and remedy in ("", solution.remedy_text):
            complaint._apply_solution(solution)
            return
        vals = {"solution_id": solution.id} if solution else {}
        if remedy:
            text = plaintext2html(remedy)
            vals["remedy"] = complaint._join_html(complaint.remedy or "", text)
        if vals:
            complaint.write(vals)

    def _add_to(self, complaint):
        """Add the call to a complaint that there is: he calls again."""
        if self.is_confidential:
            # sudo: he may add what he may not see afterwards
            complaint = complaint.sudo()
        text = "\n".join(filter(None, (self.subject, self.description)))
        # before it is said: confidential now, it is told to few
        complaint.write(self._prepare_added_vals(complaint))
        complaint.message_post(
            body=self.env._("The customer called again: %(text)s", text=text)
        )
        complaint._customer_answered()
        self._note_told(complaint)
        return complaint.with_env(self.env)

    def _prepare_added_vals(self, complaint):
        """Return what the call adds to a complaint; what that says is not lowered."""
        said = self._prepare_complaint_vals()
        vals = {
            "severity": get_highest((complaint.severity, self.severity)),
            "vehicle_ids": [Command.link(v.id) for v in self.vehicle_ids],
            "accused_ids": [Command.link(p.id) for p in self.accused_ids],
        }
        for name in ("is_vehicle_down", "is_safety", "is_confidential"):
            if self[name]:
                vals[name] = True
        for name in ("category_id", "mileage"):
            if name in said and not complaint[name]:
                vals[name] = said[name]
        if not complaint.contact_id and self.partner_id == complaint.partner_id:
            names = ("contact_id", "contact_name", "phone")
            vals |= {name: said[name] for name in names if name in said}
        return vals
