from odoo import models


class ResourceCalendarLeaves(models.Model):
    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves", "truck.clock.source"]

    _truck_clock_fields = frozenset(
        {
            "date_from",
            "date_to",
            "calendar_id",
            "company_id",
            "resource_id",
            "time_type",
        }
    )

    def _truck_moves_clocks(self):
        """Of everybody, in working hours that complaints are answered in."""
        leaves = self.filtered(lambda leave: not leave.resource_id)
        if not leaves:  # a person's: no deadline depends on it
            return False
        calendars = leaves.calendar_id
        return (
            any(not leave.calendar_id for leave in leaves) or calendars._truck_is_used()
        )
