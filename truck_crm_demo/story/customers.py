"""The end customers: fleets with their people, and drivers behind a haulier."""

from . import channel
from .people import mail
from .stage import rows


def build(stage):
    """Make the customers that ``data/customers.csv`` lists."""
    stage.customer_rows = {row["ref"]: row for row in rows("customers")}
    entries = list(stage.customer_rows.values())
    partners = stage.env["res.partner"].create(
        [_prepare_vals(stage, row) for row in entries]
    )
    stage.customers = dict(zip(stage.customer_rows, partners, strict=True))
    _create_contacts(stage)


def _prepare_vals(stage, row):
    dealer = stage.dealers[row["dealer"]]
    is_over = dealer.state == "terminated"
    is_fleet = row["kind"] == "fleet"
    vals = {
        "ref": row["ref"],
        "name": row["name"],
        "is_company": is_fleet,
        "company_id": stage.company.id,
        "lang": "zh_CN",
        "phone": stage.people.phone(),
        "city": dealer.partner_id.city,
        "state_id": dealer.partner_id.state_id.id,
        "country_id": stage.env.ref("base.cn").id,
        "user_id": channel.seller(stage, row["dealer"]).id,
        # Who stands above a dealer takes over its customers.
        "truck_dealer_id": (dealer.parent_id if is_over else dealer).id,
        "property_payment_term_id": stage.env.ref(
            f"account.account_payment_term_{'15days' if is_fleet else 'immediate'}"
        ).id,
    }
    if is_fleet:
        vals["email"] = mail("office", _domain(row))
        industry = f"base.res_partner_industry_{row['trade']}"
        vals["industry_id"] = stage.env.ref(industry).id
    else:
        vals["email"] = mail(row["ref"].lower(), "driver")
        vals["function"] = "个体司机"
    return vals


def _create_contacts(stage):
    """Fleets have a buyer and somebody who runs the trucks."""
    stage.env["res.partner"].create(
        [
            {
                **stage.people.person(_domain(row)),
                "parent_id": stage.customers[ref].id,
                "company_id": stage.company.id,
                "lang": "zh_CN",
                "function": function,
            }
            for ref, row in stage.customer_rows.items()
            if row["kind"] == "fleet"
            for function in ("采购经理", "车队队长")
        ]
    )


def _domain(row):
    return f"fleet{row['ref'][-2:]}"
