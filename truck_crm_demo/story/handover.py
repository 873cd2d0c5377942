"""The largest fleets come to the key-account manager, with what is open with them."""

from datetime import timedelta

from .past import moment, set_back_messages

TRUCKS = 6  # who bought so many is a key account
BACK = 75  # days ago
REASON = "年采购量达到大客户标准，由大客户经理统一服务"


def build(stage):
    """Let the sales director reassign them, leads and quotations included."""
    manager, key = stage.users["demo_manager"], stage.users["demo_key"]
    fleets = [
        stage.customers[ref]
        for ref, row in stage.customer_rows.items()
        if int(row["trucks"]) >= TRUCKS
    ]
    stage.former = {partner: partner.user_id for partner in fleets}
    wizard = stage.env["truck.customer.reassign"].with_user(manager)
    wizard = wizard.with_context(tracking_disable=True).create(
        {
            "partner_ids": [partner.id for partner in fleets],
            "user_id": key.id,
            "reason": REASON,
        }
    )
    wizard.action_confirm()
    rng = stage.random("handover")
    stage.handover = stage.today - timedelta(days=BACK)
    when = moment(rng, stage.handover)
    set_back_messages(dict.fromkeys(fleets, when), by=manager)
