from odoo import api, models


class TruckGradePart(models.AbstractModel):
    """A part of a grading scheme: changed as long as the scheme is a draft.

    A change of a scheme that was simulated asks for another simulation.
    """

    _name = "truck.grade.part"
    _description = "Part of a Grading Scheme"
    _inherit = ["truck.in.use.mixin"]

    def _get_schemes(self):
        """Return the schemes that these are parts of."""
        raise NotImplementedError

    @api.model
    def _get_new_schemes(self, vals_list):
        """Return the schemes that rows with these values would be parts of."""
        raise NotImplementedError

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._get_schemes()._note_change()
        return parts

    def write(self, vals):
        schemes = self._get_schemes() | self._get_new_schemes([vals])
        schemes._note_change()
        return super().write(vals)

    def unlink(self):
        """Take parts out of a draft."""
        self._get_schemes()._note_change()
        return super().unlink()
