from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Put the delivered grading rules in force.

    Their data come with the update, but a function in data that are not to be updated
    runs at installation only; without rules in force nobody would be graded.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["truck.grade.scheme"]._activate("truck_crm.truck_grade_scheme_standard")
