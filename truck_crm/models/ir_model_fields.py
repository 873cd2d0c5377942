from odoo import models


class IrModelFields(models.Model):
    _inherit = "ir.model.fields"

    def _prepare_update(self):
        """Leave Odoo's own fields alone when ours go.

        Removing a field, Odoo forgets the inherited fields that depend on it too: with
        our mobile the sanitized phone of users, which does without as soon as we are
        gone.
        """
        records = super()._prepare_update()
        if not any(field.name == "truck_mobile" for field in self):
            return records
        return records.filtered(
            lambda field: field in self or not field.name.startswith("phone_")
        )
