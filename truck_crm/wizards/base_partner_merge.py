from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # Before the core moves rows in SQL: two profiles would stand on one contact.
        self._truck_merge_personal_profiles(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _truck_merge_personal_profiles(self, src_partners, dst_partner):
        """Make one personal profile of those of contacts that become one."""
        # sudo: the profiles have to follow, though who merges may not read them
        profiles = self.env["truck.personal.profile"].sudo()
        profiles = profiles.search(
            [("partner_id", "in", (src_partners | dst_partner).ids)]
        )
        if profiles.partner_id & src_partners:
            profiles._merge_into(dst_partner)
