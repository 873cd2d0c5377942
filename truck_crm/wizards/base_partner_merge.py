from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._truck_merge_serving_history(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _truck_merge_serving_history(self, src_partners, dst_partner):
        """End what would be a second present dealer of the customer that is left.

        Core would delete the whole serving history of the partners that go, since two
        open rows of one customer cannot be.
        """
        # sudo: who merges partners need not have the right to correct the history
        History = self.env["truck.customer.dealer.history"].sudo()
        partners = dst_partner | src_partners
        open_rows = History.search(
            [("partner_id", "in", partners.ids), ("date_to", "=", False)]
        )
        kept = open_rows.filtered(lambda row: row.partner_id == dst_partner)
        (open_rows - (kept or open_rows[:1]))._end_today()
