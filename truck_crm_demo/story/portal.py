"""Two who look in from outside: a customer with complaints, and a dealer's workshop."""

from collections import Counter

from .stage import TIMEZONE


def build(stage):
    """Give the portal to who has most to read there."""
    public = stage.complaints.filtered(lambda c: not c.is_confidential)
    customers = Counter(complaint.partner_id for complaint in public)
    dealers = Counter(complaint.dealer_id for complaint in public)
    role = stage.env.ref("truck_crm.truck_dealer_role_service_manager")
    workshops = stage.env["truck.dealer.staff"].search([("role_id", "=", role.id)])
    fleet = max(stage.contacts.values(), key=lambda p: customers[p.parent_id])
    workshop = max(workshops, key=lambda staff: dealers[staff.dealer_id])
    people = {"demo_fleet": fleet, "demo_workshop": workshop.partner_id}
    stage.env["res.users"].create(
        [_prepare_vals(stage, *row) for row in people.items()]
    )


def _prepare_vals(stage, login, person):
    return {
        "login": login,
        "password": login,
        "partner_id": person.id,
        "lang": "zh_CN",
        "tz": TIMEZONE,
        "company_id": stage.company.id,
        "company_ids": stage.company.ids,
        "group_ids": [stage.env.ref("base.group_portal").id],
    }
