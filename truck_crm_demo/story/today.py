"""What is on the salespeople's list today: meetings, money, too many calls."""

from datetime import datetime, time, timedelta

import pytz

from odoo.fields import Command

from . import interactions
from .past import moment, set_back, set_back_messages
from .stage import TIMEZONE

# Quiet: no invitation leaves the house.
SILENT = {"no_mail_to_attendees": True, "dont_notify": True, "tracking_disable": True}
# On leave: who, since how many days and for how many more; the deputy has her list.
ABSENT, SINCE, UNTIL = "demo_user3", 2, 9
# Meetings: login, customer, job, days from today, hour, hours, what about. Those that
# were are logged, with their content and result.
MEETINGS = (
    ("demo_user", "KH0005", "总经理", 0, 15, 1.5, "港口短倒电动化方案交流", None),
    ("demo_user", "KH0008", "总经理", 1, 9.5, 1, "榨季运力准备沟通", None),
    ("demo_user2", "KH0019", "总经理", 0, 16, 1, "年度采购计划沟通", None),
    ("demo_user2", "KH0085", None, 1, 10, 1.5, "试驾安排与路线确认", None),
    ("demo_key", "KH0087", "采购经理", 1, 14, 2, "年度框架协议第二轮谈判", None),
    ("demo_key", "KH0066", "董事长", 0, 10, 1, "高层互访准备会", None),
    (
        *("demo_key", "KH0087", "董事长", -9, 10, 2, "年度框架协议第一轮谈判"),
        "价格分歧约百分之二，对方更看重交期与服务站布点；约定本周出第二版方案。",
    ),
    (
        *("demo_user", "KH0002", "采购经理", -17, 14, 1.5, "新能源搅拌车框架协议洽谈"),
        "对方计划分三批更新三十台，要求全生命周期成本测算和换电站选址方案。",
    ),
    (
        *("demo_user2", "KH0083", None, -24, 9, 1, "搅拌车限行新规宣贯"),
        "讲解城区限行新规要点，现场回答了新能源路权问题，对方希望看样车。",
    ),
)
# Activities that were planned and are done: customer, days ago, what, what came of it.
DONE = (
    (
        "KH0003",
        48,
        "确认渣土证办理进度",
        "证照已办妥三台，另两台下周办完，车辆可以提走。",
    ),
    ("KH0007", 55, "跟进家电旺季增车", "旺季包车为主，暂不增购，明年春节后再议。"),
    ("KH0064", 52, "回访铝锭专线油耗", "百公里油耗比竞品低一升多，车队很满意。"),
    ("KH0069", 66, "确认验收时间", "验收改到周四上午，质检和车队队长都到场。"),
    ("KH0020", 47, "询问二手车处置", "旧车已委托拍卖，回款后立即定新车。"),
    ("KH0084", 58, "催签补充协议", "补充协议已盖章寄回。"),
)
# Other things to do: on what, who, days from today, how, what.
TODO = (
    ("sale.order", "demo_user", -1, "call", "客户要求更改配置，确认报价"),
    ("sale.order", "demo_user2", 0, "mail", "发送修订报价"),
    ("crm.lead", "demo_user", 0, "call", "确认预算与采购时间"),
    ("crm.lead", "demo_user2", -3, "visit", "带技术方案上门"),
    ("res.partner", "demo_user3", -1, "call", "确认提车时间"),
    ("res.partner", "demo_user3", 0, "mail", "发送保险方案"),
    ("res.partner", "demo_user3", 1, "call", "回访首保情况"),
    ("res.partner", "demo_key", -2, "mail", "发送框架协议第二版方案"),
    ("res.partner", "demo_key", 0, "call", "确认高层互访行程"),
    ("res.partner", "demo_key", 0, "call", "回访新车上线情况"),
    ("res.partner", "demo_key", 1, "visit", "陪同参观总装线"),
    ("res.partner", "demo_key", 1, "call", "核对年度返利对账单"),
    ("truck.vehicle", "demo_user2", 1, "call", "首保提醒"),
    ("truck.vehicle", "demo_user", 0, "call", "三包件到货通知"),
)
# Called too often, and to be left in peace: customer, job.
TOO_OFTEN = ("KH0066", "采购经理")
COMPLAINED, REFUSED = ("KH0005", "车队队长"), ("KH0007", "采购经理")
TERMS = timedelta(days=2)


def build(stage):
    """Fill the lists of today, and reckon all figures once more."""
    stage.rng = stage.random("today")
    _leave(stage)
    for meeting in MEETINGS:
        _meet(stage, *meeting)
    for row in DONE:
        _do(stage, *row)
    for row in TODO:
        _plan(stage, *row)
    _contact_too_often(stage)
    _cool_off(stage)
    _ask_for_money(stage)
    stage.env["truck.customer.metrics"]._refresh()


def _leave(stage):
    """One salesperson is away: the deputy sees her customers as well."""
    stage.users[ABSENT].write(
        {
            "truck_absent_from": stage.today - timedelta(days=SINCE),
            "truck_absent_to": stage.today + timedelta(days=UNTIL),
        }
    )


def _at(stage, days, hour):
    """Return a moment (naive, UTC) by the clock of the company."""
    day = stage.today + timedelta(days=days)
    local = datetime.combine(day, time(int(hour), int(hour % 1 * 60)))
    aware = pytz.timezone(TIMEZONE).localize(local)
    return aware.astimezone(pytz.utc).replace(tzinfo=None)


def _get_person(stage, ref, job):
    """Return the person with a job at a customer, else any, else the customer."""
    customer = stage.customers[ref]
    return stage.contacts.get((ref, job)) or customer.child_ids[:1] or customer


def _meet(stage, login, ref, job, days, hour, hours, name, content):
    """Plan a meeting at a customer; log it if it has been."""
    user, person = stage.users[login], _get_person(stage, ref, job)
    start = _at(stage, days, hour)
    event = stage.env["calendar.event"].with_context(**SILENT)
    event = event.create(
        {
            "name": name,
            "user_id": user.id,
            "partner_ids": [Command.set((user.partner_id | person).ids)],
            "start": start,
            "stop": start + timedelta(hours=hours),
            "location": person.commercial_partner_id.city,
            "alarm_ids": [Command.clear()],
        }
    )
    event.attendee_ids.state = "accepted"
    planned = moment(stage.rng, stage.today + timedelta(days=min(days, 0) - 6))
    set_back({event: planned}, by=user)
    if content:
        vals = event.with_user(user)._truck_prepare_interaction_vals()
        result = stage.results["interested"]
        vals |= {"user_id": user.id, "content": content, "result_id": result.id}
        interactions.log(stage, [vals])


def _do(stage, ref, back, summary, feedback):
    """Plan an activity on a customer and do it: that makes the interaction."""
    partner = stage.customers[ref]
    day = interactions.workday(stage.today - timedelta(days=back))
    user, when = interactions.get_user(stage, partner, day), moment(stage.rng, day)
    activity = _create_activity(stage, partner, user, day, "call", summary)
    activity.with_user(user).with_context(mail_notify_force_send=False)._action_done(
        feedback=feedback
    )
    set_back({activity: when}, "date_done", by=user)
    log = stage.env["truck.interaction"].search([("activity_id", "=", activity.id)])
    log.result_id = stage.results["reached"]
    set_back({log: when}, "date", by=user)
    set_back_messages({partner: when}, by=user)


def _create_activity(stage, record, user, day, kind, summary):
    Activity = stage.env["mail.activity"].with_context(mail_activity_quick_update=True)
    return Activity.create(
        {
            "res_model_id": stage.env["ir.model"]._get_id(record._name),
            "res_id": record.id,
            "activity_type_id": stage.env.ref(interactions.NEXT_BY[kind]).id,
            "user_id": user.id,
            "date_deadline": day,
            "summary": summary,
        }
    )


def _plan(stage, model, login, days, kind, summary):
    """Plan something on a customer, quotation, lead or truck of a salesperson."""
    user = stage.users[login]
    domains = {
        "res.partner": [("user_id", "=", user.id), ("ref", "!=", False)],
        "sale.order": [("state", "in", ("draft", "sent")), ("user_id", "=", user.id)],
        "crm.lead": [("won_status", "=", "pending"), ("user_id", "=", user.id)],
        "truck.vehicle": [("is_own", "=", True), ("owner_id.user_id", "=", user.id)],
    }
    company = [("company_id", "=", stage.company.id)]
    records = stage.env[model].search(company + domains[model], order="id")
    if not records:  # chance has left him without
        return
    record, day = stage.rng.choice(records), stage.today + timedelta(days=days)
    activity = _create_activity(stage, record, user, day, kind, summary)
    planned = moment(stage.rng, stage.today - timedelta(days=6))
    set_back({activity: planned}, by=user)


def _prepare_contact_vals(stage, place, back, kind, result, content, user=None):
    person = stage.contacts[place]
    customer = person.commercial_partner_id
    day = interactions.workday(stage.today - timedelta(days=back))
    return {
        "partner_id": customer.id,
        "contact_ids": person.ids,
        "user_id": (user or customer.user_id).id,
        "company_id": stage.company.id,
        "kind": kind,
        "date": moment(stage.rng, day),
        "duration": 0.1,
        "content": content,
        "result_id": stage.results[result].id,
    }


def _contact_too_often(stage):
    """A buyer in the midst of a tender has been called more often than is good."""
    talks = (
        (27, "call_out", "确认招标文件领取时间。"),
        (20, "mail", "发送技术方案与油耗报告。"),
        (13, "call_out", "询问评标进度，对方说要等两周。"),
        (8, "message", "补发服务网点清单。"),
        (3, "call_out", "追问结果，对方语气有些不耐烦。"),
    )
    interactions.log(
        stage,
        [
            _prepare_contact_vals(stage, TOO_OFTEN, back, kind, "reached", content)
            for back, kind, content in talks
        ],
    )


def _cool_off(stage):
    """After a complaint and a refusal two people are left in peace for a while."""
    service = stage.users["demo_service"]
    complaint = "抱怨夜间救援等了四小时，要求书面说明；已登记，服务经理负责答复。"
    refusal = "对方说近期不要再来电，等他们内部预算批下来会主动联系。"
    told = _prepare_contact_vals(
        *(stage, COMPLAINED, 4, "call_in", "complaint", complaint, service)
    )
    told["complaint_id"] = stage.opens["rescue_slow"].id
    interactions.log(
        stage,
        [
            told,
            _prepare_contact_vals(stage, REFUSED, 6, "call_out", "refused", refusal),
        ],
    )


def _ask_for_money(stage):
    """One open invoice of each salesperson is to be paid the day after tomorrow.

    It has been agreed so: the terms of the others stay as they are.
    """
    lines = stage.env["account.move.line"].search(
        [
            ("company_id", "=", stage.company.id),
            ("account_id.account_type", "=", "asset_receivable"),
            ("reconciled", "=", False),
            ("move_id.move_type", "=", "out_invoice"),
        ],
        order="date_maturity desc, id",
    )
    for open_lines in lines.grouped(
        lambda line: line.partner_id.commercial_partner_id.user_id
    ).values():
        line = open_lines[:1].with_context(tracking_disable=True)
        line.date_maturity = stage.today + TERMS
