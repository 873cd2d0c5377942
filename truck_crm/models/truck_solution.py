from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import html2plaintext, is_html_empty

# What a version keeps, and restoring brings back.
CONTENT = ("name", "cause", "remedy", "fault_code")


class TruckSolution(models.Model):
    """What helped against a problem: symptom, cause, remedy.

    Approved ones are suggested while a complaint is typed (``truck_solution_search.py``
    finds them); each change of the text makes a version.
    """

    _name = "truck.solution"
    _description = "Solution"
    _inherit = [
        "truck.file.mixin",
        "truck.solution.search",
        "mail.thread",
        "truck.in.use.mixin",
    ]
    _order = "use_count desc, vote_score desc, id desc"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(
        string="Symptom",
        required=True,
        tracking=True,
        help="What the customer says or sees, in his words.",
    )
    cause = fields.Html()
    remedy = fields.Html()
    remedy_text = fields.Text(
        string="Remedy in Plain Text", compute="_compute_remedy_text"
    )
    fault_code = fields.Char(
        string="Fault Codes", help="As the diagnosis shows them: P0300, SPN3226."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", ondelete="cascade")
    category_id = fields.Many2one(
        "truck.complaint.category", index="btree_not_null", ondelete="restrict"
    )
    model_ids = fields.Many2many(
        "truck.model", string="Truck Models", help="Empty: it holds for all models."
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        relation="truck_solution_attachment_rel",
        string="Files",
        copy=False,
        help="Pictures and documents that belong to the solution, for the portal too.",
    )
    state = fields.Selection(
        selection=[("draft", "Draft"), ("approved", "Approved")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        help="Only what is approved is suggested.",
    )
    is_published = fields.Boolean(
        string="In the Portal",
        copy=False,
        tracking=True,
        help="Customers and dealers find it in the portal; without its cause.",
    )
    version_ids = fields.One2many(
        "truck.solution.version", inverse_name="solution_id", string="Versions"
    )
    vote_ids = fields.One2many("truck.solution.vote", inverse_name="solution_id")
    vote_score = fields.Integer(
        string="Votes",
        compute="_compute_vote_score",
        store=True,
        help="How many found it helpful, less those who did not.",
    )
    my_vote = fields.Integer(compute="_compute_my_vote")
    complaint_ids = fields.One2many("truck.complaint", inverse_name="solution_id")
    use_count = fields.Integer(
        string="Used",
        compute="_compute_use_count",
        store=True,
        help="How many complaints it has solved.",
    )

    _check_published = models.Constraint(
        "CHECK(NOT is_published OR state = 'approved')",
        "A solution in the portal must be approved: approve it first, or take it out"
        " of the portal.",
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS AND CONSTRAINTS
    # ------------------------------------------------------------

    @api.depends("remedy")
    def _compute_remedy_text(self):
        for solution in self:
            solution.remedy_text = html2plaintext(solution.remedy or "").strip()

    @api.depends("vote_ids.value")
    def _compute_vote_score(self):
        for solution in self:
            solution.vote_score = sum(solution.vote_ids.mapped("value"))

    @api.depends("vote_ids.value")
    @api.depends_context("uid")
    def _compute_my_vote(self):
        # sudo: one's own vote
        votes = self.env["truck.solution.vote"].sudo()
        votes = votes.search(
            [("solution_id", "in", self.ids), ("user_id", "=", self.env.uid)]
        )
        mine = {vote.solution_id.id: vote.value for vote in votes}
        for solution in self:
            solution.my_vote = mine.get(solution._origin.id, 0)

    @api.depends("complaint_ids")
    def _compute_use_count(self):
        Complaint = self.env["truck.complaint"].with_context(active_test=False)
        groups = Complaint._read_group(
            [("solution_id", "in", self.ids), ("state", "!=", "merged")],
            ["solution_id"],
            ["__count"],
        )
        counts = {solution.id: count for solution, count in groups}
        for solution in self:
            solution.use_count = counts.get(solution._origin.id, 0)

    @api.constrains("state", "remedy")
    def _check_remedy(self):
        for solution in self:
            if solution.state == "approved" and is_html_empty(solution.remedy):
                raise ValidationError(
                    self.env._(
                        "Remedy of %(solution)s: it is empty. Say what helped, or leave"
                        " the solution a draft.",
                        solution=solution.name,
                    )
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        solutions = super().create(vals_list)
        solutions._add_versions()
        return solutions

    def write(self, vals):
        res = super().write(vals)
        if not vals.keys().isdisjoint(CONTENT):
            self._add_versions()
        if not {"is_published", "active"}.isdisjoint(vals):
            self._close_files()
        return res

    def _close_files(self):
        """Let links to files, kept from the portal, lead nowhere any more."""
        # sudo: files belong to the solution, whoever may read them
        hidden = self.sudo().filtered(lambda s: not (s.is_published and s.active))
        hidden.attachment_ids.filtered("access_token").access_token = False

    def _add_versions(self):
        """Keep what solutions say now, where that differs from their last version."""
        # sudo: versions write themselves
        Version = self.env["truck.solution.version"].sudo()
        last = {}
        for version in Version.search(
            [("solution_id", "in", self.ids)], order="number"
        ):
            last[version.solution_id.id] = version
        vals_list = []
        for solution in self:
            before = last.get(solution.id, Version)
            changed = [
                name
                for name in CONTENT
                if (solution[name] or "") != (before[name] or "")
            ]
            if changed:
                vals_list.append(
                    {
                        "solution_id": solution.id,
                        "number": before.number + 1,
                        "changes": ", ".join(
                            self._fields[name]._description_string(self.env)
                            for name in changed
                        ),
                        **{name: solution[name] for name in CONTENT},
                    }
                )
        Version.create(vals_list)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_approve(self):
        """Let solutions be suggested.

        :raises ValidationError: without a remedy
        """
        self.state = "approved"

    def action_draft(self):
        """Suggest solutions no longer; they leave the portal as well."""
        self.write({"state": "draft", "is_published": False})

    def action_vote_up(self):
        """Say that these solutions helped; once more takes the vote back."""
        self._vote(1)

    def action_vote_down(self):
        """Say that these solutions did not help; once more takes the vote back."""
        self._vote(-1)

    def _vote(self, value):
        self.check_access("read")
        # sudo: everybody who reads has a vote, and no right on those of others
        Vote = self.env["truck.solution.vote"].sudo()
        votes = Vote.search(
            [("solution_id", "in", self.ids), ("user_id", "=", self.env.uid)]
        )
        same = votes.filtered(lambda vote: vote.value == value)
        (votes - same).value = value
        new = self - votes.solution_id
        same.unlink()
        Vote.create(
            [
                {"solution_id": s.id, "user_id": self.env.uid, "value": value}
                for s in new
            ]
        )

    def action_apply(self):
        """Solve the complaint in the context (``truck_complaint_id``) by this solution.

        :raises UserError: without a complaint that is saved
        """
        self.ensure_one()
        complaint = self.env["truck.complaint"].browse(
            self.env.context.get("truck_complaint_id")
        )
        if not complaint.exists():
            raise UserError(
                self.env._(
                    "Solution %(solution)s: save the complaint first, then apply it.",
                    solution=self.name,
                )
            )
        complaint._apply_solution(self)

    def action_view_complaints(self):
        """Open the complaints that this solution has solved."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_complaint_action"
        )
        return action | {
            "domain": [("solution_id", "=", self.id)],
            "context": {"default_solution_id": self.id},
        }
