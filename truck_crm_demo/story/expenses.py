"""What the customers cost besides their trucks: repairs, stands at fairs, dinners."""

from datetime import timedelta

from odoo.fields import Command

from .past import moment, set_back

# What was spent for a buyer, as a share of what he was charged; one buyer after the
# other. Now and then a customer costs more than he brings.
SHARES = (0, 0.012, 0.085, 0.004, 0.06, 0.008, 0, 0.21, 0.02, 0)
WHY = ("三包期内上门服务费", "客户培训与技术支持", "展会与推介会分摊", "车辆返修拖运费")


def build(stage):
    """Post one entry per buyer who has cost something."""
    stage.rng = stage.random("expenses")
    revenue = {}
    for invoice in stage.invoices.values():
        buyer = invoice.commercial_partner_id
        revenue[buyer] = revenue.get(buyer, 0) + invoice.amount_untaxed
    accounts = _get_accounts(stage)
    costs = {
        buyer: round(amount * SHARES[number % len(SHARES)], -2)
        for number, (buyer, amount) in enumerate(revenue.items())
    }
    moves = stage.env["account.move"].create(
        [
            _prepare_vals(stage, buyer, cost, accounts)
            for buyer, cost in costs.items()
            if cost > 0
        ]
    )
    moves.action_post()
    moments = {move: moment(stage.rng, move.date) for move in moves}
    set_back(moments, by=stage.users["demo_account"])


def _get_accounts(stage):
    """Return the accounts of the cost, and of who was owed for it, and the journal."""
    Account, Journal = stage.env["account.account"], stage.env["account.journal"]
    expense, owed = (
        Account.search(
            [("company_ids", "in", stage.company.ids), ("account_type", "=", kind)],
            limit=1,
        )
        for kind in ("expense", "liability_current")
    )
    journal = Journal.search(
        [("type", "=", "general"), ("company_id", "=", stage.company.id)], limit=1
    )
    return expense, owed, journal


def _prepare_vals(stage, buyer, cost, accounts):
    why = stage.rng.choice(WHY)
    expense, owed, journal = accounts
    return {
        "move_type": "entry",
        "journal_id": journal.id,
        "date": stage.today - timedelta(days=stage.rng.randint(5, 300)),
        "ref": f"{why}：{buyer.name}",
        "line_ids": [
            Command.create(
                {
                    "account_id": account.id,
                    "partner_id": partner.id,
                    "name": why,
                    "balance": balance,
                }
            )
            for account, partner, balance in (
                (expense, buyer, cost),
                (owed, stage.env["res.partner"], -cost),
            )
        ],
    }
