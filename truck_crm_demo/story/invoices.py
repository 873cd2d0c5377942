"""What was delivered is charged; most of it has been paid."""

from datetime import timedelta

from . import returns
from .past import moment, set_back, set_back_messages


def build(stage):
    """Make invoices in order of time, then the payments and the credit note."""
    charged = sorted(
        (sale for sale in stage.sales if sale.invoiced), key=lambda sale: sale.invoiced
    )
    stage.invoices = dict(zip(charged, _charge(stage, charged), strict=True))
    _receive_payments(stage)
    _credit_returns(stage)


def _charge(stage, charged):
    """Post one invoice per sale, of its day."""
    orders = stage.env["sale.order"].union(*(stage.orders[sale] for sale in charged))
    created = orders._create_invoices(grouped=True)
    by_order = created.grouped(lambda move: move.line_ids.sale_line_ids.order_id)
    invoices = [by_order[stage.orders[sale]] for sale in charged]
    for sale, invoice in zip(charged, invoices, strict=True):
        invoice.invoice_date = sale.invoiced
    _post(stage, dict(zip(invoices, (sale.invoiced for sale in charged), strict=True)))
    return invoices


def _post(stage, days):
    stage.env["account.move"].union(*days).action_post()
    moments = {move: moment(stage.rng, day) for move, day in days.items()}
    set_back(moments, by=stage.users["demo_account"])


def _receive_payments(stage):
    """Register what came in, one bank statement after the other."""
    statements = {}
    for sale, invoice in stage.invoices.items():
        if sale.paid:
            key = sale.paid, invoice.id if sale.share_paid < 1 else 0
            statements.setdefault(key, []).append(sale)
    moments = {}
    for (day, _single), sales in sorted(statements.items(), key=lambda item: item[0]):
        for payment in _pay(stage, day, sales):
            moments[payment] = moment(stage.rng, day)
    set_back(moments, by=stage.users["demo_account"])
    entries = {payment.move_id: when for payment, when in moments.items()}
    set_back(entries, by=stage.users["demo_account"])
    _tell_orders(stage)


def _tell_orders(stage):
    """What the orders say of their payment was said when the money came."""
    moments = {
        stage.orders[sale]: moment(stage.rng, sale.paid)
        for sale in stage.invoices
        if sale.paid
    }
    set_back_messages(moments, by=stage.users["demo_account"])


def _pay(stage, day, sales):
    """Register the payments of one day; a part of an invoice comes alone.

    :return: the payments
    """
    invoices = stage.env["account.move"].union(*(stage.invoices[s] for s in sales))
    wizard = (
        stage.env["account.payment.register"]
        .with_context(
            active_model="account.move", active_ids=invoices.ids, tracking_disable=True
        )
        .create({"payment_date": day, "journal_id": stage.bank.id})
    )
    if sales[0].share_paid < 1:
        part = invoices.currency_id.round(invoices.amount_total * sales[0].share_paid)
        wizard.custom_user_amount = part
        wizard.amount = part
    # Back to one environment: Odoo looks through all that are alive for each new one.
    return wizard._create_payments().with_env(stage.env)


def _credit_returns(stage):
    """What came back after it was charged is credited, and nobody owes it any more."""
    for sale, invoice in stage.invoices.items():
        if sale.kind != "returned":
            continue
        day = returns.take_back(stage, sale)
        credit = stage.orders[sale]._create_invoices(final=True)
        credit.invoice_date = day + timedelta(days=1)
        _post(stage, {credit: credit.invoice_date})
        lines = (invoice | credit).line_ids
        lines.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
