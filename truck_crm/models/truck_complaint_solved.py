from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import is_html_empty


class TruckComplaintSolved(models.AbstractModel):
    """What others have done about such a complaint: taken over, and made of it."""

    _name = "truck.complaint.solved"
    _description = "Complaint With Suggested Solutions"
    _inherit = ["truck.solution.suggested"]

    def _suggest_solutions(self):
        """What is taken over already is no longer suggested."""
        return super()._suggest_solutions() - self.solution_id._origin

    def _apply_solution(self, solution):
        """Take a solution over: it counts as used, and its text is the remedy.

        What was written already stays; the solution's text comes below it.
        """
        for complaint in self:
            vals = {"solution_id": solution.id}
            for name in ("cause", "remedy"):
                known, new = complaint[name] or "", solution[name] or ""
                if not is_html_empty(new) and new not in known:
                    vals[name] = self._join_html(known, new)
            complaint.write(vals)

    @api.model
    def _join_html(self, known, new):
        """Return a text with another one below it; alone, when there is none yet."""
        return new if is_html_empty(known) else Markup("%s%s") % (known, new)

    def action_create_solution(self):
        """Make a solution, a draft, of what this complaint has taught; open it.

        :raises UserError: without a remedy, or if the complaint is confidential
        :raises AccessError: for who may not enter solutions
        """
        self.ensure_one()
        self.env["truck.solution"].check_access("create")
        if not self.solution_id:
            if self.is_confidential:
                raise UserError(
                    self.env._(
                        "Complaint %(name)s is confidential, and solutions are read by"
                        " all. Enter one by hand that names nobody.",
                        name=self.name,
                    )
                )
            if is_html_empty(self.remedy):
                raise UserError(
                    self.env._(
                        "Remedy of complaint %(name)s: it is empty. Say what was done"
                        " about it, then it can become a solution.",
                        name=self.name,
                    )
                )
            self.solution_id = self.env["truck.solution"].create(
                self._prepare_solution_vals()
            )
        return self.solution_id._get_records_action(name=self.env._("Solution"))

    def _prepare_solution_vals(self):
        """Return what a solution made of this complaint says. A hook."""
        # sudo: the model of a truck is no secret of who may not see the truck
        trucks = self.vehicle_ids.sudo().model_id
        return {
            "name": self.subject,
            "cause": self.cause,
            "remedy": self.remedy,
            "category_id": self.category_id.id,
            "model_ids": [Command.set(trucks.ids)],
            "company_id": self.company_id.id,
        }
