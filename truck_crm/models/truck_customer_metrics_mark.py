from odoo import api, fields, models
from odoo.tools import SQL

KEY = "truck_crm.customer_metrics"


class TruckCustomerMetricsMark(models.Model):
    """Customers whose figures have to be reckoned anew, as it was noted.

    A row is added in the transaction that changes a fact, and goes when the figures are
    written. There is no unique index and no foreign key: whoever changes facts waits
    for nobody, and nobody for him.
    """

    _name = "truck.customer.metrics.mark"
    _description = "Customers With New Facts"
    _log_access = False
    _rec_name = "partner_id"

    partner_id = fields.Integer(required=True)

    @api.model
    def _add(self, kind, ids):
        """Note facts; one statement writes them down before the transaction ends.

        :param str kind: a key of ``_get_queries``, or a ``truck.customer.metrics.fact``
        :param ids: ids of what changed
        """
        callbacks = self.env.cr.precommit
        if KEY not in callbacks.data:
            callbacks.data[KEY] = {}
            callbacks.add(self._write_noted)
        callbacks.data[KEY].setdefault(kind, set()).update(ids)

    def _write_noted(self):
        noted = self.env.cr.precommit.data.pop(KEY, {})
        parts = [self._get_query(kind, list(ids)) for kind, ids in noted.items() if ids]
        if parts:
            self.env.cr.execute(
                SQL(
                    """INSERT INTO truck_customer_metrics_mark (partner_id)
                       SELECT DISTINCT partner_id FROM (%s) AS noted (partner_id)
                        WHERE partner_id IS NOT NULL""",
                    SQL(" UNION ALL ").join(parts),
                )
            )

    def _get_query(self, kind, ids):
        """Return the query of the partners whom noted facts concern."""
        if kind not in self.env:
            return SQL(self._get_queries()[kind], ids)
        model = self.env[kind]
        return SQL(
            "SELECT %s FROM %s WHERE id = ANY(%s)",
            SQL.identifier(model._truck_fact_partner),
            SQL.identifier(model._table),
            ids,
        )

    @api.model
    def _get_queries(self):
        """Return by kind the query of the partners whom facts concern. A hook."""
        return {
            "partner": "SELECT unnest(%s)",
            "item": """SELECT partner_id FROM account_move_line
                        WHERE id = ANY(%s) AND parent_state = 'posted'""",
            "order": """SELECT partner_id FROM sale_order
                         WHERE id = ANY(%s) AND state = 'sale'""",
        }

    @api.model
    def _get_next(self, limit):
        """Return the marks that were noted first: ``{id: id of a partner}``."""
        query = SQL(
            """SELECT id, partner_id FROM truck_customer_metrics_mark
                ORDER BY id LIMIT %s""",
            limit,
        )
        return dict(self.env.execute_query(query))

    @api.model
    def _forget(self, ids):
        """Take these marks away: what was noted is reckoned."""
        self.env.cr.execute(
            SQL("DELETE FROM truck_customer_metrics_mark WHERE id = ANY(%s)", list(ids))
        )
