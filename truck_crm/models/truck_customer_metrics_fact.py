from odoo import models
from odoo.tools import SQL


class TruckCustomerMetricsFact(models.AbstractModel):
    """A model of which figures of customers are made: who it concerns is marked.

    For our own models; core's have narrow hooks of their own.
    """

    _name = "truck.customer.metrics.fact"
    _description = "Facts of Customer Metrics"

    # Column of the partner, and those that matter besides.
    _truck_fact_partner = "partner_id"
    _truck_fact_columns = frozenset()

    def _create(self, data_list):
        name = self._truck_fact_partner
        partner_ids = {data["stored"].get(name) for data in data_list} - {None, False}
        self.env["truck.customer.metrics.mark"]._add("partner", partner_ids)
        return super()._create(data_list)

    def _write_multi(self, vals_list):
        name, marks = self._truck_fact_partner, self.env["truck.customer.metrics.mark"]
        columns = {name, *self._truck_fact_columns}
        changed, moved = [], []
        for record, vals in zip(self, vals_list, strict=True):
            if name in vals:
                moved.append(record.id)
            elif not columns.isdisjoint(vals):
                changed.append(record.id)
        if changed:
            marks._add(self._name, changed)
        if moved:  # whose it was, and whose it becomes
            self.browse(moved)._truck_mark_partners()
            marks._add(self._name, moved)
        return super()._write_multi(vals_list)

    def unlink(self):
        if self:
            self.flush_recordset([self._truck_fact_partner])
            self._truck_mark_partners()
        return super().unlink()

    def _truck_mark_partners(self):
        """Mark whom the records concern in the database."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT %(partner)s FROM %(table)s"
                " WHERE id = ANY(%(ids)s) AND %(partner)s IS NOT NULL",
                partner=SQL.identifier(self._truck_fact_partner),
                table=SQL.identifier(self._table),
                ids=list(self._ids),
            )
        )
        partner_ids = [partner_id for (partner_id,) in rows]
        self.env["truck.customer.metrics.mark"]._add("partner", partner_ids)
