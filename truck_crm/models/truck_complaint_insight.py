from odoo import api, fields, models

from .truck_complaint_subject import GROUPS

CLUSTER_GROUPS = (
    "truck_crm.truck_crm_group_key_account,truck_crm.truck_crm_group_service"
)


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
    # How many there are is asked by the form alone.
    cluster_count = fields.Integer(
        compute="_compute_cluster_count", groups=CLUSTER_GROUPS
    )
    emergency_count = fields.Integer(compute="_compute_emergency_count", groups=GROUPS)
    silent_case_count = fields.Integer(
        compute="_compute_silent_case_count", groups=GROUPS
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_cluster_count(self):
        groups = self.env["truck.complaint.cluster"]._read_group(
            [("complaint_ids", "in", self.ids)], ["complaint_ids"], ["__count"]
        )
        counts = dict(groups)
        for complaint in self:
            complaint.cluster_count = counts.get(complaint._origin, 0)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_emergency_count(self):
        groups = self.env["truck.emergency.vehicle"]._read_group(
            [("complaint_id", "in", self.ids)],
            ["complaint_id"],
            ["emergency_id:count_distinct"],
        )
        counts = dict(groups)
        for complaint in self:
            complaint.emergency_count = counts.get(complaint._origin, 0)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_silent_case_count(self):
        groups = self.env["truck.silent.case"]._read_group(
            [("complaint_id", "in", self.ids)], ["complaint_id"], ["__count"]
        )
        counts = dict(groups)
        for complaint in self:
            complaint.silent_case_count = counts.get(complaint._origin, 0)

    def action_view_clusters(self):
        """Open the fault clusters that these complaints are part of."""
        self.check_access("read")
        found = self.env["truck.complaint.cluster"].search(
            [("complaint_ids", "in", self.ids)]
        )
        return found._get_records_action(name=self.env._("Fault Clusters"), context={})

    def action_view_emergencies(self):
        """Open the emergencies because of which these complaints were made."""
        self.check_access("read")
        found = self.env["truck.emergency.vehicle"].search(
            [("complaint_id", "in", self.ids)]
        )
        return found.emergency_id._get_records_action(
            name=self.env._("Emergencies"), context={}
        )

    def action_view_silent_cases(self):
        """Open the care tasks that brought these complaints to light."""
        self.check_access("read")
        found = self.env["truck.silent.case"].search([("complaint_id", "in", self.ids)])
        return found._get_records_action(name=self.env._("Care Tasks"), context={})
