"""Four regional agents, and all who stand below them."""

from datetime import timedelta

from . import dealer_files
from .people import People, mail
from .stage import rows

# Which of the maker's salespeople looks after the branch of an agent or dealer.
SELLER = {
    "HN": "demo_user",
    "XN": "demo_user",
    "HZ": "demo_user2",
    "HD": "demo_user2",
    "HD03": "demo_user3",
}
# Who stood under another agent before, and until how many days ago.
MOVED = {"HD02": ("HZ", 214)}
TERMS = {
    "agent": "30days",
    "dealer": "30days",
    "sub_dealer": "15days",
    "transport": "15days",
}
STAFF = {
    "agent": ("general", "sales", "service", "parts", "finance"),
    "dealer": ("general", "sales", "service", "parts"),
    "sub_dealer": ("general", "sales"),
    "transport": ("general",),
}
ROLES = {
    "general": "总经理",
    "sales": "销售经理",
    "service": "服务经理",
    "parts": "配件经理",
    "finance": "财务经理",
}


def build(stage):
    """Make the dealers with their partners and their staff."""
    stage.people = People(stage.random("people"))
    stage.channel = {row["code"]: row for row in rows("channel")}
    entries = list(stage.channel.values())
    partners = stage.env["res.partner"].create(
        [_prepare_partner_vals(stage, row) for row in entries]
    )
    Dealer = stage.env["truck.dealer"].with_context(tracking_disable=True)
    # A parent stands above its children in the file.
    for row, partner in zip(entries, partners, strict=True):
        stage.dealers[row["code"]] = Dealer.create(
            {
                **_prepare_dealer_vals(stage, row, partner),
                **dealer_files.prepare_vals(stage, row),
            }
        )
    _create_staff(stage)
    for dealer in stage.dealers.values():
        since = dealer.contract_date_start or stage.today - timedelta(days=45)
        for partner in dealer.partner_id | dealer.partner_id.child_ids:
            stage.days[partner] = since


def seller(stage, code):
    """Return who of the maker looks after the dealer with this code."""
    return stage.users[SELLER.get(code[:4]) or SELLER[code[:2]]]


def _prepare_partner_vals(stage, row):
    term = f"account.account_payment_term_{TERMS[row['tier']]}"
    return {
        "name": row["name"],
        "is_company": True,
        "company_id": stage.company.id,
        "lang": "zh_CN",
        "street": row["street"],
        **stage.place(row["city"]),
        "phone": stage.people.phone(stage.cities[row["city"]]),
        "email": mail("office", row["domain"]),
        "user_id": seller(stage, row["code"]).id,
        "industry_id": stage.env.ref(
            f"base.res_partner_industry_{'H' if row['tier'] == 'transport' else 'G'}"
        ).id,
        "property_payment_term_id": stage.env.ref(term).id,
    }


def _prepare_dealer_vals(stage, row, partner):
    head = row["tier"] in ("agent", "dealer")
    parent = MOVED[row["code"]][0] if row["code"] in MOVED else row["parent"]
    return {
        "partner_id": partner.id,
        "code": row["code"],
        "company_id": stage.company.id,
        "tier_id": stage.env.ref(f"truck_crm.truck_dealer_tier_{row['tier']}").id,
        "parent_id": parent and stage.dealers[parent].id,
        # The end comes later in the story, with a successor.
        "state": "active" if row["state"] == "terminated" else row["state"],
        "user_id": head and seller(stage, row["code"]).id,
    }


def _create_staff(stage):
    places = [
        (stage.dealers[code], role, row)
        for code, row in stage.channel.items()
        for role in STAFF[row["tier"]]
    ]
    persons = stage.env["res.partner"].create(
        [
            {
                **stage.people.person(row["domain"]),
                "phone": stage.people.phone(stage.cities[row["city"]]),
                "parent_id": dealer.partner_id.id,
                "company_id": stage.company.id,
                "lang": "zh_CN",
                "function": ROLES[role],
            }
            for dealer, role, row in places
        ]
    )
    stage.env["truck.dealer.staff"].create(
        [
            {
                "dealer_id": dealer.id,
                "role_id": stage.env.ref(
                    f"truck_crm.truck_dealer_role_{role}_manager"
                ).id,
                "partner_id": person.id,
            }
            for (dealer, role, _row), person in zip(places, persons, strict=True)
        ]
    )
