"""What has changed in the year: territories, dealers, and a customer entered twice."""

from datetime import timedelta

from odoo.fields import Command

from . import channel, customers, territories
from .past import moment, set_back, set_back_messages
from .people import mail

RECUT = 158  # days ago
# Who was terminated, who took over, and how many days ago.
ENDED, SUCCESSOR, END = "HZ04", "HZ", 75
REASON = (
    "连续两年未完成销售目标，且拖欠配件款；双方协商终止授权，客户由湖北楚腾直接服务。"
)
# Entered once more under a short name, and found out.
TWICE, MERGED = "KH0001", 96


def build(stage):
    """Enter everybody in the past, then tell what has changed since."""
    stage.rng = stage.random("changes")
    customers.enter_in_the_past(stage)
    _set_back_dealers(stage)
    _recut(stage)
    _move_dealers(stage)
    _terminate(stage)
    _merge(stage)


def _set_back_dealers(stage):
    """Let the dealers stand in the channel since they came."""
    moments = {}
    for dealer in stage.dealers.values():
        since = stage.days[dealer.partner_id]
        dealer.history_ids.date_from = since
        moments[dealer] = moment(stage.rng, since)
    set_back(moments, by=stage.users["demo_manager"])


def _recut(stage):
    """Split off two territories; their customers move, some to another salesperson."""
    territories.add_parts(stage, territories.NEW_PARTS)
    manager = stage.users["demo_manager"]
    recut = stage.env["truck.territory.recut"].with_user(manager)
    parts = [stage.territories[code].id for code, *_rest in territories.NEW_PARTS]
    recut = recut.create({"is_handover": True, "territory_ids": parts})
    recut.action_show()
    recut.action_apply()
    history = stage.env["truck.territory.history"].search(
        [("changed_by_id", "=", manager.id)]
    )
    day = stage.today - timedelta(days=RECUT)
    history.date = day
    set_back(dict.fromkeys(history, moment(stage.rng, day)), by=manager)


def _move_dealers(stage):
    """Place dealers under the agent under whom they stand today."""
    for code, (_before, back) in channel.MOVED.items():
        dealer = stage.dealers[code]
        dealer.parent_id = stage.dealers[stage.channel[code]["parent"]]
        day = stage.today - timedelta(days=back)
        dealer.history_ids.filtered("date_to").date_to = day
        dealer.history_ids.filtered(lambda row: not row.date_to).date_from = day


def _terminate(stage):
    """End the relation with a dealer, by the hand of the sales director."""
    manager = stage.users["demo_manager"]
    day = stage.today - timedelta(days=END)
    dealer, successor = stage.dealers[ENDED], stage.dealers[SUCCESSOR]
    wizard = stage.env["truck.dealer.terminate"].with_user(manager)
    wizard = wizard.create(
        {
            "dealer_ids": [Command.set(dealer.ids)],
            "successor_id": successor.id,
            "date": day,
            "reason": REASON,
        }
    )
    wizard.action_confirm()
    when = moment(stage.rng, day)
    set_back_messages({dealer: when, successor: when}, by=manager)


def _merge(stage):
    """Make one of a customer and his double, with the contact of both."""
    customer = stage.customers[TWICE]
    double = stage.env["res.partner"].create(
        {
            "name": customer.name[:6] + "公司",
            "is_company": True,
            "company_id": stage.company.id,
            "email": mail("wuliu", customers.domain({"ref": TWICE})),
            **stage.place(customer.city),
            "truck_dealer_id": customer.truck_dealer_id.id,
            "child_ids": [
                Command.create(
                    {
                        **stage.people.person(customers.domain({"ref": TWICE})),
                        "company_id": stage.company.id,
                        "lang": "zh_CN",
                        "function": "调度主管",
                        "truck_attitude": "neutral",
                        "truck_influence": "low",
                    }
                )
            ],
        }
    )
    wizard = stage.env["base.partner.merge.automatic.wizard"]
    wizard._merge((double | customer).ids, customer)
    when = moment(stage.rng, stage.today - timedelta(days=MERGED))
    set_back_messages({customer: when}, by=stage.users["demo_service"])
