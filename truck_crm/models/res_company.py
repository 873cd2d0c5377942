from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    truck_warranty_months = fields.Integer(
        string="Warranty of New Truck Models (months)", default=24
    )
    truck_warranty_km = fields.Integer(
        string="Warranty of New Truck Models (km)", default=0
    )
    truck_contract_notice_days = fields.Integer(
        string="Notice of Dealer Contracts (days)",
        default=90,
        help="So many days before the end of a dealer's contract, whoever looks after"
        " the dealer is given an activity.",
    )

    truck_verify_months = fields.Integer(
        string="Check Customer Data Every (months)",
        default=12,
        help="Customers whose data nobody has verified for so long are listed for"
        " checking. Zero lists none.",
    )

    truck_day_contact_days = fields.Integer(
        string="Contact Every (days)",
        default=90,
        help="A customer without a grade is due to be called after so many days.",
    )
    truck_day_order_tolerance = fields.Float(
        string="Tolerance of the Order Cycle",
        default=1.2,
        help="A customer is missed once his usual time between orders is over by this"
        " factor: 1.2 is 20 % longer than usual.",
    )
    truck_day_digest = fields.Boolean(
        string="Mail of My Day",
        default=True,
        help="Everybody with something to do gets the list of his day by mail.",
    )
    truck_day_digest_hour = fields.Float(
        string="Hour of the Mail",
        default=8.0,
        help="In the time zone of whoever gets it.",
    )
    truck_day_digest_size = fields.Integer(
        string="Rows in the Mail",
        default=15,
        help="So many rows, those that cost most by waiting; the others by a link.",
    )

    truck_complaint_catchall_team_id = fields.Many2one(
        "truck.complaint.team",
        string="Complaints of Mail That Fits Nothing",
        ondelete="set null",
        help="Mail to the catch-all address, or to one that nobody knows, becomes a"
        " complaint of this team. Empty: it is refused, as Odoo does.",
    )
    truck_complaint_web = fields.Boolean(
        string="Public Complaint Page",
        default=True,
        help="Anybody can complain at the web address of the company, without an"
        " account.",
    )
    truck_complaint_web_url = fields.Char(
        string="Address of the Complaint Page",
        compute="_compute_truck_complaint_web_url",
        help="For the website, invoices and stickers; “?vin=” and the VIN behind it"
        " fills in the truck.",
    )

    def _compute_truck_complaint_web_url(self):
        for company in self:
            url = company.get_base_url()
            company.truck_complaint_web_url = f"{url}/complaint/{company._origin.id}"

    @api.constrains(
        "truck_day_contact_days",
        "truck_day_order_tolerance",
        "truck_day_digest_hour",
        "truck_day_digest_size",
    )
    def _check_truck_day(self):
        for company in self:
            if company.truck_day_contact_days < 1 or company.truck_day_digest_size < 1:
                raise ValidationError(
                    self.env._(
                        "Contact Every and Rows in the Mail of %(company)s must be at"
                        " least 1.",
                        company=company.name,
                    )
                )
            if company.truck_day_order_tolerance < 1:
                raise ValidationError(
                    self.env._(
                        "Tolerance of the Order Cycle of %(company)s: a factor below 1"
                        " would miss customers before their time. Enter 1 or more.",
                        company=company.name,
                    )
                )
            if not 0 <= company.truck_day_digest_hour < 24:
                raise ValidationError(
                    self.env._(
                        "Hour of the Mail of %(company)s: enter an hour from 00:00 to"
                        " 23:59.",
                        company=company.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._truck_make_complaint_teams()
        return companies

    def _truck_make_complaint_teams(self):
        """Give these companies a team for complaints, unless they have one above them.

        So that no complaint of a company belongs to nobody.
        """
        # sudo: who makes a company need not have the rights of this app
        Team = self.env["truck.complaint.team"].sudo()
        alone = self.filtered(lambda company: not Team._get_default(company))
        # parents before their branches, which share the team
        roots = alone.filtered(
            lambda company: not company.parent_ids & (alone - company)
        )
        teams = Team.create(
            [{"name": "Customer Service", "company_id": c.id} for c in roots]
        )
        for lang, _name in self.env["res.lang"].get_installed() if teams else ():
            teams = teams.with_context(lang=lang)
            teams.name = teams.env._("Customer Service")

    def write(self, vals):
        res = super().write(vals)
        if "resource_calendar_id" in vals:  # deadlines run in these hours
            self.env["truck.escalation.policy"]._refresh_clocks()
        return res

    def _truck_to_local_date(self, moment):
        """Return the day that ``moment`` (naive, UTC) falls on where the company is.

        The company's own time zone, so that a document bears the same day whoever
        makes it; a job in the night as well as a person abroad.
        """
        return self._truck_to_local(moment).date()

    def _truck_to_local(self, moment):
        """Return ``moment`` (naive, UTC) by the clock where the company is."""
        self.ensure_one()
        company = self.with_context(tz=self._truck_get_timezone())
        return fields.Datetime.context_timestamp(company, moment)

    def _truck_to_utc(self, day):
        """Return the moment (naive, UTC) at which a day begins where the company is."""
        self.ensure_one()
        zone = timezone(self._truck_get_timezone())
        start = zone.localize(datetime.combine(day, time()))
        return start.astimezone(utc).replace(tzinfo=None)

    def _truck_get_timezone(self):
        """Return the time zone in which the company's days begin and end."""
        self.ensure_one()
        return self.partner_id.tz or self.env.user.tz or "UTC"

    def _truck_get_contract_days(self):
        """Return today, and the day up to which ends of contracts are near."""
        today = self._truck_to_local_date(fields.Datetime.now())
        return today, today + timedelta(days=self.truck_contract_notice_days)
