from odoo import fields, models

from .truck_complaint_private import GROUP


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    truck_warranty_months = fields.Integer(
        related="company_id.truck_warranty_months", readonly=False
    )
    truck_warranty_km = fields.Integer(
        related="company_id.truck_warranty_km", readonly=False
    )
    truck_contract_notice_days = fields.Integer(
        related="company_id.truck_contract_notice_days", readonly=False
    )
    truck_verify_months = fields.Integer(
        related="company_id.truck_verify_months", readonly=False
    )
    truck_day_contact_days = fields.Integer(
        related="company_id.truck_day_contact_days", readonly=False
    )
    truck_day_order_tolerance = fields.Float(
        related="company_id.truck_day_order_tolerance", readonly=False
    )
    truck_day_digest = fields.Boolean(
        related="company_id.truck_day_digest", readonly=False
    )
    truck_day_digest_hour = fields.Float(
        related="company_id.truck_day_digest_hour", readonly=False
    )
    truck_day_digest_size = fields.Integer(
        related="company_id.truck_day_digest_size", readonly=False
    )
    truck_complaint_catchall_team_id = fields.Many2one(
        related="company_id.truck_complaint_catchall_team_id", readonly=False
    )
    truck_complaint_web = fields.Boolean(
        related="company_id.truck_complaint_web", readonly=False
    )
    truck_complaint_web_url = fields.Char(related="company_id.truck_complaint_web_url")
    truck_confidential_user_ids = fields.Many2many(
        "res.users",
        string="Who Sees Confidential Complaints",
        compute="_compute_truck_confidential_user_ids",
    )
    truck_personal_log_months = fields.Integer(
        string="Keep the Personal Data Log (months)",
        config_parameter="truck_crm.personal_log_months",
        help="Older rows are deleted every night. Zero keeps all for ever.",
    )
    group_truck_crm_dealer = fields.Boolean(
        string="Sales Channel",
        implied_group="truck_crm.truck_crm_group_use_dealer",
        group="base.group_user",
    )

    def _compute_truck_confidential_user_ids(self):
        trusted = self.env["truck.complaint"]._get_trusted_users().sudo(False)
        self.truck_confidential_user_ids = trusted

    def action_truck_confidential(self):
        """Open the group whose users see confidential complaints, to change them.

        :raise AccessError: when the user may not change groups
        """
        group = self.env.ref(GROUP)
        group.check_access("write")
        return group._get_records_action(name=self.env._("Confidential Complaints"))
