from odoo import models


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    def _mark_done(self):
        """Note whose figures an answer changes."""
        res = super()._mark_done()
        marks = self.env["truck.customer.metrics.mark"]
        marks._add("partner", self.partner_id.ids)
        return res
