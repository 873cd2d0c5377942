from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools import format_date, format_datetime, format_list
from odoo.tools.misc import clean_context

from .truck_contact_limit import COUNTED_BY

KINDS = [
    ("call_out", "Call (outgoing)"),
    ("call_in", "Call (incoming)"),
    ("visit", "Visit"),
    ("showroom", "Showroom"),
    ("test_drive", "Test Drive"),
    ("mail", "E-mail"),
    ("message", "Instant Message"),
    ("sms", "SMS"),
    ("letter", "Letter"),
    ("event", "Event"),
]
# A clock that is fast by less than this is no entry for the future.
CLOCK_SKEW = timedelta(minutes=10)


class TruckInteraction(models.Model):
    """Somebody of ours was in touch with a customer: a call, a visit, a message."""

    _name = "truck.interaction"
    _description = "Interaction"
    _inherit = [
        "truck.file.mixin",
        "truck.interaction.next.step",
        "mail.thread",
        "truck.contact.warning",
        "truck.in.use.mixin",
    ]
    _order = "date desc, id desc"
    _rec_name = "subject"
    _mail_post_access = "read"
    _check_company_auto = True
    # a branch of a company works with the records of its parent company
    _check_company_domain = models.check_company_domain_parent_of

    # With whom. A lead may not be a customer yet; when it is, the interaction follows.
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
    )
    contact_ids = fields.Many2many(
        "res.partner",
        relation="truck_interaction_contact_rel",
        string="Contacts",
        domain="[('commercial_partner_id', '=', partner_id)]",
        help="Whom of the customer's people it was with.",
    )
    contact_names = fields.Char(string="Spoken With", compute="_compute_contact_names")
    user_id = fields.Many2one(
        "res.users",
        string="Contacted By",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        index=True,
        ondelete="restrict",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Colleagues",
        domain="[('share', '=', False)]",
        help="Who of ours was there besides.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        compute="_compute_team_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="set null",
        help="The team of that time, whatever team the person joins later.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    # What about
    lead_id = fields.Many2one(
        "crm.lead",
        string="Lead",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    order_id = fields.Many2one(
        "sale.order",
        string="Order",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    vehicle_id = fields.Many2one(
        "truck.vehicle",
        string="Vehicle",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    complaint_id = fields.Many2one(
        "truck.complaint",
        string="Complaint",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    is_confidential = fields.Boolean(
        string="Confidential",
        readonly=True,
        copy=False,
        help="About a confidential complaint: as visible as that.",
    )
    is_from_customer = fields.Boolean(
        string="The Customer Wrote",
        help="He was in touch with us: nobody waits for his answer any longer.",
    )
    # What was
    kind = fields.Selection(selection=KINDS, required=True, default="call_out")
    date = fields.Datetime(
        required=True, default=lambda self: self._default_date(), index=True
    )
    duration = fields.Float(string="Duration (hours)")
    subject = fields.Char()
    content = fields.Text(help="What was said.")
    result_id = fields.Many2one(
        "truck.interaction.result", string="Result", index=True, ondelete="restrict"
    )
    result_color = fields.Integer(related="result_id.color", string="Result Colour")
    is_reached = fields.Boolean(
        string="Reached",
        compute="_compute_is_reached",
        store=True,
        precompute=True,
        help="Counts as contact. What counted then, counts: a later change of the"
        " result in the configuration leaves the past as it was.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        relation="truck_interaction_attachment_rel",
        string="Files",
        copy=False,
    )
    # Where
    place = fields.Char(string="Where", help="Where it was, in words.")
    latitude = fields.Float(digits=(10, 7), copy=False, aggregator=None)
    longitude = fields.Float(digits=(10, 7), copy=False, aggregator=None)
    # What it was entered with: each makes one interaction, never a second
    activity_id = fields.Many2one(
        "mail.activity",
        copy=False,
        ondelete="set null",
        help="Planned activity that is done with it.",
    )
    event_id = fields.Many2one(
        "calendar.event", string="Meeting", copy=False, ondelete="set null"
    )

    _activity_uniq = models.UniqueIndex(
        "(activity_id) WHERE activity_id IS NOT NULL",
        "This activity is logged already: open the interaction that there is.",
    )
    _event_uniq = models.UniqueIndex(
        "(event_id) WHERE event_id IS NOT NULL",
        "This meeting is logged already: open the interaction that there is.",
    )
    # The last contact and the contacts of a year, read from the index alone.
    _contact_idx = models.Index("(partner_id, company_id, date) WHERE is_reached")
    _check_customer = models.Constraint(
        "CHECK(partner_id IS NOT NULL OR lead_id IS NOT NULL)",
        "Customer of an interaction is missing: choose with whom it was.",
    )
    _check_duration = models.Constraint(
        "CHECK(duration >= 0)", "Duration (hours) of an interaction cannot be negative."
    )

    @api.model
    def _default_date(self):
        return fields.Datetime.now()

    @api.model
    def default_get(self, fields):
        """Propose what the activity or meeting says that is logged."""
        vals = super().default_get(fields)
        known = self._get_source_vals(vals)
        given = {name for name in fields if f"default_{name}" in self.env.context}
        return vals | {
            name: known[name] for name in known if name in fields and name not in given
        }

    @api.model
    def _get_source_vals(self, vals):
        """Return the values of the activity or meeting in these values, if any."""
        context = self.env.context
        activity, event = (
            self.env[model].browse(vals.get(name) or context.get(f"default_{name}"))
            for name, model in (
                ("activity_id", "mail.activity"),
                ("event_id", "calendar.event"),
            )
        )
        known = {}
        if event.exists() and event.has_access("read"):
            known |= event._truck_prepare_interaction_vals()
        if activity.exists() and activity.has_access("read"):
            known |= activity._truck_prepare_log_vals()
        return known

    # ------------------------------------------------------------
    # COMPUTE METHODS AND CONSTRAINTS
    # ------------------------------------------------------------

    @api.depends("subject", "kind", "partner_id", "lead_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for interaction in self:
            names = (
                interaction.subject or kinds.get(interaction.kind),
                # sudo: the service desk may read the interaction, but no leads
                interaction.partner_id.display_name
                or interaction.lead_id.sudo().display_name,
            )
            interaction.display_name = " · ".join(name for name in names if name)

    @api.depends("contact_ids.name", "partner_id", "lead_id")
    def _compute_contact_names(self):
        for interaction in self:
            names = interaction.contact_ids.mapped("name")
            if not names and not interaction.partner_id:
                # sudo: see the display name
                lead = interaction.lead_id.sudo()
                names = [lead.contact_name or lead.partner_name or lead.name]
            interaction.contact_names = ", ".join(name for name in names if name)

    @api.depends("user_id")
    def _compute_team_id(self):
        for interaction in self:
            # sudo: the team of a colleague is no secret
            interaction.team_id = interaction.user_id.sudo().sale_team_id

    @api.depends("result_id")
    def _compute_is_reached(self):
        for interaction in self:
            result = interaction.result_id
            interaction.is_reached = not result or result.is_reached

    @api.constrains("partner_id", "contact_ids")
    def _check_contacts(self):
        # sudo: the rule holds for all contacts, readable or not
        for interaction in self.sudo():
            customer = interaction.partner_id
            strangers = interaction.contact_ids.filtered(
                lambda contact, c=customer: contact.commercial_partner_id != c
            )
            if customer and strangers:
                raise ValidationError(
                    self.env._(
                        "Contacts of %(interaction)s: %(contacts)s do not belong to"
                        " %(customer)s. Choose people of this customer, or log a second"
                        " interaction with theirs.",
                        interaction=interaction.display_name,
                        contacts=format_list(
                            self.env, strangers.mapped("display_name")
                        ),
                        customer=customer.display_name,
                    )
                )

    @api.constrains("date", "next_date")
    def _check_dates(self):
        latest = fields.Datetime.now() + CLOCK_SKEW
        for interaction in self:
            if interaction.date > latest:
                raise ValidationError(
                    self.env._(
                        "Date of %(interaction)s: %(date)s lies in the future. Enter"
                        " when it was, and what is still to come as Next On.",
                        interaction=interaction.display_name,
                        date=format_datetime(
                            self.env, interaction.date, dt_format="short"
                        ),
                    )
                )
            day = interaction.company_id._truck_to_local_date(interaction.date)
            if interaction.next_date and interaction.next_date < day:
                raise ValidationError(
                    self.env._(
                        "Next On of %(interaction)s: %(next)s is before the interaction"
                        " itself on %(date)s. Choose a later day.",
                        interaction=interaction.display_name,
                        next=format_date(self.env, interaction.next_date),
                        date=format_date(self.env, day),
                    )
                )

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """Forget who belongs to another customer."""
        customer = self.partner_id
        if customer:
            self.contact_ids = self.contact_ids.filtered(
                lambda contact: contact._origin.commercial_partner_id
                == customer._origin
            )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Log contacts; plan their next steps, finish the activities they answer."""
        vals_list = self._to_customers(vals_list)
        quiet = self.with_context(mail_create_nolog=True)
        interactions = super(TruckInteraction, quiet).create(vals_list)
        # what the dialog proposed is not meant for the activities that follow
        interactions = interactions.with_env(
            self.env(context=clean_context(self.env.context))
        )
        interactions._note_complaints()
        interactions._plan_next_steps()
        interactions._finish_activities()
        interactions._update_metrics(interactions.partner_id)
        return interactions.with_env(self.env)

    def write(self, vals):
        (vals,) = self._to_customers([vals])
        counts = not self._get_contact_fields().isdisjoint(vals)
        before = self.partner_id if counts else self.env["res.partner"]
        res = super().write(vals)
        if "complaint_id" in vals:
            self._note_complaints()
        if not vals.keys().isdisjoint(("next_date", "next_step", "next_type_id")):
            self._plan_next_steps("next_date" in vals)
        if counts:
            self._update_metrics(before | self.partner_id)
        return res

    def unlink(self):
        customers = self.partner_id
        self.next_activity_id.filtered("active").sudo().unlink()
        res = super().unlink()
        self._update_metrics(customers)
        return res

    @api.model
    def _get_contact_fields(self):
        """Return the fields that decide when a customer was last in touch."""
        return {"partner_id", "company_id", "date", "result_id"}

    @api.model
    def _to_customers(self, vals_list):
        """Put the customer in place of a contact of his, who joins the contacts."""
        partner_ids = [
            vals["partner_id"] for vals in vals_list if vals.get("partner_id")
        ]
        partners = self.env["res.partner"].browse(partner_ids)
        # sudo: which customer a contact belongs to, whoever may see the customer
        customers = {
            partner.id: partner.commercial_partner_id.id for partner in partners.sudo()
        }
        result = []
        for vals in vals_list:
            partner_id = vals.get("partner_id")
            if customers.get(partner_id, partner_id) != partner_id:
                vals = vals | {
                    "partner_id": customers[partner_id],
                    "contact_ids": [
                        *(vals.get("contact_ids") or []),
                        Command.link(partner_id),
                    ],
                }
            result.append(vals)
        return result

    def _note_complaints(self):
        """Tell complaints that these are about: the customer was spoken to."""
        # sudo: whoever was in touch need not have a right to change the complaint
        about = self.sudo().filtered("complaint_id")
        private = about.filtered("complaint_id.is_confidential")
        private.filtered(lambda row: not row.is_confidential).is_confidential = True
        (self.sudo() - private).filtered("is_confidential").is_confidential = False
        for complaint, rows in about.grouped("complaint_id").items():
            complaint._note_interactions(rows)

    def _finish_activities(self):
        """Mark as done what was planned and is logged by these; no second entry."""
        for interaction in self:
            feedback = interaction.content
            activity = interaction.activity_id.filtered("active")
            if activity:
                activity._action_done(feedback=feedback)
            # sudo: who was at a meeting closes its activity, whoever was to do it
            event = interaction.event_id.sudo()
            others = event.activity_ids.filtered("active")
            if others and self.env.user.partner_id not in event.partner_ids:
                others = others.with_env(self.env)
            if others:
                others._action_done(feedback=feedback)

    @api.model
    def _update_metrics(self, customers):
        """Tell the figures of customers that they were in touch."""
        if customers:
            # sudo: nobody has a right to write figures
            self.env["truck.customer.metrics"].sudo()._update_contacts(customers.ids)
            # how often nobody was reached, and with it the silence, follow by the hour
            self.env["truck.customer.metrics.mark"]._add("partner", customers.ids)

    def _truck_prepare_interaction_vals(self):
        """Return what an interaction that follows this one starts with."""
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "contact_ids": [Command.set(self.contact_ids.ids)],
            "lead_id": self.lead_id.id,
            "order_id": self.order_id.id,
            "vehicle_id": self.vehicle_id.id,
            "complaint_id": self.complaint_id.id,
            "company_id": self.company_id.id,
        }

    # ------------------------------------------------------------
    # CONTACT LIMIT
    # ------------------------------------------------------------

    @api.model
    def _truck_get_contact_triggers(self):
        return ["partner_id", "contact_ids", "kind", "complaint_id"]

    def _truck_get_planned_contact(self):
        """Warn while it is being entered; what is saved has happened.

        Who complained is owed an answer: of a contact about it nobody is warned.
        """
        self.ensure_one()
        if self._origin or self.complaint_id or self.kind not in COUNTED_BY:
            return super()._truck_get_planned_contact()
        return self.contact_ids or self.partner_id, self.kind

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def _action_log(self, vals):
        """Return the action of the small dialog that logs a contact.

        :param dict vals: what is known already
        """
        self.check_access("create")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_interaction_action_log"
        )
        action["context"] = {f"default_{name}": vals[name] for name in vals}
        return action

    @api.model
    def _action_view(self, domain, vals):
        """Return the action that opens interactions.

        :param dict vals: what a new one starts with
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_interaction_action"
        )
        action["domain"] = domain
        action["context"] = {f"default_{name}": vals[name] for name in vals}
        return action
