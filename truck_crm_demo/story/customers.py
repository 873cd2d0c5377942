"""The end customers and prospects: fleets, and drivers behind a haulier."""

from datetime import timedelta

from . import channel, profile
from .past import moment, set_back
from .people import mail
from .stage import rows

# They gave up in the course of the year, and are in the archive.
CLOSED = (
    ("KH0151", "来宾象州砂石运输有限公司", "HN01", "来宾市", "公司已注销"),
    ("KH0152", "新乡原阳粮油运输有限公司", "HZ02", "新乡市", "车队解散，车辆全部转让"),
)


def build(stage):
    """Make the customers that ``data/customers.csv`` lists."""
    stage.rng = stage.random("customers")
    stage.customer_rows = {row["ref"]: row for row in rows("customers")}
    profile.build(stage)
    entries = list(stage.customer_rows.values())
    partners = stage.env["res.partner"].create(
        [_prepare_vals(stage, row) for row in entries]
    )
    stage.customers = dict(zip(stage.customer_rows, partners, strict=True))
    _archive_closed(stage)
    for ref, partner in stage.customers.items():
        stage.days[partner] = _get_day(stage, stage.customer_rows[ref])


def _prepare_vals(stage, row):
    place = stage.place(row["city"])
    vals = {
        "ref": row["ref"],
        "name": row["name"],
        "company_id": stage.company.id,
        "lang": "zh_CN",
        **place,
        "zip": row["zip"] or place["zip"],
        "user_id": channel.seller(stage, row["dealer"]).id,
        "truck_dealer_id": stage.dealers[row["dealer"]].id,
        "property_payment_term_id": _get_term(stage, row).id,
        **profile.prepare_vals(stage, row),
    }
    if row["kind"] == "fleet":
        vals["is_company"] = True
        vals["phone"] = stage.people.phone(stage.cities[row["city"]])
        vals["email"] = mail("office", domain(row))
        if int(row["people"]) > 1:
            vals["truck_mobile"] = stage.people.mobile()
        vals["industry_id"] = _get_industry(stage, row).id
    else:
        vals["truck_mobile"] = stage.people.mobile()
        vals["email"] = mail(row["ref"].lower(), "driver")
        vals["function"] = "个体司机"
    return vals


def _get_term(stage, row):
    term = "15days" if row["kind"] == "fleet" else "immediate"
    return stage.env.ref(f"account.account_payment_term_{term}")


def _get_industry(stage, row):
    return stage.env.ref(f"base.res_partner_industry_{row['trade']}")


def domain(row):
    """Return the domain of a customer's mail addresses."""
    return f"fleet{row['ref'][-3:]}"


def _get_day(stage, row):
    """Return when the customer was entered: before the year, prospects in it."""
    least, most = (3, 210) if row["trucks"] == "0" else (390, 1500)
    if stage.channel[row["dealer"]]["state"] == "terminated":
        least += 120
    return stage.today - timedelta(days=stage.rng.randint(least, most))


def _archive_closed(stage):
    closed = stage.env["res.partner"].create(
        [
            {
                "ref": ref,
                "name": name,
                "is_company": True,
                "active": False,
                "company_id": stage.company.id,
                "lang": "zh_CN",
                **stage.place(city),
                "user_id": channel.seller(stage, dealer).id,
                "truck_dealer_id": stage.dealers[dealer].id,
                "comment": why,
            }
            for ref, name, dealer, city, why in CLOSED
        ]
    )
    for partner in closed:
        stage.days[partner] = stage.today - timedelta(days=900)


def enter_in_the_past(stage):
    """Set all partners back to the day on which they were entered, by their seller."""
    moments = {partner: moment(stage.rng, day) for partner, day in stage.days.items()}
    set_back(moments, by=lambda partner: partner.user_id or stage.users["demo_manager"])
    _set_back_serving(stage)


def _set_back_serving(stage):
    """Let dealers serve the customers since these were entered."""
    partners = stage.env["res.partner"].union(*stage.days)
    history = stage.env["truck.customer.dealer.history"].search(
        [("partner_id", "in", partners.ids)]
    )
    for row in history:
        row.date_from = stage.days[row.partner_id]
