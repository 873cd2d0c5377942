"""What the salespeople have found out about each customer; nobody knows all of all."""

from datetime import date, timedelta

from .vehicles import MONTHLY

SOURCES = (
    *("电话热线", "展厅来访", "行业展会", "老客户介绍"),
    *("经销商推荐", "卡车网站", "登门拜访"),
)
# What is carried, by words of the name; else by the use of the trucks.
GOODS = {
    "煤": "coal",
    "钢": "steel",
    "混凝土": "concrete",
    "水泥": "building",
    "建材": "building",
    "陶瓷": "building",
    "板材": "building",
    "铝": "steel",
    "矿": "ore",
    "渣土": "ore",
    "土石方": "ore",
    "集装箱": "containers",
    "港口": "containers",
    "港物流": "containers",
    "港前": "containers",
    "散货": "ore",
    "联运": "containers",
    "冷链": "cold",
    "海产": "cold",
    "鲜花": "cold",
    "快": "parcels",
    "速递": "parcels",
    "家电": "general",
    "汽": "general",
    "整车": "cars",
    "粮": "agricultural",
    "糖": "agricultural",
    "蔬": "agricultural",
    "农": "agricultural",
    "石化": "dangerous",
    "化工": "dangerous",
    "磷": "dangerous",
    "烟花": "dangerous",
}
GOODS_BY_USE = {
    "tractor": "general",
    "cargo": "parcels",
    "dump": "ore",
    "mixer": "concrete",
    "special": "cold",
}
# What may be known of a customer besides where he is and how to call him.
COMPANY = (
    *("source", "mode", "scale", "use", "goods", "mileage", "fleet"),
    *("street", "vat", "legal_form", "founded"),
)
PERSON = ("source", "mode", "scale", "use", "goods", "mileage", "fleet", "legal_form")
# How much is known, and of how many: prospects, and those who have bought.
SHARES = (0.1, 0.35, 0.6, 0.85, 1)
WEIGHTS = {True: (4, 3, 2, 1, 1), False: (0, 1, 3, 4, 5)}
# Of the larger ones; {city}, {year}, {fleet} and {goods} are filled in.
DEVELOPMENT = (
    "{year}年在{city}成立，最初只有3台二手车；多年来由个体车队发展为公司化运营，"
    "目前自有及外协车辆{fleet}台，主要承运{goods}。",
    "前身为{city}国营运输队，{year}年改制；近五年随当地产业扩张迅速增车，现有车辆{fleet}台，"
    "以{goods}为主，长期合同占七成以上。",
    "{year}年由几位车老板合股组建，总部设在{city}；现有车辆{fleet}台，承运{goods}，"
    "自建停车场与维修车间，采用北斗平台统一调度。",
)
GOALS = (
    "三年内把国五车全部更换为国六及新能源车；希望主机厂提供金融分期与以旧换新方案。",
    "计划明年新增20台LNG牵引车，重点关注油气耗、出勤率与服务半径。",
    "短倒线路试点纯电重卡换电模式，若半年内成本低于柴油车即批量采购。",
    "向上下游延伸仓储与多式联运；希望与主机厂签订年度框架协议，锁定价格与交期。",
)


def build(stage):
    """Make the sources, and decide what is known of whom."""
    names = stage.env["utm.source"].create([{"name": name} for name in SOURCES])
    stage.sources = dict(zip(SOURCES, names, strict=True))
    stage.scales = stage.env["truck.customer.scale"]
    rng = stage.random("known")
    stage.known = {
        ref: _choose_known(rng, row) for ref, row in stage.customer_rows.items()
    }


def _choose_known(rng, row):
    if row["people"] == "5":
        return set(COMPANY)
    share = rng.choices(SHARES, WEIGHTS[row["trucks"] == "0"])[0]
    names = COMPANY if row["kind"] == "fleet" else PERSON
    return set(rng.sample(names, round(share * len(names))))


def prepare_vals(stage, row):
    """Return what is known of a customer, as values of the partner."""
    rng = stage.random(f"profile {row['ref']}")
    vals = _prepare_facts(stage, row, rng)
    known = {
        value for name, value in _FIELDS.items() if name in stage.known[row["ref"]]
    }
    vals = {name: value for name, value in vals.items() if name in known}
    if row["kind"] == "fleet" and int(row["fleet"]) >= 20 and len(known) > 6:
        vals |= _prepare_texts(stage, row, rng)
        vals["truck_fax"] = stage.people.phone(stage.cities[row["city"]])
    return vals


_FIELDS = {
    "source": "truck_source_id",
    "mode": "truck_operating_mode_id",
    "scale": "truck_scale_id",
    "use": "truck_main_use",
    "goods": "truck_goods_ids",
    "mileage": "truck_annual_mileage",
    "street": "street",
    "vat": "vat",
    "legal_form": "truck_legal_form",
    "founded": "truck_founding_date",
}


def _prepare_facts(stage, row, rng):
    use = row["uses"].split("|")[0]
    source = "经销商推荐" if row["kind"] == "driver" else rng.choice(SOURCES)
    return {
        "truck_source_id": stage.sources[source].id,
        "truck_operating_mode_id": _get_mode(stage, row, rng).id,
        "truck_scale_id": stage.scales._get_by_count(int(row["fleet"])).id,
        "truck_main_use": use,
        "truck_goods_ids": [
            stage.env.ref(f"truck_crm.truck_goods_{code}").id for code in get_goods(row)
        ],
        "truck_annual_mileage": round(rng.randint(*MONTHLY[use]) * 12, -3),
        "street": row["street"],
        "vat": _get_vat(stage.cities[row["city"]], rng),
        "truck_legal_form": _get_legal_form(row, rng),
        "truck_founding_date": _get_founding_date(stage, row),
    }


def get_goods(row):
    """Return the codes of what a customer carries, as his name tells."""
    found = [code for word, code in GOODS.items() if word in row["name"]]
    if row["kind"] == "driver" or not found:
        found = [GOODS_BY_USE[use] for use in row["uses"].split("|")]
    return list(dict.fromkeys(found))[:3]


def _get_mode(stage, row, rng):
    if row["kind"] == "driver":
        code = "attached" if row["trucks"] != "0" else "owner_driver"
    elif row["trade"] == "F":
        code = rng.choice(("own", "contract", "contract"))
    else:
        code = rng.choice(("own", "own", "logistics", "contract", "leasing"))
    return stage.env.ref(f"truck_crm.truck_operating_mode_{code}")


def _get_legal_form(row, rng):
    if row["kind"] == "driver":
        return rng.choice(("natural_person", "sole_proprietor"))
    for word, form in (
        ("股份", "joint_stock"),
        ("合作社", "cooperative"),
        ("集团", "state_owned"),
        ("港口", "state_owned"),
        ("港物流", "state_owned"),
        ("铁路", "state_owned"),
    ):
        if word in row["name"]:
            return form
    return "limited"


def _get_founding_date(stage, row):
    """The larger the fleet, the older the firm."""
    rng = stage.random(f"founded {row['ref']}")
    years = 2 + min(int(row["fleet"]) // 10, 12) + rng.randint(0, 9)
    year = stage.today.year - years
    return date(year, 1, 1) + timedelta(days=rng.randrange(59, 360))


def _get_vat(city, rng):
    """Return a unified social credit code; its digits check, its zeros are nobody's.

    As GB 32100 has it: weights are the powers of 3 modulo 31.
    """
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    text = f"91{city['code']}MA000{rng.randrange(10**4):04}"
    total = sum(
        signs.index(sign) * pow(3, place, 31) for place, sign in enumerate(text)
    )
    return text + signs[-total % 31]


def _prepare_texts(stage, row, rng):
    goods = [
        stage.env.ref(f"truck_crm.truck_goods_{code}").name for code in get_goods(row)
    ]
    founded = _get_founding_date(stage, row)
    return {
        "truck_development": rng.choice(DEVELOPMENT).format(
            city=row["city"],
            year=founded.year,
            fleet=row["fleet"],
            goods="、".join(goods),
        ),
        "truck_goals": rng.choice(GOALS),
    }
