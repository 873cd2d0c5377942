"""How important each customer is: our strategy, the grades of each month, one by hand.

The figures are reckoned as of days of the past, by the method of the nightly job, so
that the movements from grade to grade have come about as they do in real life.
"""

from datetime import timedelta

from odoo.addons.truck_crm.models.truck_customer_metrics_source import Scope

from .past import moment, set_back

# What we want with some, by customer number or code of the dealer.
STRATEGIES = {
    "lighthouse": ("KH0006", "KH0064", "KH0066", "KH0087", "HN"),
    "entry": ("KH0011", "KH0063", "KH0136", "KH0069"),
    "phase_out": ("KH0009", "KH0010"),
}
REFRESHED = (92, 61, 33, 12, 4)  # days ago
# Who is graded by hand: days ago, grade, days from today, why.
BY_HAND = "KH0002"
OVERRIDE = (
    *(11, "a", 80),
    "本地混凝土行业标杆，正在谈30台新能源搅拌车框架协议，谈判期间按A级服务",
)


def build(stage):
    """Grade the customers month by month, and one by the hand of the sales director."""
    stage.rng = stage.random("grades")
    for number, back in enumerate(REFRESHED):
        day = stage.today - timedelta(days=back)
        _refresh(stage, day)
        if not number:
            _decide(stage)
        if back > OVERRIDE[0] >= REFRESHED[number + 1]:
            _grade_by_hand(stage)


def _refresh(stage, day):
    """Reckon figures and grades as they were on a day."""
    Metrics = stage.env["truck.customer.metrics"]
    stage.env.flush_all()
    Metrics._write_rows(Scope(), moment(stage.rng, day))
    Metrics._grade(None, day)
    stage.env.invalidate_all()
    _set_back_history(stage, day, stage.users["demo_admin"])


def _set_back_history(stage, day, user):
    """Let the newest movements be of a day."""
    history = stage.env["truck.customer.grade.history"].search(
        [("create_date", ">=", stage.env.cr.now())]
    )
    if history:
        history.write({"date": day, "changed_by_id": user.id})
        set_back(dict.fromkeys(history, moment(stage.rng, day)), by=user)


def _decide(stage):
    """Note what we want with some of the customers."""
    Standing = stage.env["truck.customer.standing"]
    rows = Standing.create(
        [
            {
                "partner_id": _get_partner(stage, code).id,
                "company_id": stage.company.id,
                "strategy_id": stage.env.ref(
                    f"truck_crm.truck_customer_strategy_{strategy}"
                ).id,
            }
            for strategy, codes in STRATEGIES.items()
            for code in codes
        ]
    )
    day = stage.today - timedelta(days=REFRESHED[0])
    manager = stage.users["demo_manager"]
    set_back(dict.fromkeys(rows, moment(stage.rng, day)), by=manager)
    _set_back_history(stage, day, manager)


def _get_partner(stage, code):
    dealer = stage.dealers.get(code)
    return dealer.partner_id if dealer else stage.customers[code]


def _grade_by_hand(stage):
    """Let the sales director set a grade, with a reason and an end."""
    back, grade, ahead, reason = OVERRIDE
    manager = stage.users["demo_manager"]
    partner = stage.customers[BY_HAND]
    Standing = stage.env["truck.customer.standing"].with_user(manager)
    row = Standing.create(
        {
            "partner_id": partner.id,
            "company_id": stage.company.id,
            "override_grade_id": stage.env.ref(
                f"truck_crm.truck_customer_grade_{grade}"
            ).id,
            "override_reason": reason,
            "override_until": stage.today + timedelta(days=ahead),
        }
    )
    day = stage.today - timedelta(days=back)
    set_back({row.sudo(): moment(stage.rng, day)}, by=manager)
    _set_back_history(stage, day, manager)
    rows = stage.env["truck.customer.metrics"].search([("partner_id", "=", partner.id)])
    rows.grade_date = day
