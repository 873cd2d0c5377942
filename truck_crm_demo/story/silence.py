"""Who says nothing: care tasks of the last quarter with what came of them, and new."""

from datetime import timedelta

from . import interactions
from .past import moment, set_back

# What came of asking, and what was said.
ASKED = (
    ("complaint", "配件等了十天，客户没投诉但已经在看别的品牌，答应专人跟进。"),
    ("complaint", "上次换后桥油封又渗了，嫌麻烦没说，已安排免费返修。"),
    ("other", "货源淡季，车停了一半，不是对我们有意见。"),
    ("complaint", "对服务站夜间收费有意见，觉得说了也没用。"),
    ("content", "一切正常，老板住院两周没接电话。"),
    ("complaint", "新车油耗没有达到销售说的数字，心里不舒服。"),
    ("other", "公司换了财务，付款流程变长。"),
    ("complaint", "司机反映空调修了两次不凉，队长没往上报。"),
    ("unreached", "打了四次没人接，改约下月上门。"),
    ("complaint", "销售换人后没人跟进置换方案，客户等了一个月。"),
    ("content", "近期没有购车计划，对服务满意。"),
    ("complaint", "发票开错两次，财务抱怨，采购没有转达。"),
)
# So many more do not pick up the phone any more.
UNREACHED = 6
DONE = 2  # of the new ones


def build(stage):
    """Let some fall silent, raise their care tasks, and close earlier ones."""
    stage.rng = stage.random("silence")
    policy = stage.env.ref("truck_crm.truck_silent_policy_standard")
    policy.user_id = policy.user_id or stage.users["demo_service"]
    _fall_silent(stage, policy)
    _ask_in_the_past(stage, policy)
    Case = stage.env["truck.silent.case"]
    known = Case.search([])
    Case._raise_batch(policy, stage.company, 50)
    _ask_today(stage, Case.search([]) - known)


def _fall_silent(stage, policy):
    """Try in vain to reach some of those who show another sign already."""
    Metrics = stage.env["truck.customer.metrics"]
    rows = Metrics.search(
        [
            ("company_id", "=", stage.company.id),
            ("silent_score", ">", 0),
            ("silent_score", "<", policy.threshold),
        ],
        order="partner_id",
        limit=UNREACHED,
    )
    texts = ("无人接听。", "两次响铃后被挂断。", "提示暂时无法接通，已发短信。")
    vals_list = []
    for row in rows:
        seen = row.last_contact_date or stage.today - timedelta(days=30)
        span = max((stage.today - seen).days - 1, 1)
        for number, text in enumerate(texts):
            day = stage.today - timedelta(days=max(span * (3 - number) // 4, 1))
            user = row.partner_id.user_id or stage.users["demo_service"]
            vals_list.append(
                {
                    "partner_id": row.partner_id.id,
                    "user_id": user.id,
                    "company_id": stage.company.id,
                    "kind": "call_out",
                    "date": moment(stage.rng, interactions.workday(day)),
                    "duration": 0.05,
                    "content": text,
                    "result_id": stage.results["no_answer"].id,
                }
            )
    interactions.log(stage, vals_list)
    Metrics._refresh(rows.partner_id.ids)


def _ask_in_the_past(stage, policy):
    """In the last period others were asked; some told what nobody had known."""
    end = policy._get_period(stage.today) - timedelta(days=1)
    period = policy._get_period(end)
    signals = policy.signal_ids.filtered(lambda signal: signal.kind != "survey")
    partners = stage.rng.sample(
        [p for p in stage.customers.values() if p.truck_is_customer and p.active],
        len(ASKED),
    )
    vals_list = []
    for partner, (result, note) in zip(partners, ASKED, strict=True):
        day = end - timedelta(days=stage.rng.randint(5, 60))
        chosen = stage.rng.sample(signals.ids, stage.rng.choice((1, 2, 2)))
        vals_list.append(
            {
                "partner_id": partner.id,
                "company_id": stage.company.id,
                "date": day,
                "period": period,
                "score": stage.rng.choice((50, 50, 60, 60, 80)),
                "signal_ids": [(6, 0, chosen)],
                "seller_id": partner.user_id.id,
                "user_id": partner.user_id.id,
                "date_due": day + timedelta(days=policy.due_days),
                "state": "done",
                "result": result,
                "note": note,
                "date_done": day + timedelta(days=stage.rng.randint(0, 4)),
            }
        )
    Case = stage.env["truck.silent.case"].with_context(tracking_disable=True)
    cases = Case.create(vals_list).with_env(stage.env)
    moments = {case: moment(stage.rng, case.date) for case in cases}
    set_back(moments, by=stage.env.ref("base.user_root"))


def _ask_today(stage, cases):
    """The first ones were asked already; one of them had a complaint."""
    quiet = {"mail_activity_quick_update": True, "mail_notify_force_send": False}
    for case, (result, note) in zip(
        cases.sorted(lambda case: (not case.partner_id.ref, case.id))[:DONE],
        (ASKED[3], ASKED[4]),
        strict=False,
    ):
        case = case.with_user(case.user_id or stage.users["demo_service"])
        case = case.sudo().with_context(**quiet)
        case.write({"result": result, "note": note})
        if result == "complaint":
            case.action_create_complaint()
            case.complaint_id.date_open = stage.now - timedelta(minutes=12)
        case.action_done()
    stage.env["truck.customer.metrics"]._refresh(cases.partner_id.ids)
