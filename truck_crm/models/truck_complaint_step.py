from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

STEPS = [
    ("listen", "Listen"),
    ("act", "Act at Once"),
    ("concentrate", "Concentrate Resources"),
    ("evaluate", "Evaluate"),
    ("coordinate", "Coordinate"),
    ("summarise", "Summarise and Feed Back"),
]


class TruckComplaintStep(models.Model):
    """One of the six steps of a complaint: who did it, when, and what shows it.

    What is asked of a step says ``truck.complaint.step.rule``.
    """

    _name = "truck.complaint.step"
    _description = "Complaint Step"
    _inherit = ["truck.file.mixin", "truck.in.use.mixin"]
    _order = "complaint_id, sequence, id"
    _rec_name = "kind"

    complaint_id = fields.Many2one(
        "truck.complaint", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(selection=STEPS, string="Step", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Done By",
        domain="[('share', '=', False)]",
        ondelete="restrict",
    )
    date = fields.Datetime(string="Done On")
    evidence = fields.Text(help="What was done, and what shows it.")
    attachment_ids = fields.Many2many(
        "ir.attachment",
        relation="truck_complaint_step_attachment_rel",
        string="Files",
        copy=False,
        help="Photos, reports, receipts: seen by whoever may read the complaint, not in"
        " the portal.",
    )
    is_current = fields.Boolean(
        compute="_compute_is_current", help="The first step that is not done yet."
    )
    is_required = fields.Boolean(
        compute="_compute_rule", help="The complaint cannot be closed without it."
    )
    needs_evidence = fields.Boolean(compute="_compute_rule")
    guidance = fields.Text(string="What to Do", compute="_compute_rule")

    _kind_uniq = models.UniqueIndex(
        "(complaint_id, kind)", "A complaint has each of the six steps once."
    )

    @api.depends("complaint_id.step", "kind")
    def _compute_is_current(self):
        for step in self:
            step.is_current = step.kind == step.complaint_id.step

    @api.depends("kind", "complaint_id.severity")
    @api.depends_context("lang")
    def _compute_rule(self):
        Rule = self.env["truck.complaint.step.rule"]
        rules = {rule.kind: rule for rule in Rule.search([])}
        for step in self:
            rule = rules.get(step.kind, Rule)
            step.is_required = rule._is_required(step.complaint_id.severity)
            step.needs_evidence = rule.needs_evidence
            step.guidance = rule.guidance

    @api.constrains("attachment_ids")
    def _check_attachment_ids(self):
        """A file of another record is seen by others: it is no evidence of this one."""
        # sudo: what a file belongs to, whoever may read it
        for step in self.sudo():
            own = (self._name, step.id)
            others = step.attachment_ids.filtered(
                lambda file, own=own: (file.res_model, file.res_id) != own
            )
            if not all(map(self._is_loose, others)):
                raise ValidationError(
                    self.env._(
                        "Files of “%(step)s”: a file of something else cannot be added."
                        " Upload it here.",
                        step=step._get_label(),
                    )
                )

    def write(self, vals):
        res = super().write(vals)
        if "complaint_id" in vals:  # whose it has become is asked, too
            self.check_access("write")
        return res

    def action_edit(self):
        """Open the small dialog that says what was done in this step."""
        self.ensure_one()
        view = self.env.ref("truck_crm.truck_complaint_step_view_form_done")
        return {
            **self._get_records_action(name=self._get_label(), target="new"),
            "views": [(view.id, "form")],
        }

    def action_done(self):
        """Mark the step as done by the user, now.

        :raise UserError: when the rule asks for evidence and there is none
        """
        for step in self:
            has_evidence = (step.evidence or "").strip() or step.attachment_ids
            if step.needs_evidence and not has_evidence:
                raise UserError(
                    self.env._(
                        "Evidence of “%(step)s”: write in a few words what was done, or"
                        " add a file that shows it; then mark the step as done.",
                        step=step._get_label(),
                    )
                )
        self.write({"user_id": self.env.uid, "date": fields.Datetime.now()})
        return {"type": "ir.actions.act_window_close"}

    def action_undo(self):
        """Mark the step as not done after all; what was written stays."""
        self.write({"user_id": False, "date": False})
        return {"type": "ir.actions.act_window_close"}

    def _move_files(self, target):
        """Let the files of this step belong to another one.

        :param target: a step of another complaint
        """
        files = self.attachment_ids
        if files:
            files.write({"res_id": target.id})
            self.attachment_ids = False
            target.attachment_ids |= files

    def _get_label(self):
        """Return what the step is called in the user's language."""
        self.ensure_one()
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]
