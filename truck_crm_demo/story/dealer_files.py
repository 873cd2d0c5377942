"""What the maker has agreed with its dealers, and what they are able to do."""

from datetime import date, timedelta

from odoo.fields import Domain

# By tier, the least and the most: trucks sold in a year, trucks on the premises,
# people who sell, people who repair, people besides.
SIZES = {
    "agent": ((150, 260), (60, 100), (18, 30), (25, 40), (15, 25)),
    "dealer": ((45, 90), (15, 40), (8, 15), (10, 20), (5, 12)),
    "sub_dealer": ((10, 20), (4, 8), (3, 5), (2, 4), (1, 3)),
    "transport": ((0, 0), (10, 40), (0, 0), (2, 8), (20, 120)),
}
NAMES = (
    "distribution_capacity",
    "warehouse_capacity",
    "sales_staff_count",
    "service_staff_count",
)
# By tier, since how many years: whoever stands above came first.
YEARS = {"agent": (8, 10), "dealer": (5, 7), "sub_dealer": (3, 4), "transport": (1, 2)}
# Contracts that do not end with a year: the days from today until they end.
ENDS = {"HD03": 48, "XN04": -37, "HZ04": -75}
# Who sells in more than the own province, or in a part of it.
TERRITORIES = {
    "HN": ("GX", "GD"),
    "XN": ("YN", "GZ", "SC", "CQ"),
    "HZ": ("HZ",),
    "HD": ("HD", "HB"),
    "HN01": ("GX-LZ",),
    "HN02": ("GD-GZ", "GD-NS"),
    "HD01": ("SD",),
    "HZ04": ("HUB",),
}


def prepare_vals(stage, row):
    """Return contract, capacity and staff of the dealer in a row of channel.csv."""
    rng = stage.random(f"dealer {row['code']}")
    *sizes, others = (rng.randint(*bounds) for bounds in SIZES[row["tier"]])
    vals = dict(zip(NAMES, sizes, strict=True))
    vals["staff_count"] = sum(sizes[2:]) + others
    if row["state"] == "candidate":
        return vals
    vals |= _prepare_contract(stage, row, rng)
    if row["tier"] != "transport":
        vals["brand_ids"] = stage.own_brand.ids
        codes = TERRITORIES.get(row["code"]) or _get_province(stage, row)
        vals["territory_ids"] = [stage.territories[code].id for code in codes]
    return vals


def _prepare_contract(stage, row, rng):
    """Contracts run for some years, to the end of one; hauliers' have no end."""
    if row["code"] in ENDS:
        end = stage.today + timedelta(days=ENDS[row["code"]])
        start = end - timedelta(days=3 * 365)
    else:
        end = date(stage.today.year + rng.randint(1, 3), 12, 31)
        start = date(stage.today.year - rng.randint(*YEARS[row["tier"]]), 1, 1)
    is_haulier = row["tier"] == "transport"
    return {
        "contract_date_start": start,
        "contract_date_end": not is_haulier and end,
    }


def _get_province(stage, row):
    province = stage.cities[row["city"]]["province"]
    return [
        code for code, (_name, state) in stage.provinces.items() if state == province
    ]


def build(stage):
    """Set targets for this year and the last; remind of contracts that end."""
    heads = [
        stage.dealers[code]
        for code, row in stage.channel.items()
        if row["tier"] in ("agent", "dealer") and row["state"] != "candidate"
    ]
    rng = stage.random("targets")
    targets = stage.env["truck.dealer.target"].create(
        [
            {"dealer_id": dealer.id, "year": stage.today.year - back}
            for dealer in heads
            for back in (0, 1)
        ]
    )
    # What was sold before the story begins is not on file.
    idle = targets.filtered(
        lambda target: target.year < stage.today.year and not target.vehicle_count
    )
    idle.unlink()
    for target in targets - idle:
        _set_target(stage, target, rng)
    _remind(stage)


def _set_target(stage, target, rng):
    """Ask for somewhat more, or less, than the year has brought or will bring."""
    reach = rng.uniform(0.75, 1.3)
    if target.year == stage.today.year:
        reach *= min(365 / stage.today.timetuple().tm_yday, 4)
    vehicles = max(round(target.vehicle_count * reach), 3)
    price = target.revenue / target.vehicle_count if target.vehicle_count else 340000
    target.write(
        {
            "vehicle_target": vehicles,
            "revenue_target": round(vehicles * price, -5),
        }
    )


def _remind(stage):
    """Do what the daily job would have done: it commits, and cannot be run here."""
    Dealer = stage.env["truck.dealer"].with_context(mail_activity_quick_update=True)
    domain = Dealer._get_contract_due_domain()
    Dealer.search(
        domain & Domain("company_id", "=", stage.company.id)
    )._remind_of_contract()
