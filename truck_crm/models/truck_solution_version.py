from odoo import fields, models


class TruckSolutionVersion(models.Model):
    """What a solution said after a change: who changed what, and when.

    Versions write themselves. The newest is what the solution says now.
    """

    _name = "truck.solution.version"
    _description = "Version of a Solution"
    _order = "solution_id, number desc"
    _rec_name = "number"

    solution_id = fields.Many2one(
        "truck.solution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    number = fields.Integer(string="Version", required=True, readonly=True)
    changes = fields.Char(string="What Changed", readonly=True)
    name = fields.Char(string="Symptom", readonly=True)
    cause = fields.Html(readonly=True)
    remedy = fields.Html(readonly=True)
    fault_code = fields.Char(string="Fault Codes", readonly=True)
    create_uid = fields.Many2one("res.users", string="Changed By")
    create_date = fields.Datetime(string="Changed On")

    _number_uniq = models.UniqueIndex(
        "(solution_id, number)",
        "Somebody else has changed this solution just now: open it once more.",
    )

    def action_restore(self):
        """Let the solution say again what it said in this version.

        Makes a new version, so that nothing is lost. Needs the right to change the
        solution.
        """
        self.ensure_one()
        self.solution_id.write(
            {
                "name": self.name,
                "cause": self.cause,
                "remedy": self.remedy,
                "fault_code": self.fault_code,
            }
        )
