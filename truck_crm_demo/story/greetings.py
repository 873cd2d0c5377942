"""Greetings of the year: birthdays, the Spring Festival, Mid-Autumn."""

from datetime import timedelta

from odoo.tools import SQL

from .past import moment

# code of the template: (name, lunar month and day)
FESTIVALS = {
    "spring_festival": ("春节问候", 1, 1),
    "mid_autumn": ("中秋问候", 8, 15),
}
LUNAR_YEAR = 387  # days; the longest has 385


def build(stage):
    """Switch three greetings on, and send what the job would have sent in the year."""
    rng = stage.random("greetings")
    profiles = stage.env["truck.personal.profile"].search([])
    birthdays = set(profiles.mapped("birthday_key"))
    for greeting in _create(stage):
        first = stage.today - timedelta(days=LUNAR_YEAR)
        for occasion in greeting._get_occasions(first, LUNAR_YEAR - 2):
            if greeting.occasion == "festival" or occasion.key in birthdays:
                _send(greeting, occasion, moment(rng, occasion.day))


def _create(stage):
    Greeting = stage.env["truck.greeting"]
    vals = {
        "active": True,
        "company_id": stage.company.id,
        "partner_domain": '[("commercial_partner_id.truck_is_customer", "=", True)]',
    }
    yield Greeting.create(
        {
            **vals,
            "name": "客户生日问候",
            "occasion": "birthday",
            "template_id": _get_template(stage, "birthday"),
        }
    )
    for code, (name, month, day) in FESTIVALS.items():
        yield Greeting.create(
            {
                **vals,
                "name": name,
                "occasion": "festival",
                "festival_calendar": "lunar",
                "festival_month": month,
                "festival_day": day,
                "is_decider_only": True,
                "template_id": _get_template(stage, code),
            }
        )


def _get_template(stage, code):
    return stage.env.ref(f"truck_crm.mail_template_greeting_{code}").id


def _send(greeting, occasion, when):
    """Greet whom it is for, as if it had been that day; the mails are long gone."""
    people = greeting.env["res.partner"].search(greeting._get_occasion_domain(occasion))
    if not people:
        return
    greeting.with_company(greeting.company_id)._greet(people, occasion)
    rows = greeting.env["truck.greeting.sent"].search(
        [("greeting_id", "=", greeting.id), ("partner_id", "in", people.ids)]
    )
    rows = rows.filtered(lambda row: row.year == occasion.year)
    rows.mail_id.unlink()
    rows.sent_date = when
    rows.flush_recordset()
    # The log is never changed through the ORM, and should tell of that day as well.
    rows.env.cr.execute(
        SQL(
            "UPDATE truck_personal_access_log SET date = %s"
            " WHERE kind = 'greet' AND partner_id IN %s AND date > %s",
            *(when, people._ids, when),
        )
    )
