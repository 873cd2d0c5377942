from odoo import api, models
from odoo.tools import email_split


class TruckComplaintTeamAlias(models.AbstractModel):
    """The address of a team of complaints: each mail to it is one."""

    _name = "truck.complaint.team.alias"
    _description = "Complaint Team With an Address"
    _inherit = ["mail.alias.mixin.optional"]

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("truck.complaint")
        if self.id:
            values["alias_defaults"] = self._get_complaint_defaults()
        return values

    def write(self, vals):
        res = super().write(vals)
        if "company_id" in vals:
            for team in self.filtered("alias_id"):
                # sudo: the alias follows the team, whoever may change that
                team.alias_id.sudo().alias_defaults = team._get_complaint_defaults()
        return res

    def _get_complaint_defaults(self):
        """Return what a complaint of this team starts with."""
        self.ensure_one()
        return {"team_id": self.id, "company_id": self.company_id.id}

    @api.model
    def _get_catchall_vals(self, msg_dict):
        """Return what a complaint starts with that is made of mail which fits nothing.

        :param dict msg_dict: the mail as ``message_parse`` tells of it
        :return: empty when no company wants such complaints
        """
        # sudo: the gateway asks, and a setting is no secret
        companies = (
            self.env["res.company"]
            .sudo()
            .search([("truck_complaint_catchall_team_id", "!=", False)])
        )
        if not companies:
            return {}
        recipients = email_split(msg_dict.get("recipients") or "")
        domains = {address.rpartition("@")[2].lower() for address in recipients}
        company = companies.filtered(lambda c: c.alias_domain_id.name in domains)[:1]
        team = (company or companies[0]).truck_complaint_catchall_team_id
        return team._get_complaint_defaults()
