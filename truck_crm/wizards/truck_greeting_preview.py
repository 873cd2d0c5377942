from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import birthday as calendar

RIGHT = "truck_crm.truck_crm_group_personal_data"
DAYS = 30
MOST = 1000  # persons that are listed and looked at one by one


class TruckGreetingPreview(models.TransientModel):
    """Who would be greeted next, and who would not and why.

    Birthdays of the next 30 days; a festival when it is next, however far away.
    """

    _name = "truck.greeting.preview"
    _description = "Preview of a Greeting"
    _rec_name = "greeting_id"

    greeting_id = fields.Many2one(
        "truck.greeting", required=True, readonly=True, ondelete="cascade"
    )
    total = fields.Integer(string="Number of People", readonly=True)
    listed_count = fields.Integer(string="Listed", readonly=True)
    greeted_count = fields.Integer(
        string="Get the Greeting", readonly=True, help="Of those listed."
    )
    next_date = fields.Date(string="Sent Next On", readonly=True)
    line_ids = fields.One2many(
        "truck.greeting.preview.line", inverse_name="preview_id", readonly=True
    )

    @api.model
    def _make(self, greeting):
        """Make the preview of a greeting, of the persons whom the user may see.

        :raise AccessError: for birthdays without the right on personal data
        """
        greeting.check_access("read")
        if greeting.occasion == "birthday" and not self.env.user.has_group(RIGHT):
            raise AccessError(
                self.env._(
                    "Who has a birthday when is personal data. Ask somebody with the"
                    " right “Truck CRM: personal data of contacts” for this preview."
                )
            )
        preview = self.create({"greeting_id": greeting.id})
        preview._fill()
        return preview

    def _fill(self):
        """List the persons day by day, as they would be greeted as of now."""
        greeting, lines = self.greeting_id, []
        today = greeting.company_id._truck_to_local_date(fields.Datetime.now())
        before = timedelta(days=greeting.days_before)
        total = 0
        for occasion in self._get_occasions(today + before):
            domain = greeting._get_occasion_domain(occasion)
            partners = self.env["res.partner"].search(
                domain, order="id", limit=MOST - len(lines)
            )
            if greeting.occasion == "birthday":
                greeting._trace_birthdays(partners)
            refusals = greeting._get_refusals(partners)
            lines += [
                {
                    "preview_id": self.id,
                    "partner_id": partner.id,
                    "send_date": occasion.day - before,
                    "date": occasion.day,
                    "reason": refusals.get(partner.id),
                }
                for partner in partners
            ]
            total += self.env["res.partner"].search_count(domain)
        self.env["truck.greeting.preview.line"].create(lines)
        self.write(
            {
                "total": total,
                "listed_count": len(lines),
                "greeted_count": sum(not line["reason"] for line in lines),
                "next_date": lines and lines[0]["send_date"],
            }
        )

    def _get_occasions(self, first):
        """Return the occasions of the next 30 days, or the festival if it is later."""
        greeting, days = self.greeting_id, DAYS
        if greeting.occasion == "festival":
            key = greeting._get_festival_key()
            days = max(days, (calendar.next_day(key, first) - first).days)
        return greeting._get_occasions(first, days)


class TruckGreetingPreviewLine(models.TransientModel):
    """A person in the preview of a greeting."""

    _name = "truck.greeting.preview.line"
    _description = "Person in the Preview of a Greeting"
    # of a day, first who gets none: reasons come before nothing
    _order = "send_date, reason, id"
    _rec_name = "partner_id"

    preview_id = fields.Many2one(
        "truck.greeting.preview", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade"
    )
    send_date = fields.Date(string="Sent On", required=True)
    date = fields.Date(string="Celebrated On", required=True)
    reason = fields.Selection(
        selection=lambda self: self._selection_reason(), string="Why Not"
    )

    @api.model
    def _selection_reason(self):
        field = self.env["truck.greeting.sent"]._fields["reason"]
        return field._description_selection(self.env)
