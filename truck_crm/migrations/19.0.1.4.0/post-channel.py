from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Give each company a team for complaints and its public page, as new ones have."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    companies = env["res.company"].with_context(active_test=False).search([])
    companies._truck_make_complaint_teams()
