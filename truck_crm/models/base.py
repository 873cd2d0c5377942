import psycopg2

from odoo import api, models


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    def _sql_error_to_message_generic(self, exc):
        """Say in the user's language that a record is still in use, and where.

        From version 18 on PostgreSQL tells RESTRICT from other foreign keys by an error
        of its own, which the core hands on in the words of the database.
        """
        if not isinstance(exc, psycopg2.errors.RestrictViolation):
            return super()._sql_error_to_message_generic(exc)
        name = exc.diag.constraint_name or ""
        name = name.removeprefix(f"{self._table}_").removesuffix("_fkey")
        field = self._fields.get(name)
        return self.env._(
            "The record is still in use: %(model)s, field %(field)s. Archive it"
            " instead, or change first what uses it.",
            model=self.env["ir.model"]._get(self._name).name or self._description,
            field=field._description_string(self.env) if field else name,
        )
