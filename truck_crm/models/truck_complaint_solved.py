from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import html2plaintext, is_html_empty

SUGGESTED = 5
# Of so many that fit by their text, model and category decide.
CANDIDATES = 30
SAME_MODEL, OTHER_MODEL, SAME_CATEGORY = 0.3, -0.3, 0.2


class TruckComplaintSolved(models.AbstractModel):
    """What others have done about such a complaint, suggested while it is typed."""

    _name = "truck.complaint.solved"
    _description = "Complaint With Suggested Solutions"

    suggested_solution_ids = fields.Many2many(
        "truck.solution",
        string="Suggested Solutions",
        compute="_compute_suggested_solution_ids",
        help="What was done about complaints that sound like this one; best first.",
    )

    @api.depends("subject", "description", "category_id", "vehicle_ids", "solution_id")
    def _compute_suggested_solution_ids(self):
        # for the form alone, of one complaint: a query for each
        for complaint in self:
            complaint.suggested_solution_ids = complaint._suggest_solutions()

    def _suggest_solutions(self):
        """Return the approved solutions that fit best what is typed so far."""
        self.ensure_one()
        Solution = self.env["truck.solution"]
        text = " ".join(
            (self.subject or "", html2plaintext(self.description or "")[:2_000])
        )
        company = self.company_id or self.env.company
        domain = Domain("state", "=", "approved") & Domain(
            "company_id", "in", [False, *company.parent_ids.ids]
        )
        # sudo: the model of a truck is no secret of who may not see the truck
        trucks = self.vehicle_ids.sudo()._origin.model_id.with_env(self.env)
        category = self.category_id._origin
        ranked = Solution._rank(text, CANDIDATES, domain)
        if not ranked and trucks and category:
            domain &= Domain("model_ids", "in", trucks.ids)
            domain &= Domain("category_id", "parent_of", category.ids)
            return Solution.search(domain, limit=SUGGESTED)
        solutions = Solution.browse(row[0] for row in ranked)
        scores = {}
        for solution, (_id, has_code, score) in zip(solutions, ranked, strict=True):
            if trucks and solution.model_ids:
                fits = solution.model_ids & trucks
                score += SAME_MODEL if fits else OTHER_MODEL
            if category and solution.category_id == category:
                score += SAME_CATEGORY
            scores[solution] = (has_code, score)
        best = solutions.sorted(scores.get, reverse=True)
        return (best - self.solution_id._origin)[:SUGGESTED]

    def _apply_solution(self, solution):
        """Take a solution over: it counts as used, and its text is the remedy.

        What was written already stays; the solution's text comes below it.
        """
        for complaint in self:
            vals = {"solution_id": solution.id}
            for name in ("cause", "remedy"):
                known, new = complaint[name] or "", solution[name] or ""
                if not is_html_empty(new) and new not in known:
                    is_empty = is_html_empty(known)
                    vals[name] = new if is_empty else Markup("%s%s") % (known, new)
            complaint.write(vals)

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
