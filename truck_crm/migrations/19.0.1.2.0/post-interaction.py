from odoo.api import SUPERUSER_ID, Environment

KINDS = {
    "mail.mail_activity_data_call": "call_out",
    "mail.mail_activity_data_email": "mail",
    "mail.mail_activity_data_meeting": "visit",
}


def migrate(cr, version):
    """Let core's calls, mails and meetings make interactions when they are done.

    A data file cannot say so to a database that is there already: core marks these
    types as the company's own. Post, since the column comes into being in between.
    """
    env = Environment(cr, SUPERUSER_ID, {})
    for xmlid, kind in KINDS.items():
        activity_type = env.ref(xmlid, raise_if_not_found=False)
        if activity_type and not activity_type.truck_kind:
            activity_type.truck_kind = kind
