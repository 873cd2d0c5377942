from odoo import api, models

# Of a partner, what tells whose figures there are, and where.
FACTS = {"active", "commercial_partner_id", "company_id", "partner_share", "user_id"}


class ResPartnerMetrics(models.AbstractModel):
    """What of partners concerns ``truck.customer.metrics``; nothing is computed here.

    The salesperson is taken over at once, so that his day is right; the rest is noted
    for the next refreshing.
    """

    _name = "res.partner.metrics"
    _description = "Figures of Partners"

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if served := partners.filtered("user_id"):
            # sudo: nobody has a right to write metrics
            self.env["truck.customer.metrics"].sudo()._sync_users(served.ids)
        return partners

    def write(self, vals):
        res = super().write(vals)
        if "user_id" in vals:
            # sudo: nobody has a right to write metrics
            self.env["truck.customer.metrics"].sudo()._sync_users(self.ids)
        return res

    def _create(self, data_list):
        partners = super()._create(data_list)
        self.env["truck.customer.metrics.mark"]._add("partner", partners._ids)
        return partners

    def _write_multi(self, vals_list):
        marked = [
            partner.id
            for partner, vals in zip(self, vals_list, strict=True)
            if not FACTS.isdisjoint(vals)
        ]
        if any("commercial_partner_id" in vals for vals in vals_list):
            marked += self._truck_get_stored_companies()
        if marked:
            self.env["truck.customer.metrics.mark"]._add("partner", marked)
        return super()._write_multi(vals_list)

    def action_truck_refresh_metrics(self):
        """Reckon the figures of these customers anew, at once.

        :raise AccessError: for who may not read the customers or figures at all
        """
        self.check_access("read")
        self.env["truck.customer.metrics"].check_access("read")
        # sudo: nobody has a right to write metrics; the same is written for everybody
        self.env["truck.customer.metrics"].sudo()._refresh(self.ids)
