from odoo import models
from odoo.tools import SQL


class TruckCustomerMetricsTable(models.AbstractModel):
    """A table that is written from a query: what changed, what is new, what goes.

    Rows are told apart by their key columns, for which there is a unique index. Changes
    are found first, which locks nothing, and written afterwards, in the same statement
    or in another transaction. A row that somebody has locked or changed in the meantime
    is left as it is, and its customer is marked: nobody waits.
    """

    _name = "truck.customer.metrics.table"
    _description = "Table of Customer Metrics"

    def _get_key_columns(self):
        """Return the names of the columns by which rows are told apart."""
        return []

    def _get_value_columns(self):
        """Return the names of the columns that are compared and written."""
        return []

    def _get_first_columns(self):
        """Return the names of the columns that new rows get besides."""
        return []

    def _get_changes(self, query, scope):
        """Return the query of what has to be written that the table be like a query.

        Besides the columns: ``number`` in order of the keys; ``old_id`` and ``seen``,
        the row that differs and its version; ``is_obsolete``, whether it has to go.
        """
        keys, values = self._get_key_columns(), self._get_value_columns()
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY %(keys)s) AS number, %(keys)s, %(new)s,
                   old.id AS old_id, old.xmin::text AS seen,
                   source.partner_id IS NULL AS is_obsolete
              FROM (%(query)s) AS source
              FULL JOIN (
                   SELECT *, xmin FROM %(table)s WHERE %(condition)s
                   ) AS old USING (%(keys)s)
             WHERE old.id IS NULL OR source.partner_id IS NULL
                OR (%(old)s) IS DISTINCT FROM (%(new)s)
            """,
            query=query,
            table=SQL.identifier(self._table),
            condition=scope.get_condition(SQL("partner_id")),
            keys=_join(keys),
            old=_join(values, "old"),
            new=_join(values, "source"),
        )

    def _get_writing(self, changes, first=None):
        """Return ``{name: query}`` that write changes; "done" has how many were.

        :param changes: name of the table of changes
        :param first: name of a table with what new rows get besides
        """
        more = self._get_first_columns() if first else []
        keys, values = self._get_key_columns(), self._get_value_columns()
        names = {
            name: SQL.identifier(f"{changes}_{name}")
            for name in ("locked", "gone", "kept", "new", "done")
        }
        parts = {
            **names,
            "table": SQL.identifier(self._table),
            "changes": SQL.identifier(changes),
            "keys": _join(keys),
            "all_columns": _join([*keys, *values, *more]),
            "first": SQL("LEFT JOIN %s USING (%s)", SQL.identifier(first), _join(keys))
            if more
            else SQL(),
            "settings": SQL(", ").join(
                SQL("%s = %s", SQL.identifier(name), SQL.identifier("change", name))
                for name in values
            ),
        }
        return {
            f"{changes}_{name}": SQL(query, **parts) for name, query in WRITING.items()
        }


# In order of the keys and without waiting, so that nothing can lock each other out.
WRITING = {
    "locked": """
        SELECT change.*
          FROM %(table)s AS old JOIN %(changes)s AS change ON change.old_id = old.id
         WHERE change.seen IS NOT NULL AND change.seen = old.xmin::text
         ORDER BY change.number
           FOR UPDATE OF old SKIP LOCKED
    """,
    "gone": """
        DELETE FROM %(table)s AS old USING %(locked)s AS change
         WHERE old.id = change.old_id AND change.is_obsolete
     RETURNING 1
    """,
    "kept": """
        UPDATE %(table)s AS old
           SET %(settings)s
          FROM %(locked)s AS change
         WHERE old.id = change.old_id AND NOT change.is_obsolete
     RETURNING 1
    """,
    "new": """
        INSERT INTO %(table)s (%(all_columns)s)
        SELECT %(all_columns)s
          FROM %(changes)s AS change %(first)s
         WHERE seen IS NULL
           AND EXISTS (SELECT FROM res_partner WHERE id = change.partner_id)
         ORDER BY number
            ON CONFLICT (%(keys)s) DO NOTHING
     RETURNING 1
    """,
    "done": """
        SELECT (SELECT count(*) FROM %(gone)s) + (SELECT count(*) FROM %(kept)s)
             + (SELECT count(*) FROM %(new)s) AS count
    """,
    # If a single one was missed, all are looked at once more.
    "missed": """
        INSERT INTO truck_customer_metrics_mark (partner_id)
        SELECT DISTINCT partner_id FROM %(changes)s AS change
         WHERE (SELECT count FROM %(done)s) <> (SELECT count(*) FROM %(changes)s)
     RETURNING 1
    """,
}


def _join(names, alias=None):
    prefix = (alias,) if alias else ()
    return SQL(", ").join(SQL.identifier(*prefix, name) for name in names)
