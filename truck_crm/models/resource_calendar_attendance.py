from odoo import models


class ResourceCalendarAttendance(models.Model):
    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "truck.clock.source"]

    _truck_clock_fields = frozenset(
        {
            "calendar_id",
            "dayofweek",
            "day_period",
            "display_type",
            "hour_from",
            "hour_to",
            "week_type",
        }
    )

    def _truck_moves_clocks(self):
        return self.calendar_id._truck_is_used()
