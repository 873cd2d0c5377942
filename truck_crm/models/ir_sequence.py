from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

CUSTOMER_CODE = "truck.customer"


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    @api.model
    def _truck_next_refs(self, count):
        """Return ``count`` customer numbers that no partner has yet.

        Numbers typed by hand or brought by an import are passed over.
        """
        Partner = self.env["res.partner"].with_context(active_test=False)
        refs = []
        while len(refs) < count:
            new = self._truck_next_by_code(CUSTOMER_CODE, count - len(refs))
            taken = Partner.search_fetch([("ref", "in", new)], ["ref"]).mapped("ref")
            refs += [ref for ref in new if ref not in taken]
        return refs

    @api.model
    def _truck_next_by_code(self, code, count):
        """Return the next numbers of a sequence, drawn in one query where it can be."""
        sequence = self.search(
            [("code", "=", code), ("company_id", "in", (self.env.company.id, False))],
            order="company_id",
            limit=1,
        )
        if not sequence:
            raise UserError(
                self.env._(
                    "Number: there is no sequence with the code %(code)s for"
                    " %(company)s. Create it in Settings > Technical > Sequences.",
                    code=code,
                    company=self.env.company.name,
                )
            )
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _number in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03}",
                count,
            )
        )
        return [sequence.get_next_char(number) for (number,) in rows]
