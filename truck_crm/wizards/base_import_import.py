from odoo import models


class BaseImportImport(models.TransientModel):
    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        """Name the row of the file in a message about a row of customers or trucks.

        The core counts from zero and without the headings: its “row 4” is the sixth
        line of the sheet. Lines that are quite empty are not counted by either.
        """
        result = super().execute_import(fields, columns, options, dryrun=dryrun)
        if self.res_model == "res.partner" or self.res_model.startswith("truck."):
            first = 1 + bool(options.get("has_headers")) + options.get("skip", 0)
            for message in result["messages"]:
                if "record" in message and message.get("rows"):
                    message["record"] = message["rows"]["from"] + first
        return result
