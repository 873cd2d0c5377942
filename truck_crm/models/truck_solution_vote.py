from odoo import fields, models


class TruckSolutionVote(models.Model):
    """Whether a solution helped, in the eyes of one user."""

    _name = "truck.solution.vote"
    _description = "Vote on a Solution"

    solution_id = fields.Many2one(
        "truck.solution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="cascade"
    )
    value = fields.Integer(required=True, help="1 or -1.")

    _user_uniq = models.UniqueIndex(
        "(solution_id, user_id)", "Everybody has one vote on a solution."
    )
    _check_value = models.Constraint(
        "CHECK(value IN (1, -1))", "A vote is for a solution or against it."
    )
