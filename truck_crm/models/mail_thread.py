from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # private: what it takes, a parsed mail, no remote call can give
    @api.private
    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Let mail that fits nothing become a complaint, where a company wants that."""
        thread = self
        if not model and not message_dict.get("is_bounce"):
            values = self.env["truck.complaint.team"]._get_catchall_vals(message_dict)
            if values:
                model, custom_values = "truck.complaint", values
                thread = self.with_context(truck_complaint_catchall=True)
        return super(MailThread, thread).message_route(
            message, message_dict, model, thread_id, custom_values
        )

    @api.model
    def _detect_write_to_catchall(self, msg_dict):
        """Refuse no mail to the catch-all that is to become a complaint."""
        if self.env.context.get("truck_complaint_catchall"):
            return False
        return super()._detect_write_to_catchall(msg_dict)

    @api.model
    def _routing_check_route(self, message, message_dict, route, raise_exception=True):
        route = super()._routing_check_route(
            message, message_dict, route, raise_exception
        )
        if not route or route[0] != "truck.complaint":
            return route
        Complaint = self.env["truck.complaint"]
        if not route[1]:
            route = Complaint._reroute_mail(message, message_dict, route)
        Complaint._mark_absence(message, message_dict, route)
        return route
