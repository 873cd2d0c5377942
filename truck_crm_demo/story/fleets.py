"""What the customers run and where: as they have told, ours and other makes."""

from math import asin, cos, radians, sin, sqrt

from . import profile

BRANDS = ("jiefang", "sinotruk", "dongfeng", "shacman", "foton", "chenglong")
# Short hauls of trucks that work around a town: from, to, least and most km.
SHORT = {
    "dump": (
        ("{town}砂石料场", "{town}在建工地", 15, 60),
        ("{town}矿区", "铁路货场", 12, 45),
    ),
    "mixer": (
        ("搅拌站", "{town}在建工地", 8, 30),
        ("搅拌站", "高速公路项目部", 20, 45),
    ),
}
WINDING = 1.28  # how much longer roads are than the flight of a bird


def build(stage):
    """Enter fleets and routes of the customers of whom they are known."""
    rng = stage.random("fleets")
    on_file = _count_on_file(stage)
    fleets, routes = [], []
    for ref, row in stage.customer_rows.items():
        if "fleet" in stage.known[ref]:
            fleets += _prepare_fleet(stage, ref, row, on_file.get(ref, {}), rng)
        if row["kind"] == "fleet" and "mileage" in stage.known[ref]:
            routes += _prepare_routes(stage, ref, row, rng)
    stage.env["truck.partner.fleet"].create(fleets)
    stage.env["truck.partner.route"].create(routes)


def _count_on_file(stage):
    """Return ``{customer number: {(brand, use): vehicles on file}}``."""
    counts = {}
    refs = {partner: ref for ref, partner in stage.customers.items()}
    vehicles = stage.env["truck.vehicle"].search(
        [("company_id", "=", stage.company.id)], order="id"
    )
    for vehicle in vehicles:
        for partner in vehicle.owner_id | vehicle.operator_id:
            if partner in refs:
                kinds = counts.setdefault(refs[partner], {})
                kind = vehicle.brand_id, vehicle.use
                kinds[kind] = kinds.get(kind, 0) + 1
    return counts


def _prepare_fleet(stage, ref, row, on_file, rng):
    """Return a row per brand and use: what is on file, and what else he tells of."""
    counts = dict(on_file)
    rest = int(row["fleet"]) - sum(counts.values())
    uses = row["uses"].split("|")
    for number, code in enumerate(rng.sample(BRANDS, 3)):
        part = rest if number == 2 else rest * rng.randint(4, 7) // 10
        if part > 0:
            brand = stage.env.ref(f"truck_crm.truck_brand_{code}")
            kind = brand, uses[number % len(uses)]
            counts[kind] = counts.get(kind, 0) + part
            rest -= part
    return [
        {
            "partner_id": stage.customers[ref].id,
            "brand_id": brand.id,
            "use": use,
            "number": number,
            "year": stage.today.year - (0 if brand.is_own else rng.randint(2, 7)),
        }
        for (brand, use), number in counts.items()
    ]


def _prepare_routes(stage, ref, row, rng):
    use = row["uses"].split("|")[0]
    goods = [
        stage.env.ref(f"truck_crm.truck_goods_{code}").id
        for code in profile.get_goods(row)[:1]
    ]
    trips = max(int(row["fleet"]) // 2, 1) * rng.randint(5, 9)
    if use in SHORT:
        town = row["city"].removesuffix("市")
        ways = [
            (start.format(town=town), end.format(town=town), rng.randint(*length))
            for start, end, *length in SHORT[use]
        ]
        trips *= 8
    else:
        others = [city for city in stage.cities if city != row["city"]]
        near = sorted(others, key=lambda city: _get_distance(stage, row["city"], city))
        ends = rng.sample(near[3:20], 1 + int(row["fleet"]) // 40 % 3)
        ways = [
            (row["city"], end, _get_distance(stage, row["city"], end)) for end in ends
        ]
    return [
        {
            "partner_id": stage.customers[ref].id,
            "sequence": number,
            "origin": start,
            "destination": end,
            "distance": distance,
            "trips": trips // (number + 1),
            "goods_ids": goods,
        }
        for number, (start, end, distance) in enumerate(ways)
    ]


def _get_distance(stage, start, end):
    """Return about how many km the road from one city to another has."""
    lat1, long1, lat2, long2 = (
        radians(float(stage.cities[city][name]))
        for city in (start, end)
        for name in ("latitude", "longitude")
    )
    half = sin((lat2 - lat1) / 2) ** 2
    half += cos(lat1) * cos(lat2) * sin((long2 - long1) / 2) ** 2
    return round(2 * 6371 * asin(sqrt(half)) * WINDING / 5) * 5
