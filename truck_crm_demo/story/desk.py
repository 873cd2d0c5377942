"""Who answers complaints: teams, working days, ladders, and who follows what."""

import base64
from datetime import date, timedelta

from odoo.fields import Command

from odoo.addons.truck_crm.wizards.truck_working_day_load import chinese_calendar

from .stage import TIMEZONE, rows

HOURS = ((8.5, 12, "morning"), (13.5, 17.5, "afternoon"))
WEEK = ("周一", "周二", "周三", "周四", "周五")
# Of the second team: complaints about these come to it.
CLAIMS = ("parts", "service_warranty", "service_bill")
# Who wants to hear of new complaints: login, field, code or number.
SUBSCRIPTIONS = (
    ("demo_key", "partner_id", "KH0087"),
    ("demo_key", "partner_id", "KH0066"),
    ("demo_user", "dealer_id", "HN01"),
    ("demo_user2", "dealer_id", "HZ"),
    ("demo_manager", "category_id", "sales"),
    ("demo_manager", "category_id", "accident"),
    ("demo_service", "category_id", "aftertreatment"),
)
# The ladder of the best customers, whatever they complain about: name, height, clock,
# timing, value, whom, more.
LADDER = (
    ("还剩四分之一时间：提醒负责人", 0, "all", "percent", 75, "owner", {}),
    ("首次答复超时：团队负责人", 1, "response", "after", 0, "leader", {}),
    (
        *("一个工作日未解决：经销商服务经理", 1, "solution", "percent", 33),
        *("dealer_staff", {"role": "service_manager"}),
    ),
    ("承诺未兑现：负责人的上级", 2, "promise", "after", 0, "manager", {}),
    ("解决超时：负责人的上级", 2, "solution", "after", 0, "manager", {}),
    ("超时半天：区域业务负责人", 3, "solution", "after", 4, "dealer_user", {}),
    ("超时一个工作日：逐级直到总经理", 4, "all", "after", 7.5, "chain", {}),
)


def category(stage, name):
    """Return a category of complaints by the end of its XML id."""
    return stage.env.ref(f"truck_crm.truck_complaint_category_{name}")


def build(stage):
    """Set up the service desk."""
    _set_hours(stage)
    _load_days(stage)
    _create_teams(stage)
    _create_policy(stage)
    _create_cluster_policy(stage)


def _set_hours(stage):
    """The desk works from half past eight to half past five, with a lunch."""
    stage.hours = stage.env["resource.calendar"].create(
        {
            "name": "客户服务中心（8:30–17:30）",
            "company_id": stage.company.id,
            "tz": TIMEZONE,
            "attendance_ids": [
                Command.create(
                    {
                        "name": f"{name}{'上午' if period == 'morning' else '下午'}",
                        "dayofweek": str(weekday),
                        "hour_from": first,
                        "hour_to": last,
                        "day_period": period,
                    }
                )
                for weekday, name in enumerate(WEEK)
                for first, last, period in HOURS
            ],
        }
    )


def _load_days(stage):
    """Load the holidays of the years that the story touches, as an administrator does.

    From the library where it is there, else from ``data/holidays.csv``.
    """
    admin = stage.users["demo_admin"]
    Load = stage.env["truck.working.day.load"].with_user(admin).sudo(False)
    for year in (stage.today.year - 1, stage.today.year):
        vals = {"year": year, "company_id": stage.company.id, "source": "library"}
        if not _is_in_library(year):
            lines = ["day,kind,name", *(",".join(row) for row in _get_days(year))]
            content = base64.b64encode("\n".join(lines).encode())
            vals |= {"source": "file", "file": content}
        Load.create(vals).action_load()


def _is_in_library(year):
    known = chinese_calendar.holidays if chinese_calendar else ()
    return any(day.year == year for day in known)


def _get_days(year):
    """Return the days of a year; one that the table lacks has its fixed ones only."""
    spans = [
        (date.fromisoformat(row["first"]), date.fromisoformat(row["last"]), row)
        for row in rows("holidays")
        if row["first"].startswith(str(year))
    ]
    if not spans:
        fixed = (((1, 1), "元旦"), ((5, 1), "劳动节"), ((10, 1), "国庆节"))
        return [(date(year, *day).isoformat(), "休", name) for day, name in fixed]
    return [
        ((first + timedelta(days=day)).isoformat(), row["kind"], row["name"])
        for first, last, row in spans
        for day in range((last - first).days + 1)
    ]


def _create_teams(stage):
    service, deputy = stage.users["demo_service"], stage.users["demo_service2"]
    Team = stage.env["truck.complaint.team"]
    # one that the company had from its beginning
    stage.desk = Team._get_default(stage.company)
    stage.claims = Team.create({"name": "配件与索赔组", "company_id": stage.company.id})
    stage.desk.name = "客户服务中心"
    for sequence, (team, leader) in enumerate(
        ((stage.desk, service), (stage.claims, deputy)), start=1
    ):
        team.write(
            {
                "calendar_id": stage.hours.id,
                "sequence": sequence,
                "user_id": leader.id,
                "member_ids": [Command.set((service | deputy).ids)],
            }
        )
    for name in CLAIMS:
        category(stage, name).team_id = stage.claims


def _create_policy(stage):
    """The best customers are answered sooner, and more people hear of it."""
    policy = stage.env["truck.escalation.policy"].create(
        {
            "name": "A级客户：优先处理",
            "sequence": 15,
            "company_id": stage.company.id,
            "grade_ids": [
                Command.set(stage.env.ref("truck_crm.truck_customer_grade_a").ids)
            ],
            "response_hours": 2,
            "solution_hours": 22.5,
            "use_response_factor": False,
            "ack_hours": 15,
            "level_ids": [
                Command.create(_prepare_level_vals(stage, number, *level))
                for number, level in enumerate(LADDER, 1)
            ],
        }
    )
    policy.action_start()


def _prepare_level_vals(
    stage, number, name, height, clock, timing, value, target, more
):
    role = more.get("role")
    return {
        "name": name,
        "sequence": number * 10,
        "height": height,
        "clock": clock,
        "timing": timing,
        "timing_value": value,
        "target": target,
        "role_id": role and stage.env.ref(f"truck_crm.truck_dealer_role_{role}").id,
        "by_activity": height > 1,
    }


def subscribe(stage):
    """Let people follow customers, branches and topics."""
    places = {"partner_id": stage.customers, "dealer_id": stage.dealers}
    stage.env["truck.complaint.subscription"].create(
        [
            {
                "user_id": stage.users[login].id,
                name: (
                    places[name][code] if name in places else category(stage, code)
                ).id,
            }
            for login, name, code in SUBSCRIPTIONS
        ]
    )


def _create_cluster_policy(stage):
    stage.cluster_policy = stage.env["truck.complaint.cluster.policy"].create(
        {
            "name": "批次质量预警",
            "company_id": stage.company.id,
            "user_id": stage.users["demo_service"].id,
        }
    )
