from odoo import fields, models


class TruckDayReason(models.Model):
    """Why a customer is on the list of the day, and how much that weighs.

    The rows of a reason come from the query of its code: see ``truck.day.query``.
    """

    _name = "truck.day.reason"
    _description = "Reason of My Day"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, readonly=True, help="Names the query that finds the rows."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=True, help="An archived reason is not looked for at all."
    )
    tone = fields.Selection(
        selection=[
            ("danger", "Red"),
            ("warning", "Orange"),
            ("info", "Blue"),
            ("success", "Green"),
            ("muted", "Grey"),
        ],
        string="Colour",
        required=True,
        default="info",
    )
    weight = fields.Float(
        string="Weight (%)",
        required=True,
        default=5.0,
        help="What part of the money at stake waiting costs. It goes up with the delay:"
        " see Doubled After.",
    )
    default_amount = fields.Float(
        string="Without Figures",
        required=True,
        default=10000.0,
        help="Taken as the money at stake where none is known, such as of a customer"
        " who has not bought yet. In the currency of your company.",
    )
    doubling_days = fields.Integer(
        string="Doubled After (days)",
        required=True,
        default=30,
        help="After so many days of delay waiting costs twice as much, after twice as"
        " many three times; there it stays.",
    )
    days_ahead = fields.Integer(
        help="So many days before its day a row appears. Zero: on the day.",
    )
    quiet_days = fields.Integer(
        string="Quiet After Contact (days)",
        help="So many days after the customer was reached the reason stays quiet. One:"
        " until tomorrow. Zero: a contact changes nothing.",
    )

    _code_uniq = models.UniqueIndex("(code)", "There is a reason with this code.")
    _check_weights = models.Constraint(
        "CHECK(weight >= 0 AND default_amount >= 0)",
        "Weight and Without Figures of a reason cannot be negative.",
    )
    _check_days = models.Constraint(
        "CHECK(doubling_days > 0 AND days_ahead >= 0 AND quiet_days >= 0"
        " AND days_ahead <= 60)",
        "Doubled After of a reason must be at least 1 day, Days Ahead from 0 to 60 and"
        " Quiet After Contact at least 0.",
    )
