import re

from psycopg2.errors import ForeignKeyViolation, RestrictViolation

from odoo import api, models
from odoo.orm.models import get_columns_from_sql_diagnostics
from odoo.tools import format_list

# "Key (id)=(5) is referenced from ...", in whatever language PostgreSQL speaks. A row
# that would refer to nothing has another key.
REFERENCED = re.compile(r"\(id\)=\((\d+)\)")
EXAMPLES = 3


class TruckInUseMixin(models.AbstractModel):
    """Tells in words what is in the way when something is deleted that is in use.

    For models that hold others fast (``ondelete="restrict"``): PostgreSQL names the
    table that refuses, and Odoo asks the model of that table for the words. Since
    version 18 PostgreSQL has an error of its own for this, which the core does not
    know; the core's words for the older one name no record.
    """

    _name = "truck.in.use.mixin"
    _description = "Holds Others Fast"

    @api.model
    def _sql_error_to_message_generic(self, exc):
        field, record = self._truck_get_referenced(exc)
        if field is None:
            return super()._sql_error_to_message_generic(exc)
        words = {
            "record": self._truck_get_referenced_name(record),
            "where": self._truck_get_where(field, record),
        }
        if record._active_name:
            return self.env._(
                "%(record)s cannot be deleted, since it is in use: %(where)s. Archive"
                " it instead.",
                **words,
            )
        return self.env._(
            "%(record)s cannot be deleted, since it is in use: %(where)s. Change or"
            " delete those first.",
            **words,
        )

    @api.model
    def _truck_get_referenced(self, exc):
        """Return the field by which rows of this model hold a record, and the record.

        :return: None twice when it is another error
        """
        if isinstance(exc, (ForeignKeyViolation, RestrictViolation)):
            found = REFERENCED.search(exc.diag.message_detail or "")
            columns = get_columns_from_sql_diagnostics(
                self.env.cr, exc.diag, check_registry=True
            )
            field = self._fields.get(columns[0]) if len(columns) == 1 else None
            if found and field:
                return field, self.env[field.comodel_name].browse(int(found[1]))
        return None, None

    @api.model
    def _truck_get_referenced_name(self, record):
        """Return the name of a record, or what it is when the user may not see it."""
        seen = record.exists()._filtered_access("read")
        return seen.display_name or self.env["ir.model"]._get(record._name).name

    @api.model
    def _truck_get_where(self, field, record):
        """Return in words which records that the user may see hold one fast."""
        found = self.browse()
        if self.has_access("read") and self._has_field_access(field, "read"):
            found = self.with_context(active_test=False).search(
                [(field.name, "=", record.id)], order="id", limit=EXAMPLES + 1
            )
        if not found:
            return self.env._("by something that you may not see")
        names = format_list(self.env, found[:EXAMPLES].mapped("display_name"))
        return self.env._(
            "%(field)s of %(model)s %(names)s",
            field=field._description_string(self.env),
            model=self.env["ir.model"]._get(self._name).name,
            names=names + " …" if found[EXAMPLES:] else names,
        )
