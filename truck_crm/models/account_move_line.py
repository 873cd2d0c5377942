from odoo import models
from odoo.tools import SQL

# Of a posted journal item, what the figures of customers are made of.
FACTS = {"account_id", "amount_residual", "balance", "date", "date_maturity"}
FACTS |= {"display_type", "invoice_date", "partner_id", "product_id", "quantity"}
FACTS |= {"product_uom_id", "reconciled"}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _create(self, data_list):
        lines = super()._create(data_list)
        posted = [
            line.id
            for line, data in zip(lines, data_list, strict=True)
            if data["stored"].get("parent_state") == "posted"
        ]
        if posted:
            self.env["truck.customer.metrics.mark"]._add("item", posted)
        return lines

    def _write_multi(self, vals_list):
        # Here and not in write(): what is left to pay and the state are computed.
        after, before = [], []
        for line, vals in zip(self, vals_list, strict=True):
            state = vals.get("parent_state")
            if state == "posted" or not state and not FACTS.isdisjoint(vals):
                after.append(line.id)
            if state in ("draft", "cancel") or "partner_id" in vals:
                before.append(line.id)
        marks = self.env["truck.customer.metrics.mark"]
        if after:
            marks._add("item", after)
        if before:
            marks._add("partner", self._truck_get_stored_partners(before))
        return super()._write_multi(vals_list)

    def unlink(self):
        posted = self.filtered(lambda line: line.parent_state == "posted")
        if posted:
            marks = self.env["truck.customer.metrics.mark"]
            marks._add("partner", posted.partner_id.ids)
        return super().unlink()

    def _truck_get_stored_partners(self, line_ids):
        """Return the partners of posted lines in the database, before writing."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT partner_id FROM account_move_line
                    WHERE id = ANY(%s) AND parent_state = 'posted'
                      AND partner_id IS NOT NULL""",
                line_ids,
            )
        )
        return [partner_id for (partner_id,) in rows]
