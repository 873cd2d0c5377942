"""Faults that are no chance: what the alert has found, and the recall of a batch."""

from datetime import timedelta

from odoo.tools import plaintext2html

from .past import moment, set_back, set_back_messages

BEGUN = 9  # days ago
REASON = "旧件鉴定：尿素泵A版回流阀密封圈耐腐蚀不足，同批次需全部更换为B版。"
NAME = "尿素泵A版密封圈批次召回"
TEXT = (
    "2026款国六车型部分批次装配的A版尿素泵，回流阀密封圈耐腐蚀不足，可能导致尿素喷嘴结晶"
    "并触发限扭。请通知客户预约进站，免费更换B版尿素泵，单车作业约两小时。"
)
SUBJECT = "关于免费更换尿素泵的通知"
NOTICE = (
    "尊敬的客户：\n您的车辆属于尿素泵召回批次，可能出现限扭。请联系就近服务站预约，"
    "免费更换，约两小时完成，来回油费由我公司补贴。服务热线 400 000 0772。"
)
# How far the vehicles are, one after the other.
STATES = ("done", "informed", "done", "appointment", "done", "informed", "unreachable")
NOTES = {
    "done": "已更换B版尿素泵，路试合格",
    "appointment": "客户要求周末进站",
    "informed": "已通知，等客户排班",
    "unreachable": "电话三次无人接听，短信未回",
}


def build(stage):
    """Find the clusters, confirm the first one, and recall its batch."""
    stage.rng = stage.random("emergencies")
    stage.env.flush_all()
    Cluster = stage.env["truck.complaint.cluster"]
    clusters = Cluster._find(stage.company, stage.cluster_policy)
    batches = clusters.filtered("batch").sorted("probability")
    fault = stage.env.ref("truck_crm.truck_complaint_category_aftertreatment")
    cluster = batches.filtered(lambda row: row.category_id == fault)[:1]
    service = stage.users["demo_service"]
    if cluster:
        _confirm(stage, cluster, service)
    emergency = _recall(stage, cluster, service)
    _notify(stage, emergency)
    _work_off(stage, emergency)


def _confirm(stage, cluster, service):
    """The alert rang some days ago; the works have found the cause."""
    day = stage.today - timedelta(days=BEGUN + 3)
    cluster.with_user(service).sudo().write({"reason": REASON})
    cluster.with_user(service).sudo().action_confirm()
    cluster.date = day
    when = moment(stage.rng, day)
    set_back({cluster: when}, by=service)
    set_back_messages({cluster: when + timedelta(days=2)}, by=service)


def _recall(stage, cluster, service):
    """Begin the recall: of the batch, as it stands in the alert."""
    vals = {"name": NAME, "kind": "recall", "company_id": stage.company.id}
    if cluster:
        vals = {**cluster._prepare_emergency_vals(), **vals}
    else:  # chance has found none: all of the first batch
        vehicle = stage.opens["parts_wait"].vehicle_ids[:1]
        vals["production_from"] = vehicle.production_date.replace(day=1)
        vals["model_ids"] = [(6, 0, vehicle.model_id.ids)]
    emergency = stage.env["truck.emergency"].create(
        {
            **vals,
            "user_id": service.id,
            "date": stage.today - timedelta(days=BEGUN),
            "description": plaintext2html(TEXT),
            "notice_subject": SUBJECT,
            "notice_body": plaintext2html(NOTICE),
        }
    )
    cluster.emergency_id = emergency
    emergency.action_fill()
    emergency.action_start()
    when = moment(stage.rng, stage.today - timedelta(days=BEGUN))
    set_back({emergency: when}, by=service)
    return emergency


def _notify(stage, emergency):
    """Mail half of the customers; no mail leaves the demo."""
    when = moment(stage.rng, stage.today - timedelta(days=BEGUN - 1))
    half = (emergency.customer_count + 1) // 2
    notices = stage.env["truck.emergency.notice"]._claim(emergency, half)
    told = notices.filtered(lambda notice: notice.state == "queued")
    told._queue()
    told.mail_id.write({"state": "sent"})
    emergency._mark_informed(told)
    emergency.line_ids.filtered("date_informed").date_informed = when.date()
    set_back(dict.fromkeys(notices, when), "date", by=stage.users["demo_service"])


def _work_off(stage, emergency):
    """Note of each vehicle how far it is, and who complained before."""
    informed = emergency.line_ids.filtered(lambda line: line.state == "informed")
    known = {
        vehicle: complaint
        for complaint in stage.complaints
        if complaint.category_id == emergency.category_id
        for vehicle in complaint.vehicle_ids
    }
    lines = informed | emergency.line_ids
    for number, line in enumerate(lines):
        state = STATES[number % len(STATES)]
        if line not in informed and state in ("done", "appointment", "informed"):
            state = "todo"
        back = stage.rng.randint(1, BEGUN - 3)
        vals = {"state": state, "note": NOTES.get(state)}
        if state == "done":
            vals["date_done"] = stage.today - timedelta(days=back)
        if state in ("done", "appointment", "informed"):
            vals["date_informed"] = line.date_informed
        if state in ("done", "appointment"):
            vals["dealer_id"] = line.partner_id.truck_dealer_id.id
        if state == "appointment":
            day = stage.today + timedelta(days=3)
            vals["date_appointment"] = moment(stage.rng, day)
        vals["complaint_id"] = known.get(line.vehicle_id, line.complaint_id).id
        line.write(vals)
