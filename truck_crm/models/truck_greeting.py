import datetime
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import birthday as calendar
from .truck_birthday_mixin import get_lunar_text


class TruckGreeting(models.Model):
    """What is sent by itself to whom on which day of the year (R4.4).

    How it is sent: ``truck.greeting.sender``.
    """

    _name = "truck.greeting"
    _description = "Greeting"
    _inherit = ["truck.greeting.sender", "truck.in.use.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        string="Switched On",
        default=False,
        help="Nothing is sent before it is switched on: look at the preview first.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        help="Whose clock holds, and whose customers are greeted.",
    )
    # When
    occasion = fields.Selection(
        selection=[("birthday", "Birthday of the Contact"), ("festival", "Festival")],
        required=True,
        default="festival",
    )
    festival_calendar = fields.Selection(
        selection=[("solar", "Solar"), ("lunar", "Lunar")],
        string="Calendar",
        required=True,
        default="solar",
    )
    festival_month = fields.Integer(string="Month", default=1)
    festival_day = fields.Integer(string="Day", default=1)
    festival_text = fields.Char(string="Festival", compute="_compute_festival")
    next_festival = fields.Date(string="Next On", compute="_compute_festival")
    days_before = fields.Integer(help="Zero: on the day itself.")
    hour_from = fields.Integer(
        string="From (hour)",
        default=9,
        help="By the clock of the company; nobody is greeted in the night.",
    )
    hour_to = fields.Integer(string="To (hour)", default=20)
    late_days = fields.Integer(
        string="Days Late at Most",
        default=2,
        help="If the server was down on the day, greetings go out so many days later at"
        " most; then they are left out.",
    )
    # How
    channel = fields.Selection(
        selection=[("mail", "E-mail")], required=True, default="mail"
    )
    template_id = fields.Many2one(
        "mail.template",
        string="E-mail Template",
        ondelete="restrict",
        domain="[('model', '=', 'res.partner')]",
        help="Every person gets it in the own language.",
    )
    # Whom
    partner_domain = fields.Char(
        string="Whom",
        required=True,
        default="[]",
        help="Of all contact persons with an address; internal users are left out.",
    )
    grade_ids = fields.Many2many(
        "truck.customer.grade",
        string="Grades",
        help="Empty: people of customers of every grade, and of none.",
    )
    is_decider_only = fields.Boolean(
        string="Only Who Decides",
        help="Contacts who decide to buy, alone or within a limit.",
    )
    problem = fields.Text(
        string="Last Problem", readonly=True, copy=False, help="Why nothing was sent."
    )

    _check_days = models.Constraint(
        "CHECK(days_before BETWEEN 0 AND 60 AND late_days BETWEEN 0 AND 30)",
        "Days Before of a greeting must be from 0 to 60, Days Late from 0 to 30.",
    )
    _check_hours = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_to <= 24 AND hour_from < hour_to)",
        "From (hour) of a greeting must be before To (hour), both from 0 to 24.",
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends(
        "occasion", "festival_calendar", "festival_month", "festival_day", "company_id"
    )
    @api.depends_context("lang")
    def _compute_festival(self):
        now = fields.Datetime.now()
        for greeting in self:
            company = greeting.company_id or self.env.company
            key = greeting._is_festival_valid() and greeting._get_festival_key()
            greeting.next_festival = key and calendar.next_day(
                key, company._truck_to_local_date(now)
            )
            is_lunar = key and greeting.festival_calendar == "lunar"
            greeting.festival_text = is_lunar and get_lunar_text(
                self.env, greeting.festival_month, greeting.festival_day
            )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("occasion", "festival_calendar", "festival_month", "festival_day")
    def _check_festival(self):
        for greeting in self.filtered(lambda g: g.occasion == "festival"):
            if not greeting._is_festival_valid():
                raise ValidationError(
                    self.env._(
                        "Greeting %(name)s: there is no day %(day)s in month %(month)s"
                        " of that calendar. Correct Month (1-12) or Day (lunar: 1-30).",
                        name=greeting.name,
                        day=greeting.festival_day,
                        month=greeting.festival_month,
                    )
                )

    @api.constrains("active", "channel", "template_id")
    def _check_template(self):
        for greeting in self.filtered("active"):
            template = greeting._get_template()
            if not template or template.model != "res.partner":
                raise ValidationError(
                    self.env._(
                        "Greeting %(name)s is switched on without a template for"
                        " contacts: choose one that applies to Contact.",
                        name=greeting.name,
                    )
                )

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for greeting in self:
            try:
                self.env["res.partner"]._search(greeting._get_chosen_domain())
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "Greeting %(name)s: Whom cannot be read (%(error)s). Choose the"
                        " conditions anew.",
                        name=greeting.name,
                        error=error,
                    )
                ) from error

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_preview(self):
        """Show who is greeted next, and who is not and why.

        :return: the action of ``truck.greeting.preview``

        :raise AccessError: for birthdays without the right on personal data
        """
        self.ensure_one()
        preview = self.env["truck.greeting.preview"]._make(self)
        return preview._get_records_action(
            name=self.env._("Preview of %(name)s", name=self.name), target="new"
        )

    def action_send_test(self):
        """Send the greeting to the user who asks, as a contact would get it.

        :raise UserError: when there is no template, or the user has no address for it
        """
        self.ensure_one()
        self.check_access("write")
        if not self._get_template():
            raise UserError(
                self.env._("Choose a template of %(name)s first.", name=self.name)
            )
        self._send_test(self.env.user.partner_id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "A test is on its way to %(name)s.", name=self.env.user.name
                ),
            },
        }

    def action_view_sent(self):
        """Open what was sent, and what was not and why."""
        self.ensure_one()
        self.env["truck.greeting.sent"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_greeting_sent_action"
        )
        return action | {"domain": [("greeting_id", "=", self.id)]}

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _is_festival_valid(self):
        """Tell whether the festival is a day that some year has."""
        month, day = self.festival_month, self.festival_day
        if self.occasion != "festival":
            return False
        if self.festival_calendar == "lunar":
            return 1 <= month <= 12 and 1 <= day <= 30
        try:
            return bool(datetime.date(2024, month, day))  # a leap year
        except ValueError:
            return False

    def _get_festival_key(self):
        return calendar.key(
            self.festival_month,
            self.festival_day,
            lunar=self.festival_calendar == "lunar",
        )

    def _get_template(self):
        """Return the template of the channel. A hook."""
        return self.template_id

    def _get_chosen_domain(self):
        return Domain(literal_eval(self.partner_domain))

    def _get_person_domain(self):
        """Domain of all persons whom this greeting is for, whatever the day."""
        self.ensure_one()
        domain = (
            Domain("is_company", "=", False)
            & Domain("type", "=", "contact")
            & Domain("partner_share", "=", True)
            & Domain("company_id", "in", [False, *self.company_id.parent_ids.ids])
            & self._get_chosen_domain()
        )
        if self.is_decider_only:
            domain &= Domain("truck_authority", "in", ["limited", "alone"])
        # sudo: grades decide, whoever looks at the preview
        grades = self.sudo().grade_ids
        if grades:
            rows = grades.env["truck.customer.metrics"]._search(
                [
                    ("grade_id", "in", grades.ids),
                    ("company_id", "=", self.company_id.id),
                ]
            )
            domain &= Domain(
                "commercial_partner_id", "in", rows.subselect("partner_id")
            )
        if self.occasion == "festival":
            # a birthday without an address is listed, a nation without one is not
            domain &= Domain(self._get_address_field(), "!=", False)
        return domain

    def _get_occasion_domain(self, occasion):
        """Domain of the persons who have this very occasion and were not yet told of.

        :param occasion: an ``Occasion`` of ``truck.greeting.sender``
        """
        domain = self._get_person_domain()
        if self.occasion == "birthday":
            # not by the user's hand: the caller asks for the right and leaves a trace
            profiles = self.env["truck.personal.profile"].sudo()
            profiles = profiles._search([("birthday_key", "=", occasion.key)])
            domain &= Domain("id", "in", profiles.subselect("partner_id"))
        return domain & Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "NOT EXISTS (SELECT FROM truck_greeting_sent sent"
                " WHERE sent.greeting_id = %s AND sent.year = %s"
                " AND sent.partner_id = %s)",
                self.id,
                occasion.year,
                SQL.identifier(alias, "id"),
            )
        )
