from odoo import fields, models


class TruckComplaintInsight(models.AbstractModel):
    """What figures, emergencies and silent signals have to do with a complaint."""

    _name = "truck.complaint.insight"
    _description = "Complaint in Figures"
    _inherit = ["truck.customer.metrics.fact"]
    _truck_fact_partner = "partner_id"
    _truck_fact_columns = frozenset(
        {"active", "company_id", "date_open", "is_confidential", "state"}
    )

    silent_case_ids = fields.One2many(
        "truck.silent.case", "complaint_id", string="Care Tasks"
    )
    emergency_line_ids = fields.One2many(
        "truck.emergency.vehicle", "complaint_id", string="Vehicles in Emergencies"
    )
    cluster_ids = fields.Many2many(
        "truck.complaint.cluster",
        relation="truck_complaint_cluster_rel",
        column1="complaint_id",
        column2="cluster_id",
        string="Fault Clusters",
        copy=False,
    )
