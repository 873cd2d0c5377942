"""What is not sold yet: leads, opportunities of prospects, and some that were won."""

from datetime import timedelta

from .past import moment, set_back
from .stage import rows

STAGES = {"stage_lead1": 4, "stage_lead2": 4, "stage_lead3": 3}
TITLES = ("新增{number}台{use}", "更新{number}台国五{use}", "{number}台{use}招标采购")
USES = {
    "tractor": "牵引车",
    "cargo": "载货车",
    "dump": "自卸车",
    "mixer": "搅拌车",
    "special": "专用车",
}
PRICE = 360000
# They have only called or left a card: company, contact, city, what they ask.
CALLERS = (
    ("梧州六堡茶业运输队", "陆建新", "梧州市", "询问载货车分期首付"),
    ("贵港覃塘物流服务部", "覃大伟", "贵港市", "展会留资：LNG牵引车油气差测算"),
    ("玉溪通海蔬菜运输专业合作社", "普建国", "玉溪市", "询问6×2载货车配冷机"),
    ("德阳广汉渣土清运有限公司", "钟贵华", "德阳市", "新规要求智能渣土车，求报价"),
    ("株洲醴陵瓷业货运部", "汤海波", "株洲市", "旧车置换政策"),
    ("新乡卫辉粮食运输车队", "常永胜", "新乡市", "询问电动牵引车换电站布局"),
    ("潍坊昌邑化工运输有限公司", "亓立新", "潍坊市", "危化品罐车上牌要求"),
    ("芜湖方向个体车主", "鲍小军", "合肥市", "挂靠购车，想看现车"),
)
LOST = ("柳州官塘配件供应链公司", "长沙坪塘混凝土公司", "石家庄藁城煤焦运输公司")


def build(stage):
    """Make them in the stages that they have come to, of the days that they came."""
    stage.rng = stage.random("leads")
    # of each use the first, which sells best
    models = reversed(rows("models"))
    stage.prices = {row["use"]: int(row["price"]) for row in models}
    Lead = stage.env["crm.lead"].with_context(tracking_disable=True)
    vals_list = [*_prepare_open(stage), *_prepare_callers(stage)]
    leads = Lead.create(vals_list)
    won = _create_won(stage, Lead)
    lost = _create_lost(stage, Lead)
    _set_back(stage, leads | lost, 3, 110)
    _link_quotations(stage, leads)
    moments = {
        lead: order.date_order - timedelta(days=stage.rng.randint(15, 60))
        for lead, order in won.items()
    }
    set_back(moments, "date_open", by=lambda lead: lead.user_id)
    set_back(
        {lead: moments[lead] for lead in won}, "date_last_stage_update", by=_get_seller
    )
    for lead, order in won.items():
        lead.date_closed = order.date_order


def _get_seller(lead):
    return lead.user_id or lead.create_uid


def _prepare_open(stage):
    """Two of three prospects that are fleets may buy, and every third driver."""
    prospects = [
        (ref, row)
        for ref, row in stage.customer_rows.items()
        if not stage.customers[ref].truck_is_customer
    ]
    for number, (ref, row) in enumerate(prospects):
        if number % 3 == 2 or (row["kind"] == "driver" and number % 2):
            continue
        step = stage.rng.choices(list(STAGES), list(STAGES.values()))[0]
        yield _prepare_vals(stage, ref, row, step)


def _prepare_vals(stage, ref, row, step):
    partner = stage.customers[ref]
    use = row["uses"].split("|")[0]
    most = max(1, min(int(row["fleet"]) // 8, 20))
    number = stage.rng.randint(max(1, most // 3), most)
    return {
        "type": "opportunity",
        "name": stage.rng.choice(TITLES).format(number=number, use=USES[use]),
        "partner_id": partner.id,
        "company_id": stage.company.id,
        "team_id": stage.team.id,
        "user_id": partner.user_id.id,
        "stage_id": stage.env.ref(f"crm.{step}").id,
        "expected_revenue": number * stage.prices[use],
        "priority": stage.rng.choice("00112"),
        "source_id": partner.truck_source_id.id,
        "date_deadline": stage.today + timedelta(days=stage.rng.randint(10, 90)),
    }


def _prepare_callers(stage):
    for company, contact, city, what in CALLERS:
        place = stage.place(city)
        yield {
            "type": "lead",
            "name": what,
            "partner_name": company,
            "contact_name": contact,
            "phone": stage.people.mobile(),
            "city": city,
            "state_id": place["state_id"],
            "country_id": place["country_id"],
            "company_id": stage.company.id,
            "team_id": stage.team.id,
            "user_id": False,
            "source_id": stage.rng.choice(list(stage.sources.values())).id,
        }


def _create_won(stage, Lead):
    """Some orders of the year began as opportunities, and keep what came before.

    :return: the order by opportunity
    """
    orders = [
        (sale, order)
        for sale, order in stage.orders.items()
        if sale.delivered and not sale.kind and sale.buyer in stage.customers
    ][::6]
    won = {}
    for sale, order in orders:
        row = stage.customer_rows[sale.buyer]
        product = stage.products[sale.model]
        vals = _prepare_vals(stage, sale.buyer, row, "stage_lead4")
        vals |= {
            "name": f"{sale.quantity}台{product.name}",
            "expected_revenue": order.amount_untaxed,
            "date_deadline": sale.ordered,
            "user_id": order.user_id.id,
        }
        lead = Lead.create(vals)
        order.opportunity_id = lead
        won[lead] = order
    return won


def _create_lost(stage, Lead):
    reason = stage.env.ref("crm.lost_reason_1")
    return Lead.create(
        [
            {
                "type": "opportunity",
                "name": f"{name}：采购牵引车",
                "partner_name": name,
                "company_id": stage.company.id,
                "team_id": stage.team.id,
                "user_id": stage.users["demo_user2"].id,
                "stage_id": stage.env.ref("crm.stage_lead2").id,
                "expected_revenue": 4 * PRICE,
                "probability": 0,
                "active": False,
                "lost_reason_id": reason.id,
            }
            for name in LOST
        ]
    )


def _set_back(stage, leads, least, most):
    moments = {
        lead: moment(
            stage.rng, stage.today - timedelta(days=stage.rng.randint(least, most))
        )
        for lead in leads
    }
    set_back(moments, "date_last_stage_update", by=_get_seller)
    owned = {lead: when for lead, when in moments.items() if lead.user_id}
    set_back(owned, "date_open", by=_get_seller)


def _link_quotations(stage, leads):
    """Quotations to prospects belong to their opportunities, which are far by then."""
    by_partner = {lead.partner_id: lead for lead in leads if lead.partner_id}
    for sale, order in stage.orders.items():
        lead = by_partner.get(order.partner_id)
        if sale.kind == "quotation" and lead:
            order.opportunity_id = lead
            lead.stage_id = stage.env.ref("crm.stage_lead3")
            lead.expected_revenue = order.amount_untaxed
            lead.name = f"{sale.quantity}台{stage.products[sale.model].name}"
