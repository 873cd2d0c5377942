from odoo import fields, models


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
