from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Let the job reckon the figures of the customers there are, at once.

    It does so in chunks and can be killed; done here, a million customers would keep
    everybody waiting for the update.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.ref("truck_crm.ir_cron_truck_customer_metrics")._trigger()
