from odoo import api, models


class TruckClockSource(models.AbstractModel):
    """What deadlines of complaints are reckoned from.

    A change wakes the job that keeps them, when it is committed; else they would follow
    in the night only.
    """

    _name = "truck.clock.source"
    _description = "What Deadlines Are Reckoned From"

    # What of a record deadlines depend on.
    _truck_clock_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._truck_refresh_clocks(records._truck_moves_clocks())
        return records

    def write(self, vals):
        if self._truck_clock_fields.isdisjoint(vals):
            return super().write(vals)
        moved = self._truck_moves_clocks()
        res = super().write(vals)
        self._truck_refresh_clocks(moved or self._truck_moves_clocks())
        return res

    def unlink(self):
        moved = self._truck_moves_clocks()
        res = super().unlink()
        self._truck_refresh_clocks(moved)
        return res

    def _truck_moves_clocks(self):
        """Tell whether deadlines depend on any of these records, as they are now."""
        return bool(self)

    @api.model
    def _truck_refresh_clocks(self, is_due):
        if is_due:
            self.env["truck.escalation.policy"]._refresh_clocks()
