from odoo import fields, models


class TruckCustomerGrade(models.Model):
    """How important a customer is, and what is owed to him for it."""

    _name = "truck.customer.grade"
    _description = "Customer Grade"
    _order = "sequence, id"
    _rec_name = "code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, size=4, help="A, B, C or D, as people say it.")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The best grade comes first.")
    color = fields.Integer()
    contact_interval_days = fields.Integer(
        string="Contact Every (days)",
        required=True,
        default=90,
        help="After so many days without contact the customer is due to be called.",
    )
    protection_days = fields.Integer(
        string="Protection (days)",
        required=True,
        default=90,
        help="How long a salesperson is protected against others who want him.",
    )
    response_factor = fields.Float(
        string="Response Time Factor",
        required=True,
        default=1.0,
        help="Response times are multiplied by it: 0.5 is twice as fast.",
    )
    credit_days = fields.Integer(
        string="Credit (days)", help="Time to pay that may be granted."
    )
    description = fields.Text(translate=True)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(lower(code)) WHERE active IS TRUE",
        "Another grade has this code: choose a different one.",
    )
    _check_contact_interval = models.Constraint(
        "CHECK(contact_interval_days > 0)",
        "Contact Every (days) of a grade must be at least 1.",
    )
    _check_protection = models.Constraint(
        "CHECK(protection_days >= 0 AND credit_days >= 0)",
        "Protection and Credit (days) of a grade cannot be negative.",
    )
    _check_response_factor = models.Constraint(
        "CHECK(response_factor > 0)",
        "Response Time Factor of a grade must be more than 0.",
    )
