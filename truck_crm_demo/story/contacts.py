"""The people at the customers: who buys, who pays, who decides."""

from . import customers, personal

# job: (buying roles, authority, influence, department)
JOBS = {
    "董事长": (("approver",), "alone", "high", "总经理办公室"),
    "总经理": (("decider", "approver"), "limited", "high", "总经理办公室"),
    "财务总监": (("influencer", "approver"), "limited", "medium", "财务部"),
    "采购经理": (("buyer", "initiator"), "recommends", "medium", "采购部"),
    "车队队长": (("user", "initiator"), "recommends", "low", "车队管理部"),
}
# Whom one knows where so many are known.
KNOWN = {
    "0": (),
    "1": ("总经理",),
    "2": ("采购经理", "车队队长"),
    "5": tuple(JOBS),
}
ATTITUDES = ("supporter", "favourable", "neutral", "sceptical", "opponent")
# They deal with the salespeople of other makes as well.
WEIGHTS = {True: (1, 3, 5, 3, 1), False: (4, 6, 4, 2, 1)}
# department: (belongs to, people per ten trucks, what it decides)
DEPARTMENTS = {
    "总经理办公室": (None, 1, "年度购车预算与重大合同审批"),
    "采购部": ("总经理办公室", 1, "车辆、轮胎、油气与保险的招标采购"),
    "财务部": ("总经理办公室", 1, "付款、分期与运费结算"),
    "运营部": ("总经理办公室", 2, "客户合同与线路调度"),
    "车队管理部": ("运营部", 9, "驾驶员管理，车辆选型意见"),
    "调度中心": ("运营部", 2, "派车、在途跟踪"),
    "安全部": ("总经理办公室", 1, "安全教育、动态监控"),
    "维修车间": ("车队管理部", 2, "二级维护与小修"),
}
ORGANISED = 10  # so many have told of their departments


def build(stage):
    """Make the contacts, and the departments of the best known customers."""
    rng = stage.random("contacts")
    places = [
        (ref, job)
        for ref, row in stage.customer_rows.items()
        for job in KNOWN[row["people"]]
        if row["kind"] == "fleet"
    ]
    persons = stage.env["res.partner"].create(
        [_prepare_vals(stage, *place, rng) for place in places]
    )
    stage.contacts = dict(zip(places, persons, strict=True))
    for (ref, _job), person in stage.contacts.items():
        stage.days[person] = stage.days[stage.customers[ref]]
    _organise(stage)


def _prepare_vals(stage, ref, job, rng):
    row, (roles, authority, influence, _department) = (
        stage.customer_rows[ref],
        JOBS[job],
    )
    is_prospect = row["trucks"] == "0"
    attitude = rng.choices(ATTITUDES, WEIGHTS[is_prospect])[0]
    is_vague = row["people"] != "5" and rng.random() < 0.3
    vals = {
        **stage.people.person(customers.domain(row), personal.NAMES.get((ref, job))),
        "parent_id": stage.customers[ref].id,
        "company_id": stage.company.id,
        "lang": "zh_CN",
        "function": job,
        "user_id": stage.customers[ref].user_id.id,
        "truck_buying_role_ids": [
            stage.env.ref(f"truck_crm.truck_buying_role_{role}").id for role in roles
        ],
        "truck_authority": authority,
        "truck_influence": influence,
        "truck_attitude": not is_vague and attitude,
    }
    if job != "车队队长":
        vals["phone"] = stage.people.phone(stage.cities[row["city"]])
    return vals


def _organise(stage):
    """Enter the trees of departments, from above, with their heads and people."""
    Department = stage.env["truck.partner.department"]
    refs = [ref for ref, row in stage.customer_rows.items() if row["people"] == "5"]
    refs = refs[:ORGANISED]
    made = {}
    for sequence, (name, (above, share, duties)) in enumerate(DEPARTMENTS.items()):
        departments = Department.create(
            [
                {
                    "partner_id": stage.customers[ref].id,
                    "name": name,
                    "sequence": sequence,
                    "parent_id": above and made[ref, above].id,
                    "head_id": _get_head(stage, ref, name),
                    "head_count": max(
                        2, int(stage.customer_rows[ref]["fleet"]) * share // 10
                    ),
                    "duties": duties,
                }
                for ref in refs
            ]
        )
        made |= {
            (ref, name): department
            for ref, department in zip(refs, departments, strict=True)
        }
    for ref in refs:
        for job, (*_rest, name) in JOBS.items():
            stage.contacts[ref, job].truck_department_id = made[ref, name]


def _get_head(stage, ref, name):
    """Return the id of who leads a department, if it is one of the contacts."""
    jobs = [job for job, (*_rest, department) in JOBS.items() if department == name]
    return jobs and stage.contacts[ref, jobs[0]].id
