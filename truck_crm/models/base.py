import psycopg2

from odoo import api, models


class _RestrictAsForeignKey(psycopg2.errors.ForeignKeyViolation):
    """A refused deletion under the name that the core knows."""

    diag = None

    def __init__(self, exc):
        super().__init__(*exc.args)
        self.diag = exc.diag


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    def _sql_error_to_message_generic(self, exc):
        """Say in the user's language that a record is still in use.

        From version 18 on PostgreSQL tells RESTRICT from other foreign keys by an error
        of its own, which the core hands on in the words of the database.
        """
        if isinstance(exc, psycopg2.errors.RestrictViolation):
            exc = _RestrictAsForeignKey(exc)
        return super()._sql_error_to_message_generic(exc)
