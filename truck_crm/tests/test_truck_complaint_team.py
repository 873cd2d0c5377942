from odoo.tests import tagged

from .common import TruckCrmCommon


@tagged("post_install", "-at_install")
class TestTruckComplaintTeam(TruckCrmCommon):
    """R7.1: a complaint of any company has somebody who answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Company = cls.env["res.company"]
        cls.Team = cls.env["truck.complaint.team"]

    def test_a_new_company_gets_a_team(self):
        """R7.1: its complaints belong to it, whoever enters them."""
        company = self.Company.create({"name": "Northern Trucks"})
        team = self.Team.search([("company_id", "=", company.id)])
        self.assertEqual(len(team), 1)
        complaint = self.env["truck.complaint"].create(
            {"subject": "Brakes", "company_id": company.id}
        )
        self.assertEqual(complaint.team_id, team)

    def test_the_team_bears_a_name_in_each_language(self):
        """R13.4: no English on a Chinese screen."""
        self.env["res.lang"]._activate_lang("zh_CN")
        company = self.Company.create({"name": "Northern Trucks"})
        team = self.Team.search([("company_id", "=", company.id)])
        self.assertEqual(team.name, "Customer Service")
        self.assertEqual(team.with_context(lang="zh_CN").name, "客户服务")

    def test_a_branch_shares_the_team_of_its_company(self):
        """R7.1: also when both are made at once, or without one before."""
        parent = self.Company.create({"name": "Northern Trucks"})
        branch = self.Company.create({"name": "Harbin", "parent_id": parent.id})
        team = self.Team.search([("company_id", "child_of", parent.ids)])
        self.assertEqual(team.company_id, parent)
        self.assertEqual(self.Team._get_default(branch), team)
        team.unlink()
        (branch | parent)._truck_make_complaint_teams()
        team = self.Team.search([("company_id", "child_of", parent.ids)])
        self.assertEqual(team.company_id, parent)

    def test_a_company_with_a_team_gets_no_second_one(self):
        """R7.1: asked for again, it is left as it is."""
        company = self.Company.create({"name": "Northern Trucks"})
        company._truck_make_complaint_teams()
        self.assertEqual(self.Team.search_count([("company_id", "=", company.id)]), 1)
