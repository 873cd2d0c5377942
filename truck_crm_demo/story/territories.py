"""The country as the sales department has divided it among its people."""

from odoo.fields import Command

# code: (name, part of, salespeople; the first leads)
REGIONS = {
    "CN": ("全国", None, ("demo_key",)),
    "HN": ("华南大区", "CN", ("demo_user", "demo_key")),
    "XN": ("西南大区", "CN", ("demo_user",)),
    "HZ": ("华中大区", "CN", ("demo_user2",)),
    "HD": ("华东大区", "CN", ("demo_user2", "demo_key")),
    "HB": ("华北大区", "CN", ("demo_user2",)),
}
# region: provinces in it, as (code, name, short name)
PROVINCES = {
    "HN": (("GX", "广西", "桂"), ("GD", "广东", "粤"), ("HI", "海南", "琼")),
    "XN": (
        *(("YN", "云南", "滇"), ("GZ", "贵州", "黔")),
        *(("SC", "四川", "蜀"), ("CQ", "重庆", "渝")),
    ),
    "HZ": (
        *(("HUB", "湖北", "鄂"), ("HUN", "湖南", "湘")),
        *(("HEN", "河南", "豫"), ("JX", "江西", "赣")),
    ),
    "HD": (("SD", "山东", "鲁"), ("JS", "江苏", "苏"), ("AH", "安徽", "皖")),
    "HB": (("HEB", "河北", "冀"), ("TJ", "天津", "津")),
}
# Parts of provinces: code, name, part of, salesperson, (cities, or postcodes and where)
PARTS = (
    ("GX-LZ", "柳来片区", "GX", "demo_user", ("柳州市", "来宾市")),
    ("GX-BBW", "北部湾片区", "GX", "demo_user", ("北海市", "钦州市", "防城港市")),
    ("GD-GZ", "广佛片区", "GD", "demo_user", ("广州市", "佛山市")),
    ("GD-NS", "南沙港区", "GD-GZ", "demo_key", (("511455", "511466", "广州市"),)),
    ("CQ-WZ", "渝东北片区", "CQ", "demo_user", (("404000", "405999", "重庆市"),)),
    ("HUB-XY", "襄阳片区", "HUB", "demo_user2", ("襄阳市",)),
    ("HEB-TS", "唐山片区", "HEB", "demo_key", ("唐山市",)),
)
# Split off in the course of the year: see ``changes.py``.
NEW_PARTS = (
    ("HN-XN", "湘南片区", "HN", "demo_user", ("衡阳市", "郴州市", "永州市")),
    (
        "HD-HH",
        "淮海片区",
        "HD",
        "demo_user2",
        ("徐州市", "连云港市", "临沂市", "日照市"),
    ),
)


def build(stage):
    """Make the tree as it was at the beginning of the year."""
    stage.territories = {}
    stage.provinces = {
        code: (name, state)
        for provinces in PROVINCES.values()
        for code, name, state in provinces
    }
    for code, (name, parent, logins) in REGIONS.items():
        areas = [{"country_id": stage.env.ref("base.cn").id}] if not parent else []
        _create(stage, code, name, parent, logins, areas)
    for region, provinces in PROVINCES.items():
        for code, name, state in provinces:
            areas = [{"state_id": stage.state(state).id}]
            _create(stage, code, name, region, REGIONS[region][2][:1], areas)
    add_parts(stage, PARTS)


def add_parts(stage, parts):
    """Make territories of cities or postcodes; who was there before stays there."""
    for code, name, parent, login, places in parts:
        areas = [_prepare_area(stage, place) for place in places]
        _create(stage, code, name, parent, (login,), areas)


def _prepare_area(stage, place):
    *codes, city = (place,) if isinstance(place, str) else place
    state = stage.state(stage.cities[city]["province"])
    area = {"state_id": state.id, "city": city}
    return {**area, **dict(zip(("zip_from", "zip_to"), codes, strict=False))}


def _create(stage, code, name, parent, logins, areas):
    Territory = stage.env["truck.territory"].with_context(tracking_disable=True)
    users = [stage.users[login].id for login in logins]
    stage.territories[code] = Territory.create(
        {
            "name": name,
            "code": code,
            "company_id": stage.company.id,
            "parent_id": parent and stage.territories[parent].id,
            "user_ids": users,
            "lead_user_id": users[0],
            "area_ids": [Command.create(area) for area in areas],
        }
    )
