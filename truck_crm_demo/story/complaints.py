"""A year of complaints: most are solved, some too late, and some cry for help today."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from . import desk, escalations, interactions
from .cases import Book, Case, at_night
from .past import moment, set_back, set_back_messages

PAST = 104  # besides the clusters and what is open today
FIRST_CONTACT = 12
# Many of one batch: what, model, how many of its trucks, days ago (from, to).
CLUSTERS = (
    ("nox", "LT4250T7-560", 0.8, (150, 22)),
    ("battery_power", "LT4250E7-600", 0.65, (75, 21)),
)
# What can be settled in a call.
QUICK = ("other_app", "wait_info", "parts_price", "tbox", "invoice_wrong", "late_info")
# Somebody called, and somebody else of the same fleet wrote: of how many.
TWICE = 4
SERVICE, DEPUTY = "demo_service", "demo_service2"
# What is open: topic, customer, working hours ago, owner, state, steps done, share of
# the time until the answer, promises (words, due, done), more. Times of promises are
# working hours from now; "soon" ones are minutes, whatever the hour.
CURRENT = (
    ("cab_air", None, 0.4, SERVICE, "new", 0, None, (), {}),
    ("axle_seal", None, 1.1, DEPUTY, "new", 0, None, (), {}),
    ("late_truck", "KH0023", 8, SERVICE, "new", 1, None, (), {}),
    (
        *("parts_wait", None, 60, SERVICE, "in_progress", 3, 0.4),
        *((("配件到货", -40, -31),), {}),
    ),
    (
        *("gearbox_noise", None, 42.5, SERVICE, "in_progress", 2, 0.5),
        *((("给出故障原因书面说明", 6, None),), {}),
    ),
    (
        *("brake_air", None, 9, SERVICE, "in_progress", 2, 0.3),
        *((("配件到站并装车", "soon 35", None),), {}),
    ),
    (
        *("elec_drain", None, 5, SERVICE, "in_progress", 2, 0.4),
        *((("技术支持工程师到站诊断", "soon 55", None),), {}),
    ),
    ("fuel_use", None, 20, SERVICE, "waiting", 2, 0.6, (), {"wait": 16}),
    ("tyre", None, 7, DEPUTY, "in_progress", 1, 0.5, (), {}),
    (
        *("claim_refused", None, 27, DEPUTY, "in_progress", 3, 0.4),
        *((("旧件寄出送检", -9, -10), ("索赔审批结果答复", 9, None)), {}),
    ),
    (
        *("axle_balance", None, 14, SERVICE, "in_progress", 4, 0.3, ()),
        {"tasks": True},
    ),
    (
        *("lng_leak", None, 16, SERVICE, "in_progress", 5, 0.4),
        *((("提供替代车一台", -9, -10),), {}),
    ),
    (
        *("papers", None, 15, None, "in_progress", 2, 0.5),
        *((("合格证寄出", -5, -2),), {}),
    ),
    ("staff_rude", None, 6, None, "in_progress", 2, 0.5, (), {"accused": True}),
    ("staff_bribe", None, 3, None, "in_progress", 1, 0.6, (), {"accused": True}),
    (
        *("fire", None, 5, SERVICE, "in_progress", 3, 0.5),
        *((("提供替代车一台", -2, -3),), {}),
    ),
    (
        *("rescue_slow", "KH0005", 22, SERVICE, "in_progress", 3, 0.7),
        *((("书面说明寄出", 4, None),), {}),
    ),
    ("wait_info", None, 18, DEPUTY, "solved", 5, 0.4, (), {"solved": 0.3}),
    ("cab_noise", None, 30, DEPUTY, "solved", 5, 0.4, (), {"solved": 0.6}),
    ("invoice_wrong", None, 26, None, "solved", 5, 0.6, (), {"solved": 0.5}),
    ("repair_again", None, 20, SERVICE, "solved", 5, 0.4, (), {"solved": 0.7}),
    ("elec_meter", None, 34, DEPUTY, "solved", 5, 0.4, (), {"solved": 0.5}),
)
# Solved ones whose customers call again this morning.
REOPENED = {
    "repair_again": "客户来电：今天早上同样的故障灯又亮了。",
    "elec_meter": "客户来电：跑了三百公里，仪表又黑屏了一次。",
}
STRANGER = {
    "subject": "发动机异响无人处理！！",
    "description": "<p>我的车跑山路发动机哒哒响，打了两次电话没人管。"
    "请给个说法，电话13500001234。</p>",
    "contact_name": "老韦",
    "email_from": "laowei88@mail.example.com",
    "channel": "mail",
}
STRANGER_SINCE = timedelta(minutes=38)
TASKS = (
    ("quality", "旧件拆检，两天内给出鉴定结论", SERVICE),
    ("parts", "锁定加强型支架两套，专车发运", DEPUTY),
)
CALLS = {
    "5": "投诉回访：{contact}表示处理及时，非常满意。",
    "4": "投诉回访：{contact}表示问题已解决，对进度通报比较满意。",
    "3": "投诉回访：{contact}表示车修好了，但等的时间偏长。",
    "2": "投诉回访：{contact}对处理过程不满，希望补偿停运损失。",
    "1": "投诉回访：{contact}很不满意，表示下次购车会考虑其他品牌。",
}


def build(stage):
    """Tell of complaints, promises, escalations, duplicates, and of today."""
    stage.rng, stage.now = stage.random("complaints"), fields.Datetime.now()
    book, stage.numbers = Book(stage), {}
    past = [*_make_clusters(book), *_make_past(book), *_make_quick(book)]
    current = [(_make_current(book, *row), row) for row in CURRENT]
    stage.cases = _create(stage, past + _make_private(book))
    # so that nobody is told today of what was long ago
    desk.subscribe(stage)
    stage.cases |= _create(
        stage, [(case, case.prepare_vals(row[4], row[5])) for case, row in current]
    )
    stage.complaints = stage.env["truck.complaint"].union(*stage.cases.values())
    stage.opens = {row[0]: stage.cases[case] for case, row in current}
    _set_back(stage)
    _note_promises(stage)
    stage.complaints |= _create_stranger(stage)
    _merge(stage)
    escalations.climb_past(stage)
    _log_calls(stage)
    _live_today(stage)
    escalations.climb_now(stage)
    escalations.acknowledge(stage, stage.opens["claim_refused"])


# ------------------------------------------------------------
# WHAT HAS BEEN
# ------------------------------------------------------------


def _make_clusters(book):
    """Most trucks of the largest batch of two models have the same fault."""
    entries = []
    for key, code, share, (first, last) in CLUSTERS:
        model = book.stage.products[code].product_tmpl_id.truck_model_ids
        batches = {}
        for vehicle in book.vehicles:
            if vehicle.model_id == model:
                batch = vehicle.production_date.replace(day=1)
                batches.setdefault(batch, []).append(vehicle)
        ripe = book.stage.today - timedelta(days=first + 20)
        batches = {
            batch: [v for v in vehicles if v.delivery_date < ripe]
            for batch, vehicles in batches.items()
        }
        vehicles = max(batches.values(), key=len)
        number = max(round(len(vehicles) * share), min(len(vehicles), 4))
        for vehicle in book.rng.sample(vehicles, number):
            day = book.stage.today - timedelta(days=book.rng.randint(last, first))
            case = Case(book, key, at_night(book.rng, day), vehicle)
            entries.append(_finish(case))
    return entries


def _make_past(book):
    """The more trucks are on the road, the more there is to complain about."""
    topics = [row for row in book.topics.values() if int(row["weight"])]
    weights = [int(row["weight"]) for row in topics]
    entries, rng = [], book.rng
    while len(entries) < PAST:
        topic = rng.choices(topics, weights)[0]
        back = 21 + int(335 * rng.random() ** 1.25)
        case = _make_case(
            book, topic["key"], at_night(rng, book.stage.today - timedelta(days=back))
        )
        if case:
            entries.append(_finish(case))
    return entries


def _make_case(book, key, opened, ref=None):
    """Return the complaint of a customer, or of a dealer; None if none can have it."""
    topic, stage = book.topics[key], book.stage
    if topic["category"] == "sales_channel":
        dealers = [
            dealer
            for dealer in stage.dealers.values()
            if dealer.tier_id.is_reseller and dealer.state == "active"
        ]
        partner = book.rng.choice(dealers).partner_id
        return Case(book, key, opened, partner=partner)
    customer = ref and stage.customers[ref]
    vehicle = book.pick_vehicle(topic, opened.date(), customer)
    if vehicle:
        return Case(book, key, opened, vehicle)
    return customer and Case(book, key, opened, partner=customer)


def _finish(case):
    """Let a complaint of the past go well, or late, or come back."""
    rng = case.rng
    late = rng.random()
    case.answer(rng.uniform(1.3, 3.5) if late < 0.12 else rng.uniform(0.05, 0.45))
    if 0.08 < late < 0.2:
        share = rng.uniform(1.1, 1.5)
    elif late > 0.96:
        share = rng.uniform(1.6, 2.6)
    elif late < 0.7:
        share = rng.uniform(0.03, 0.18)
    else:
        share = rng.uniform(0.2, 0.85)
    if rng.random() < 0.06:
        case.reopen()
        share = max(share, rng.uniform(0.9, 1.7))
    case.solve(share)
    if rng.random() < 0.12:
        case.wait(rng.uniform(4, 8), rng.uniform(6, 20))
    for _number in range(rng.choice((0, 1, 1, 1, 2))):
        _promise(case)
    case.close(rng.uniform(3, 40))
    return case, case.prepare_vals("closed")


def _promise(case):
    """Promise something between answer and solution; four of five are kept."""
    book, rng = case.book, case.rng
    span = max((case.solved - case.answered).total_seconds(), 3600)
    done = case.answered + timedelta(seconds=round(span * rng.uniform(0.2, 0.95)))
    hours = rng.uniform(0.5, 5)
    due = book.later(done, hours)
    if rng.random() < 0.2:
        done, due = min(due, case.solved), done.replace(microsecond=0)
    case.promise(due, max(done, case.answered))


def _make_quick(book):
    """What one call was enough for."""
    entries, rng = [], book.rng
    while len(entries) < FIRST_CONTACT:
        day = book.stage.today - timedelta(days=rng.randint(21, 330))
        case = _make_case(book, rng.choice(QUICK), moment(rng, day))
        if case:
            case.vals["channel"] = "phone"
            case.answer(0.02).solve(rng.uniform(0.005, 0.02)).close(1)
            entries.append((case, case.prepare_vals("closed")))
    return entries


def _make_private(book):
    """Complaints about staff, which only the general manager reads."""
    entries = []
    for key, back in (("staff_rude", 170), ("staff_skill", 96), ("staff_rude", 47)):
        day = book.stage.today - timedelta(days=back)
        case = _make_case(book, key, moment(book.rng, day)).accuse()
        entries.append(_finish(case))
    return entries


# ------------------------------------------------------------
# TODAY
# ------------------------------------------------------------


def _make_current(
    book, key, ref, hours, login, _state, _steps, answered, promises, more
):
    """Return a complaint that is open today, or was so a moment ago."""
    opened = book.work.add(book.now, -hours * 3600).replace(microsecond=0)
    case = _make_case(book, key, opened, ref)
    if login:
        case.owner = book.stage.users[login]
        case.vals["user_id"] = case.owner.id
    case.vals["channel"] = "phone"
    if answered:
        case.answer(answered)
    for words, due, done in promises:
        case.promise(_at(book, due), done and _at(book, done), words)
    if "wait" in more:
        case.wait(more["wait"])
    if "solved" in more:
        case.solve(more["solved"])
    if "accused" in more:
        case.accuse()
    return case


def _at(book, time):
    """Return a moment: working hours from now, or minutes that are soon over."""
    if isinstance(time, str):
        return book.now + timedelta(minutes=int(time.split()[1]))
    return book.work.add(book.now, time * 3600).replace(microsecond=0)


def _create_stranger(stage):
    """A mail of somebody whom nobody knows: no customer, no owner."""
    mail = stage.env["truck.complaint"].create(
        {
            **STRANGER,
            "company_id": stage.company.id,
            "team_id": stage.desk.id,
            "user_id": False,
        }
    )
    mail.date_open = stage.now.replace(microsecond=0) - STRANGER_SINCE
    return mail


def _live_today(stage):
    """Two are opened again, and tasks are given to others."""
    service = stage.users[SERVICE]
    for key, reason in REOPENED.items():
        complaint = stage.opens[key]
        complaint.with_user(service)._reopen(reason)
    for kind, summary, login in TASKS:
        activity = stage.opens["axle_balance"].with_context(
            mail_activity_quick_update=True
        )
        activity.activity_schedule(
            f"truck_crm.mail_activity_type_complaint_{kind}",
            summary=summary,
            user_id=stage.users[login].id,
            date_deadline=stage.today + timedelta(days=1),
        )


# ------------------------------------------------------------
# RECORDS
# ------------------------------------------------------------


def _create(stage, entries):
    """Create complaints in their order, with their promises when they were made.

    :param entries: pairs of a case and its values
    :return: ``{case: complaint}``
    """
    entries.sort(key=lambda entry: entry[0].opened)
    for case, vals in entries:
        year = case.opened.year
        if year < stage.today.year:  # the sequence knows this year only
            stage.numbers[year] = stage.numbers.get(year, 0) + 1
            vals["name"] = f"TS{year % 100:02}{stage.numbers[year]:06}"
    Complaint = stage.env["truck.complaint"].with_context(tracking_disable=True)
    complaints = Complaint.create([vals for _case, vals in entries])
    complaints = complaints.with_env(stage.env)
    _date_promises(stage, complaints)
    cases = [case for case, _vals in entries]
    return dict(zip(cases, complaints, strict=True))


def _date_promises(stage, complaints):
    """Promises were made in the past, and their clocks began then."""
    promises = complaints.promise_ids
    if not promises:
        return
    set_back(
        {promise: promise.date_told for promise in promises},
        by=lambda promise: promise.user_id,
    )
    clocks = complaints.clock_ids.filtered("promise_id")
    works = clocks._get_works(complaints, [stage.now])
    for clock in clocks:
        start = clock.promise_id.date_told
        vals = {"date_start": start}
        if clock.date_done:
            done = max(clock.date_done, start)
            seconds = works[clock.complaint_id].between(start, done)
            vals["used_hours"] = round(seconds / 3600, 4)
        clock.write(vals)
    # when who is called next follows from it
    running = clocks.filtered(lambda clock: clock.state == "running")
    running.complaint_id._update_clocks()


def _set_back(stage):
    """They were entered when they came in."""
    taker = stage.users[DEPUTY]
    moments = {complaint: complaint.date_open for complaint in stage.complaints}
    trusted = stage.users["demo_gm"]
    set_back(moments, by=lambda c: trusted if c.is_confidential else taker)


def _note_promises(stage):
    """The chatter keeps what was promised first, as if it had been told then."""
    promises = {}
    for promise in stage.complaints.promise_ids.sorted("date_told", reverse=True):
        promises[promise.complaint_id] = promise
    notes = {row.id: promise._get_note() for row, promise in promises.items()}
    stage.complaints.browse(notes)._message_log_batch(notes)
    moments = {row: promise.date_told for row, promise in promises.items()}
    set_back_messages(moments, by=lambda row: row.user_id)


def _merge(stage):
    """Somebody else of a fleet complained about the same thing."""
    closed = [
        case
        for case, complaint in stage.cases.items()
        if complaint.state == "closed"
        and complaint.channel == "phone"
        and not complaint.is_confidential
    ]
    chosen = stage.rng.sample(closed, TWICE - 1)
    chosen.append(
        next(c for c, row in stage.cases.items() if row == stage.opens["parts_wait"])
    )
    moments = {}
    for case in chosen:
        survivor = stage.cases[case]
        when = case.opened + timedelta(minutes=stage.rng.randint(70, 240))
        duplicate = stage.env["truck.complaint"].create(
            {
                "subject": f"再次反映：{case.topic['subject']}",
                "description": survivor.description,
                "partner_id": survivor.partner_id.id,
                "vehicle_ids": [Command.set(survivor.vehicle_ids.ids)],
                "category_id": survivor.category_id.id,
                "company_id": stage.company.id,
                "channel": "web",
                "date_open": when,
                "user_id": stage.users[DEPUTY].id,
            }
        )
        duplicate._merge_into(survivor)
        moments |= {duplicate: when, survivor: when + timedelta(minutes=20)}
        stage.complaints |= duplicate
    set_back(
        {row: when for row, when in moments.items() if row.merged_into_id},
        by=stage.users[DEPUTY],
    )
    set_back_messages(moments, by=stage.users[DEPUTY])


def _log_calls(stage):
    """After it was closed, a third of the customers were called."""
    closed = [
        complaint
        for complaint in stage.cases.values()
        if complaint.state == "closed"
        and complaint.satisfaction
        and complaint.contact_id
        and not complaint.is_confidential
    ]
    interactions.log(
        stage,
        [
            {
                "partner_id": complaint.partner_id.id,
                "contact_ids": complaint.contact_id.ids,
                "user_id": complaint.user_id.id,
                "company_id": stage.company.id,
                "kind": "call_out",
                "date": complaint.date_closed,
                "duration": 0.1,
                "subject": "投诉回访",
                "content": CALLS[complaint.satisfaction].format(
                    contact=complaint.contact_id.name
                ),
                "result_id": stage.results["reached"].id,
                "complaint_id": complaint.id,
                "vehicle_id": complaint.vehicle_ids[:1].id,
            }
            for complaint in stage.rng.sample(closed, len(closed) // 3)
        ],
    )
