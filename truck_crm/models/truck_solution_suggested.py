from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

SUGGESTED = 5
# Of so many that fit by their text, model and category decide.
CANDIDATES = 30
# So much of a description is looked at.
DESCRIBED = 2_000
SAME_MODEL, OTHER_MODEL, SAME_CATEGORY = 0.3, -0.3, 0.2


class TruckSolutionSuggested(models.AbstractModel):
    """What helped others, suggested while a complaint is typed: a case, or a call.

    The model has the subject, description, category, vehicles and company of a
    complaint, and ``solution_id``, the one that is taken over.
    """

    _name = "truck.solution.suggested"
    _description = "Suggested Solutions"

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
        company = self.company_id or self.env.company
        domain = Domain("state", "=", "approved") & Domain(
            "company_id", "in", [False, *company.parent_ids.ids]
        )
        # sudo: the model of a truck is no secret of who may not see the truck
        trucks = self.vehicle_ids.sudo()._origin.model_id.with_env(self.env)
        category = self.category_id._origin
        ranked = Solution._rank(self._get_problem_text(), CANDIDATES, domain)
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
        return solutions.sorted(scores.get, reverse=True)[:SUGGESTED]

    def _get_problem_text(self):
        """Return what is typed so far, plain. A hook."""
        self.ensure_one()
        description = html2plaintext(self.description or "")[:DESCRIBED]
        return " ".join(filter(None, (self.subject, description)))
