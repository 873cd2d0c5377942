from datetime import timedelta

from odoo import fields, models


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

    def _truck_get_timezone(self):
        """Return the time zone in which the company's days begin and end."""
        self.ensure_one()
        return self.partner_id.tz or self.env.user.tz or "UTC"

    def _truck_get_contract_days(self):
        """Return today, and the day up to which ends of contracts are near."""
        today = self._truck_to_local_date(fields.Datetime.now())
        return today, today + timedelta(days=self.truck_contract_notice_days)
