from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import format_list


class TruckTreeMixin(models.AbstractModel):
    """A tree of records (``_parent_store``) in which none comes to stand under itself.

    The core finds that out only when it places the branch anew, and says no more than
    that there is a recursion.
    """

    _name = "truck.tree.mixin"
    _description = "Tree Without Loops"
    _inherit = ["truck.in.use.mixin"]

    def write(self, vals):
        if vals.get(self._parent_name):
            # sudo: the tree has no loop, whatever of it the user may see
            self._check_not_below(self.sudo().browse(vals[self._parent_name]))
        return super().write(vals)

    def _check_not_below(self, parent):
        """Raise when ``parent`` is one of these records or stands under one."""
        above = {int(number) for number in parent.parent_path.split("/")[:-1]}
        inside = self.filtered(lambda record: record.id in above)
        if inside:
            field = self._fields[self._parent_name]
            raise ValidationError(
                self.env._(
                    "%(field)s: %(names)s cannot come under %(parent)s, which is the"
                    " same or comes under it already. Choose another one.",
                    field=field._description_string(self.env),
                    names=format_list(self.env, inside.mapped("display_name")),
                    parent=parent.display_name,
                )
            )
