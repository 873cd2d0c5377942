from odoo import fields, models


class TruckPersonalOption(models.Model):
    """A word to choose from in personal profiles: an education, a hobby, ...

    One table for all kinds; every company keeps the words it uses.
    """

    _name = "truck.personal.option"
    _description = "Personal Profile Choice"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        selection=[
            ("education", "Education"),
            ("income", "Income"),
            ("hobby", "Hobby"),
            ("character", "Character"),
            ("value", "Values"),
            ("relation", "Relation"),
            ("event", "Life Event"),
        ],
        required=True,
        index=True,
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
