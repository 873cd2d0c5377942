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
            self._truck_drop_batch_message(result["messages"])
            first = 1 + bool(options.get("has_headers")) + options.get("skip", 0)
            for message in result["messages"]:
                if "record" in message and message.get("rows"):
                    message["record"] = message["rows"]["from"] + first
        return result

    def _truck_drop_batch_message(self, messages):
        """Take out what the core says of the first row when another one is meant.

        It tries all rows at once, then one by one; what went wrong at once it puts
        before the others as if it were the first row's. The screen then shows one text
        for two rows as “at multiple rows”, and no number of any.
        """
        if messages and any(
            message["message"] == messages[0]["message"] for message in messages[1:]
        ):
            del messages[0]
