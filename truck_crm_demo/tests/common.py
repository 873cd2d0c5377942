from odoo.tests import TransactionCase


class DemoCommon(TransactionCase):
    """The demo company as the hook has built it; nothing is made here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].search([("name", "=", "龙腾重卡")])
        cls.env = cls.env(context={"allowed_company_ids": cls.company.ids})
        cls.company = cls.company.with_env(cls.env)

    @classmethod
    def _search(cls, model, *domain):
        """Return the records of the demo company."""
        return cls.env[model].search([("company_id", "=", cls.company.id), *domain])

    @classmethod
    def _user(cls, login):
        return cls.env["res.users"].search([("login", "=", login)])
