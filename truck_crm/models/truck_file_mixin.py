from odoo import api, models


class TruckFileMixin(models.AbstractModel):
    """Files of a record in its field ``attachment_ids``: seen by whoever sees it.

    A file that is uploaded before there is a record belongs to it once it is saved; one
    that is taken out is deleted.
    """

    _name = "truck.file.mixin"
    _description = "Record With Files"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.browse(
            record.id
            for record, vals in zip(records, vals_list, strict=True)
            if vals.get("attachment_ids")
        )._own_files()
        return records

    def write(self, vals):
        if "attachment_ids" not in vals:
            return super().write(vals)
        # sudo: of which files it is the record, whoever may read them
        known = self.sudo()
        before = known.attachment_ids
        res = super().write(vals)
        self._own_files()
        gone = before - known.attachment_ids
        gone.filtered(
            lambda file: file.res_model == self._name and file.res_id in self.ids
        ).unlink()
        return res

    def _own_files(self):
        """Let files that were uploaded before there was a record belong to it."""
        # sudo: one's own upload, which belongs to no record yet
        for record in self.sudo():
            loose = record.attachment_ids.filtered(self._is_loose)
            if loose:
                loose.write({"res_model": self._name, "res_id": record.id})

    @api.model
    def _is_loose(self, file):
        """Tell whether a file (with sudo) is the user's upload that waits for us."""
        return (
            not file.res_id
            and file.res_model in (False, self._name)
            and file.create_uid.id == self.env.uid
        )
