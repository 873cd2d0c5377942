from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_list


class TruckHistoryMixin(models.AbstractModel):
    """Rows that tell what was when. They write themselves; people correct the days."""

    _name = "truck.history.mixin"
    _description = "History"
    _inherit = ["truck.in.use.mixin"]

    def write(self, vals):
        others = vals.keys() - {"date_from", "date_to"}
        if others and not self.env.su:
            fields = [self._fields[name] for name in others if name in self._fields]
            raise UserError(
                self.env._(
                    "%(fields)s: the history writes itself. Only From and To can be"
                    " corrected here; change the record that it tells of.",
                    fields=format_list(
                        self.env,
                        sorted(f._description_string(self.env) for f in fields),
                    ),
                )
            )
        return super().write(vals)

    def _close(self, date):
        """End these rows, or drop those that would have lasted less than a day."""
        slips = self.filtered(lambda row: row.date_from and row.date_from >= date)
        slips.unlink()
        (self - slips).date_to = date
