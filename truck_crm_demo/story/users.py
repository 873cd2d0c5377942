"""One login per role, from the salesperson up to the general manager."""

from .people import mail
from .stage import TIMEZONE

SALES = "truck_crm.truck_crm_group_user"
MANAGER = "truck_crm.truck_crm_group_manager"
# login: (name, what he is, chief, deputy, groups)
STAFF = {
    "demo_gm": (
        *("龙振邦", "总经理", None, "demo_manager"),
        (
            MANAGER,
            "account.group_account_readonly",
            "truck_crm.truck_crm_group_confidential",
        ),
    ),
    "demo_manager": (
        *("韦国栋", "销售总监", "demo_gm", "demo_key"),
        (MANAGER, "account.group_account_readonly"),
    ),
    "demo_key": (
        *("莫晓燕", "大客户经理", "demo_manager", "demo_user"),
        (
            "truck_crm.truck_crm_group_key_account",
            "truck_crm.truck_crm_group_personal_data",
        ),
    ),
    "demo_user": (
        *("覃海波", "区域销售经理（华南、西南）", "demo_manager", "demo_user2"),
        (SALES,),
    ),
    "demo_user2": (
        *("周文静", "区域销售经理（华中、华东）", "demo_manager", "demo_user"),
        (SALES,),
    ),
    "demo_user3": (
        *("龚小满", "区域销售经理（冀中）", "demo_user2", "demo_user2"),
        (SALES,),
    ),
    "demo_service": (
        *("黄志远", "售后服务经理", "demo_manager", "demo_manager"),
        ("truck_crm.truck_crm_group_service", "base.group_partner_manager"),
    ),
    "demo_service2": (
        *("蒙丽莎", "客户服务专员", "demo_service", "demo_service"),
        ("truck_crm.truck_crm_group_service", "base.group_partner_manager"),
    ),
    "demo_stock": (
        *("梁永强", "成品车库管理员", "demo_manager", "demo_service"),
        ("stock.group_stock_user",),
    ),
    "demo_account": (
        *("陈秀兰", "财务会计", "demo_gm", "demo_gm"),
        ("account.group_account_invoice", "base.group_partner_manager"),
    ),
    "demo_admin": (
        *("系统管理员", "信息管理员", "demo_gm", "demo_gm"),
        (
            "truck_crm.truck_crm_group_admin",
            "base.group_system",
            "stock.group_stock_manager",
            "account.group_account_manager",
        ),
    ),
}


def build(stage):
    """Make the users and their sales team, and let the administrator in."""
    created = stage.env["res.users"].create(
        [_prepare_vals(stage, login, *row) for login, row in STAFF.items()]
    )
    stage.users = {user.login: user for user in created}
    for login, (_name, _function, chief, deputy, _groups) in STAFF.items():
        stage.users[login].write(
            {
                "truck_manager_id": chief and stage.users[chief].id,
                "truck_deputy_id": stage.users[deputy].id,
            }
        )
    _create_team(stage)
    administrator = stage.env.ref("base.user_admin", raise_if_not_found=False)
    if administrator:
        administrator.company_ids += stage.company


def _prepare_vals(stage, login, name, function, _chief, _deputy, groups):
    return {
        "login": login,
        "password": login,
        "name": name,
        "function": function,
        "email": mail(login, "longteng"),
        "lang": "en_US" if login == "demo_admin" else "zh_CN",
        "tz": TIMEZONE,
        # No mail leaves the demo: what happens is read in the inbox.
        "notification_type": "inbox",
        "company_id": stage.company.id,
        "company_ids": stage.company.ids,
        "group_ids": [stage.env.ref(group).id for group in groups],
    }


def _create_team(stage):
    sellers = ("demo_key", "demo_user", "demo_user2", "demo_user3")
    members = [stage.users[login].id for login in sellers]
    stage.team = stage.env["crm.team"].create(
        {
            "name": "国内销售部",
            "company_id": stage.company.id,
            "user_id": stage.users["demo_manager"].id,
            "member_ids": members,
        }
    )
