from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        self._truck_check_dealers(self.env["res.partner"].browse(partner_ids))
        res = super()._merge(partner_ids, dst_partner, extra_checks)
        # sudo: nobody has a right to write metrics; the survivor's are of both now
        self.env["truck.customer.metrics"].sudo()._refresh(partner_ids)
        return res

    @api.model
    def _truck_check_dealers(self, partners):
        """Raise when more than one of these partners is a dealer.

        A partner is one dealer at most: one of the two would have to go, with its
        place in the channel and all that hangs on it.
        """
        # sudo: a dealer of another company counts, whoever merges
        dealers = partners.exists().sudo().truck_dealer_ids
        if len(dealers) > 1:
            raise UserError(
                self.env._(
                    "These contacts are dealers: %(dealers)s. Two dealers cannot become"
                    " one contact. Terminate and delete the dealer that is too much,"
                    " after handing over its customers, or leave it out here.",
                    dealers=format_list(
                        self.env,
                        [f"{dealer.code} {dealer.display_name}" for dealer in dealers],
                    ),
                )
            )

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self._truck_merge_unique(src_partners, dst_partner)
        self._truck_merge_serving_history(src_partners, dst_partner)
        self._truck_merge_personal_profiles(src_partners, dst_partner)
        self._truck_drop_search_terms(src_partners)
        res = super()._update_foreign_keys(src_partners, dst_partner)
        self._truck_merge_contacts(dst_partner)
        return res

    @api.model
    def _truck_merge_contacts(self, partner):
        """The contacts of all, which core has moved, are the survivor's figures."""
        self.env["truck.interaction"].invalidate_model()
        # sudo: nobody has a right to write figures
        metrics = self.env["truck.customer.metrics"].sudo()
        metrics._update_contacts(partner.commercial_partner_id.ids)

    @api.model
    def _truck_merge_unique(self, src_partners, dst_partner):
        """Make room in what a partner can have once, before all goes to one partner.

        The core moves everything by SQL and does not know unique indexes. A hook: add
        to it for every model with a unique index over a partner.
        """
        # sudo: the wizard moves what hangs on the contacts, visible or not
        staff = self.env["truck.dealer.staff"].sudo()
        rows = staff.search(
            [("partner_id", "in", (src_partners | dst_partner).ids)]
        ).sorted(lambda row: row.partner_id != dst_partner)
        for same in rows.grouped(lambda row: (row.dealer_id, row.role_id)).values():
            staff |= same[1:]
        staff.unlink()
        for name in ("truck.customer.metrics", "truck.customer.metrics.month"):
            rows = self.env[name].sudo()  # the survivor's are made anew after merging
            rows.search([("partner_id", "in", src_partners.ids)]).unlink()
        self._truck_merge_standings(src_partners, dst_partner)
        self._truck_merge_greetings(src_partners, dst_partner)
        self._truck_merge_subscriptions(src_partners, dst_partner)

    @api.model
    def _truck_merge_standings(self, src_partners, dst_partner):
        """Keep one strategy and grade by hand per company: the survivor's, if any."""
        # sudo: the wizard moves what hangs on the contacts, visible or not
        rows = self.env["truck.customer.standing"].sudo()
        rows = rows.search(
            [("partner_id", "in", (src_partners | dst_partner).ids)]
        ).sorted(lambda row: row.partner_id != dst_partner)
        for same in rows.grouped("company_id").values():
            same[1:].unlink()

    @api.model
    def _truck_merge_greetings(self, src_partners, dst_partner):
        """Keep one row of a greeting and year: the person has had it, or has not."""
        # sudo: whoever merges may not read whom was greeted for a birthday
        rows = self.env["truck.greeting.sent"].sudo()
        found = rows.search(
            [("partner_id", "in", (src_partners | dst_partner).ids)]
        ).sorted(lambda row: (row.state != "sent", row.partner_id != dst_partner))
        for same in found.grouped(lambda row: (row.greeting_id, row.year)).values():
            rows |= same[1:]
        rows.unlink()

    @api.model
    def _truck_merge_subscriptions(self, src_partners, dst_partner):
        """Keep one of what somebody follows of either, if the rest is the same."""
        # sudo: subscriptions of others
        rows = self.env["truck.complaint.subscription"].sudo()
        found = rows.with_context(active_test=False).search(
            [("partner_id", "in", (src_partners | dst_partner).ids)]
        )
        for same in found.grouped(
            lambda row: (row.user_id, row.dealer_id, row.vehicle_id, row.category_id)
        ).values():
            kept = same.filtered(lambda row: row.partner_id == dst_partner)
            rows |= same - (kept or same[:1])
        rows.unlink()

    @api.model
    def _truck_merge_serving_history(self, src_partners, dst_partner):
        """End what would be a second present dealer of the customer that is left."""
        # sudo: who merges partners need not have the right to correct the history
        History = self.env["truck.customer.dealer.history"].sudo()
        partners = dst_partner | src_partners
        open_rows = History.search(
            [("partner_id", "in", partners.ids), ("date_to", "=", False)]
        )
        kept = open_rows.filtered(lambda row: row.partner_id == dst_partner)
        over = open_rows - (kept or open_rows[:1])
        over._close(fields.Date.context_today(over))

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

    @api.model
    def _truck_drop_search_terms(self, src_partners):
        """The survivor has terms of its own, made anew when its values are written."""
        # sudo: nobody has a right to the terms themselves
        terms = self.env["truck.partner.search"].sudo()
        terms._flush()  # else they would be made once more, behind the core's back
        terms.search([("partner_id", "in", src_partners.ids)]).unlink()

    @api.model
    def _update_values(self, src_partners, dst_partner):
        res = super()._update_values(src_partners, dst_partner)
        self._truck_clear_own_dealer(dst_partner)
        return res

    def _log_merge_operation(self, src_partners, dst_partner):
        res = super()._log_merge_operation(src_partners, dst_partner)
        lists = [self._truck_list_lost_values(src, dst_partner) for src in src_partners]
        if any(lists):
            # sudo: whoever merges may not change messages, here his own of the merge
            message = dst_partner.message_ids[:1].sudo()
            message.body += Markup().join(lists)
        return res

    @api.model
    def _truck_clear_own_dealer(self, partner):
        """A dealer serves its customers, not itself."""
        # sudo: whoever merges may not read dealers
        dealer = partner.sudo().truck_dealer_id
        if dealer.partner_id == partner:
            partner.truck_dealer_id = False

    @api.model
    def _truck_get_merge_fields(self):
        """Return the fields whose lost values are noted in the chatter. A hook."""
        ours = (
            name
            for name, field in self.env["res.partner"]._fields.items()
            if name.startswith("truck_")
            and field.store
            and not field.type.endswith("2many")
        )
        return ["name", "ref", "phone", "email", "vat", "street", "city", *ours]

    @api.model
    def _truck_get_lost_values(self, src_partner, dst_partner):
        """Return ``{field: text}`` of what the survivor has no room for."""
        # sudo: noted on a record that the same people may read
        src, dst = src_partner.sudo(), dst_partner.sudo()
        return {
            name: self._truck_get_text(src, name)
            for name in self._truck_get_merge_fields()
            if src[name] and dst[name] and src[name] != dst[name]
        }

    @api.model
    def _truck_get_text(self, partner, name):
        """Return a field of a partner as the user reads it."""
        field, value = partner._fields[name], partner[name]
        if field.type == "selection":
            return dict(field._description_selection(self.env))[value]
        return field.convert_to_display_name(value, partner)

    @api.model
    def _truck_list_lost_values(self, partner, dst_partner):
        """Return as HTML what the survivor has no room for, or nothing."""
        lines = Markup().join(
            Markup("<li>%s: %s</li>")
            % (partner._fields[name]._description_string(self.env), text)
            for name, text in self._truck_get_lost_values(partner, dst_partner).items()
        )
        head = self.env._("What differed at the contact that was merged into this one:")
        return lines and Markup("<p>%s</p><ul>%s</ul>") % (head, lines)
