from odoo.tests import tagged

from odoo.addons.truck_crm.tests.access_matrix import AccessMatrix
from odoo.addons.truck_crm.tests.common import TruckCrmCommon


@tagged("post_install", "-at_install")
class TestAccessMatrix(AccessMatrix, TruckCrmCommon):
    """R13.1: the addon brings neither models nor methods that a client can call."""

    addon = "truck_crm_sms"
