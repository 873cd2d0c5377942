"""The manufacturer 龙腾重卡 in Liuzhou: books, warehouse, features."""

import base64

from odoo.tools import file_open

from .stage import TIMEZONE, rows

# What the lists and documents of a truck maker show; switches in the settings.
FEATURES = (
    "stock.group_production_lot",
    "stock.group_lot_on_delivery_slip",
    "sale.group_discount_per_so_line",
    "crm.group_use_lead",
)


def build(stage):
    """Make the company with its books and its yard."""
    stage.enter(_create_company(stage))
    _open_books(stage)
    _set_up_yard(stage)
    _number_customers(stage)
    employees = stage.env.ref("base.group_user")
    for feature in FEATURES:
        employees._apply_group(stage.env.ref(feature))


def _create_company(stage):
    company = stage.env["res.company"].create(
        {
            "name": "龙腾重卡",
            "country_id": stage.env.ref("base.cn").id,
            "state_id": stage.state("桂").id,
            "city": "柳州市",
            "street": "柳东新区龙腾大道1号",
            "zip": "545616",
            "phone": "+86 400 000 0772",
            "email": "info@longteng.example.com",
            "website": "https://longteng.example.com",
            "currency_id": stage.env.ref("base.CNY").id,
        }
    )
    company.partner_id.write({"tz": TIMEZONE, "lang": "zh_CN"})
    # whoever is entered here, not the language in which the database was made
    stage.env["ir.default"].set("res.partner", "lang", "zh_CN", company_id=company.id)
    company.resource_calendar_id.tz = TIMEZONE
    with file_open("truck_crm_demo/static/img/logo.png", "rb") as file:
        company.logo = base64.b64encode(file.read())
    return company


def _open_books(stage):
    """Load the Chinese chart of accounts; the bank counts money as it comes in."""
    # Not try_loading: it warns of registries that are still loading, for the sake of
    # modules that come after; in a hook that depends on the chart there is no danger.
    stage.env["account.chart.template"]._load("cn", stage.company, install_demo=False)
    stage.bank = stage.env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", stage.company.id)], limit=1
    )
    # Without an account, payments are only notes until a statement is imported.
    for line in stage.bank.inbound_payment_method_line_ids:
        line.payment_account_id = stage.bank.default_account_id


def _set_up_yard(stage):
    stage.warehouse = stage.env["stock.warehouse"].create(
        {
            "name": "柳州成品车库",
            "code": "LZ",
            "company_id": stage.company.id,
            "partner_id": stage.company.partner_id.id,
        }
    )


def _number_customers(stage):
    """The customers of the story have numbers of the company; so will the next ones."""
    last = max(row["ref"] for row in rows("customers"))
    stage.env["ir.sequence"].create(
        {
            "name": "客户编号",
            "code": "truck.customer",
            "prefix": "KH",
            "padding": 4,
            "number_next": int(last[2:]) + 1,
            "company_id": stage.company.id,
        }
    )
