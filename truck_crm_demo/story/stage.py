"""What the chapters share: the environment, the calendar, and who is who."""

import csv
from random import Random

from odoo import fields
from odoo.tools import file_open

TIMEZONE = "Asia/Shanghai"
# Quiet: nobody gets a mail, and what is set back later leaves no trail of today.
CONTEXT = {
    "lang": "zh_CN",
    "tz": TIMEZONE,
    "active_test": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "no_reset_password": True,
    "skip_sms": True,
}


class Stage:
    """The scene: chapters read what earlier ones have put here.

    :ivar today: the day on which the story is told; it looks back on a year
    :ivar users: users by login
    :ivar dealers: truck.dealer by code
    :ivar cities: rows of ``data/cities.csv`` by city
    :ivar customers: res.partner by customer number
    :ivar contacts: contact persons by customer number and job
    :ivar days: the day on which a partner was entered, by partner
    :ivar products: product.product by code of the own model
    :ivar built: the day on which a truck was built, by VIN
    """

    def __init__(self, env):
        self.env = env(su=True, context={**env.context, **CONTEXT})
        self.today = fields.Date.context_today(self.env["res.company"])
        self.company = self.env["res.company"]
        self.users, self.dealers, self.customers = {}, {}, {}
        self.contacts, self.days = {}, {}
        self.products, self.built = {}, {}
        self.cities = {row["city"]: row for row in rows("cities")}
        self._states = {}

    def enter(self, company):
        """Go on in the demo company, as if no other were in the database."""
        self.env = self.env(
            context={**self.env.context, "allowed_company_ids": company.ids}
        )
        self.company = company.with_env(self.env)

    @staticmethod
    def random(chapter):
        """Return random numbers of a chapter, the same in every database."""
        return Random(f"truck_crm_demo {chapter}")

    def state(self, code):
        """Return the Chinese province whose short name is ``code``."""
        if not self._states:
            states = self.env["res.country.state"].search(
                [("country_id.code", "=", "CN")]
            )
            self._states = {state.code: state for state in states}
        return self._states[code]

    def place(self, city):
        """Return the values of an address in a city."""
        row = self.cities[city]
        return {
            "city": city,
            "zip": row["zip"],
            "state_id": self.state(row["province"]).id,
            "country_id": self.env.ref("base.cn").id,
        }


def rows(name):
    """Return the rows of ``data/<name>.csv`` as dicts."""
    with file_open(f"truck_crm_demo/story/data/{name}.csv", "r") as file:
        return list(csv.DictReader(file))
