from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, float_compare, formatLang

LOCKED = ("active", "replaced")
AT_ONCE = 20_000  # so many rows are graded while the user waits; more by the job


class TruckGradeScheme(models.Model):
    """The rules that make grades and return classes, as one thing that is in force.

    Rules in force are not edited: a draft is made of them, simulated, and put in force
    in one step. What was in force stays on file.
    """

    _name = "truck.grade.scheme"
    _description = "Grading Scheme"
    _inherit = ["truck.grade.score"]
    _order = "state_sequence, date_from desc, id desc"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        string="Only for Company",
        index="btree_not_null",
        ondelete="cascade",
        help="Holds for its branches too. Empty: for all companies without a scheme of"
        " their own. Sums of money are in the currency of each company.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("simulated", "Simulated"),
            ("active", "In Force"),
            ("replaced", "Replaced"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    state_sequence = fields.Integer(
        compute="_compute_state_sequence", store=True, precompute=True
    )
    origin_id = fields.Many2one(
        "truck.grade.scheme",
        string="Made From",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    date_from = fields.Date(string="In Force From", readonly=True, copy=False)
    date_to = fields.Date(string="Until", readonly=True, copy=False)
    applied_by_id = fields.Many2one(
        "res.users",
        string="Put in Force By",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    note = fields.Text(translate=True, help="Why the rules are as they are.")
    rule_ids = fields.One2many(
        "truck.grade.rule", inverse_name="scheme_id", string="Rules", copy=True
    )
    threshold_ids = fields.One2many(
        "truck.grade.threshold",
        inverse_name="scheme_id",
        string="Thresholds",
        copy=True,
    )
    weight_total = fields.Float(
        string="Weights Together (%)", digits=(6, 2), compute="_compute_weight_total"
    )
    problem = fields.Text(string="To Be Corrected", compute="_compute_problem")
    # Return class
    return_basis = fields.Selection(
        selection=[("ratio", "Share of Revenue (%)"), ("amount", "Amount")],
        string="Return Judged By",
        required=True,
        default="ratio",
    )
    return_high = fields.Float(
        string="High From", digits=(16, 2), required=True, default=15.0
    )
    return_medium = fields.Float(
        string="Medium From",
        digits=(16, 2),
        required=True,
        default=5.0,
        help="Less, down to 0, is low; below 0 is negative.",
    )
    # How far the grades follow the rules
    is_regrading = fields.Boolean(string="Being Graded", readonly=True, copy=False)
    regrade_cursor = fields.Integer(readonly=True, copy=False)

    _active_uniq = models.UniqueIndex(
        "(coalesce(company_id, 0)) WHERE state = 'active'",
        "Another scheme is in force for this company: make a draft of it.",
    )

    @api.depends("state")
    def _compute_state_sequence(self):
        order = {"active": 0, "simulated": 1, "draft": 2, "replaced": 3}
        for scheme in self:
            scheme.state_sequence = order[scheme.state]

    @api.depends("rule_ids.weight")
    def _compute_weight_total(self):
        for scheme in self:
            scheme.weight_total = sum(scheme.rule_ids.mapped("weight"))

    @api.depends(
        *("rule_ids.weight", "rule_ids.metric", "rule_ids.band_ids"),
        *("rule_ids.band_ids.value_from", "rule_ids.band_ids.strategy_id"),
        *("threshold_ids.score_min", "threshold_ids.grade_id"),
        *("return_high", "return_medium"),
    )
    @api.depends_context("lang")
    def _compute_problem(self):
        for scheme in self:
            scheme.problem = "\n".join(scheme._get_problems())

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains("state")
    def _check_complete(self):
        for scheme in self.filtered(lambda s: s.state in ("simulated", "active")):
            scheme._check_simulable()

    def _check_simulable(self):
        """Raise what keeps the rules from grading, all of it at once."""
        if problems := self._get_problems():
            raise ValidationError("\n".join(problems))

    @api.constrains("threshold_ids")
    def _check_thresholds(self):
        for scheme in self:
            if scheme.threshold_ids and (
                problem := scheme._get_threshold_order_problem()
            ):
                raise ValidationError(problem)

    @api.constrains("return_high", "return_medium")
    def _check_return(self):
        for scheme in self:
            if problem := scheme._get_return_problem():
                raise ValidationError(problem)

    def _get_problems(self):
        """Return what has to be corrected before the rules can grade anybody."""
        self.ensure_one()
        problems = [
            self._get_weight_problem(),
            *(rule._get_problem() for rule in self.rule_ids),
            self._get_missing_threshold_problem(),
            self._get_threshold_order_problem(),
            self._get_return_problem(),
        ]
        return list(filter(None, problems))

    def _get_weight_problem(self):
        if not self.rule_ids:
            return self.env._("Rules: there are none. Add the figures that count.")
        missing = 100 - self.weight_total
        if not float_compare(missing, 0, precision_digits=2):
            return None
        values = {
            "total": formatLang(self.env, self.weight_total, digits=2),
            "rule": self.rule_ids.sorted("weight")[-1]._get_label(),
            "missing": formatLang(self.env, abs(missing), digits=2),
        }
        if missing > 0:
            return self.env._(
                "Weight (%%): the rules make %(total)s %% together instead of 100 %%."
                " Add %(missing)s, for instance to %(rule)s.",
                **values,
            )
        return self.env._(
            "Weight (%%): the rules make %(total)s %% together instead of 100 %%. Take"
            " off %(missing)s, for instance from %(rule)s.",
            **values,
        )

    def _get_missing_threshold_problem(self):
        grades = self.env["truck.customer.grade"].search([("active", "=", True)])
        missing = grades - self.threshold_ids.grade_id
        if missing:
            return self.env._(
                "From Score: grade %(grade)s has none. Add it to the thresholds, or"
                " archive the grade.",
                grade=missing[0].code,
            )
        return None

    def _get_threshold_order_problem(self):
        rows = self.threshold_ids.sorted(lambda t: (t.grade_id.sequence, t.grade_id.id))
        for better, worse in zip(rows, rows[1:], strict=False):
            if better.grade_id == worse.grade_id:
                return self.env._(
                    "From Score: grade %(grade)s stands there twice. Delete one of the"
                    " two rows.",
                    grade=worse.grade_id.code,
                )
            if better.score_min <= worse.score_min:
                return self.env._(
                    "From Score of grade %(worse)s: %(low)s is not below the %(high)s"
                    " of the better grade %(better)s, so they overlap. Enter less for"
                    " %(worse)s, or more for %(better)s.",
                    worse=worse.grade_id.code,
                    better=better.grade_id.code,
                    low=formatLang(self.env, worse.score_min, digits=1),
                    high=formatLang(self.env, better.score_min, digits=1),
                )
        if rows and rows[-1].score_min:
            return self.env._(
                "From Score of grade %(grade)s: %(score)s leaves customers below"
                " without a grade. The last grade begins at 0.",
                grade=rows[-1].grade_id.code,
                score=formatLang(self.env, rows[-1].score_min, digits=1),
            )
        return None

    def _get_return_problem(self):
        if not 0 < self.return_medium < self.return_high:
            return self.env._(
                "High From (%(high)s) and Medium From (%(medium)s) of the return class"
                " overlap: High From must be more than Medium From, and that more than"
                " 0.",
                high=formatLang(self.env, self.return_high, digits=2),
                medium=formatLang(self.env, self.return_medium, digits=2),
            )
        return None

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        if not self.env.su:
            if vals.keys() & {"state", "is_regrading", "regrade_cursor", "date_from"}:
                raise AccessError(
                    self.env._("Schemes come into force by Simulate and Apply alone.")
                )
            if vals.keys() - {"name", "note"}:
                self._note_change()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [{**vals, "state": "draft"} for vals in vals_list]
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self.filtered(lambda s: s.state in LOCKED)._raise_locked()

    def _note_change(self):
        """Refuse a change of rules in force; a simulated draft is a draft again."""
        if self.env.su:
            return
        self.filtered(lambda s: s.state in LOCKED)._raise_locked()
        simulated = self.filtered(lambda s: s.state == "simulated")
        if simulated:
            simulated.check_access("write")
            # sudo: the state follows what is done, nobody writes it
            simulated.sudo().state = "draft"

    def _raise_locked(self):
        if self:
            raise UserError(
                self.env._(
                    "%(scheme)s is in force, or was: grades rest on it, so it is"
                    " neither changed nor deleted. Press “Make a Draft”, change the"
                    " draft, simulate it and apply it.",
                    scheme=self[0].name,
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_draft(self):
        """Make a draft of these rules, to change and to simulate.

        :return: the action that opens the draft
        """
        self.ensure_one()
        today = self.env.company._truck_to_local_date(fields.Datetime.now())
        name = self.env._("Draft of %(date)s", date=fields.Date.to_string(today))
        draft = self.copy({"name": name, "origin_id": self.id})
        return draft._get_records_action(name=self.env._("Grading Scheme"))

    def action_simulate(self):
        """Show who would move where if these rules were in force.

        :return: the action that opens the simulation
        :raise ValidationError: the rules are not complete
        """
        self.ensure_one()
        self.check_access("read")
        simulation = self.env["truck.grade.simulation"].create({"scheme_id": self.id})
        simulation.action_simulate()
        return simulation._get_records_action(name=self.env._("Simulation"))

    def action_apply(self):
        """Put a simulated draft in force; what was in force is replaced.

        Small bases are graded at once, large ones by the job, batch by batch, so that
        no row is locked for long.

        :raise AccessError: only an administrator of Truck CRM may
        :raise UserError: not simulated, or changed since
        """
        self.ensure_one()
        if not self.env.user.has_group("truck_crm.truck_crm_group_admin"):
            raise AccessError(
                self.env._("Only an administrator of Truck CRM can apply these rules.")
            )
        if not self.try_lock_for_update() or self.state != "simulated":
            raise UserError(
                self.env._(
                    "%(scheme)s was changed since it was simulated, is in force"
                    " already, or was never simulated. Press “Simulate” and look who"
                    " would move.",
                    scheme=self.name,
                )
            )
        # sudo: the rule of drafts keeps everybody from rules in force
        self.sudo()._put_in_force(self.env.uid)
        return True

    def action_view_movements(self):
        """Open who got another grade by these rules."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_customer_grade_history_action"
        )
        return action | {"domain": [("scheme_id", "=", self.id)], "context": {}}

    def _put_in_force(self, user_id):
        today = self.env.company._truck_to_local_date(fields.Datetime.now())
        before = self.search(
            [("state", "=", "active"), ("company_id", "=", self.company_id.id)]
        )
        before.write({"state": "replaced", "date_to": today, "is_regrading": False})
        before.flush_recordset()  # one in force, says an index
        self.write(
            {
                "state": "active",
                "date_from": today,
                "applied_by_id": user_id,
                "is_regrading": True,
                "regrade_cursor": 0,
            }
        )
        if self._count_rows() <= AT_ONCE:
            while self._regrade_batch(AT_ONCE):
                continue
        else:
            self.env.ref("truck_crm.ir_cron_truck_customer_grade")._trigger()

    @api.model
    def _activate(self, xmlid):
        """Put a scheme that is delivered as data in force, if none is yet."""
        scheme = self.env.ref(xmlid)
        if not self.search_count(
            [("state", "=", "active"), ("company_id", "=", False)]
        ):
            scheme._put_in_force(self.env.uid)

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _get_by_company(self, draft=None):
        """Return ``{scheme: companies}`` of all companies that have rules.

        :param draft: a scheme that is looked at as if it were in force
        """
        # sudo: every company is graded, whoever asks
        schemes = self.sudo().search([("state", "=", "active")])
        by_company = {scheme.company_id: scheme for scheme in schemes}
        if draft:
            by_company[draft.sudo().company_id] = draft.sudo()
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        shared = by_company.get(companies.browse())
        found = {}
        for company in companies.search([("active", "in", [True, False])]):
            own = next(
                (
                    by_company[c]
                    for c in reversed(company.parent_ids)
                    if c in by_company
                ),
                shared,
            )
            if own:
                found[own] = found.get(own, companies.browse()) | company
        return found

    def _get_companies(self):
        """Return the companies that are graded by this scheme, were it in force."""
        self.ensure_one()
        return self._get_by_company(draft=self).get(self.sudo(), self.company_id)

    def _count_rows(self):
        Metrics = self.env["truck.customer.metrics"]
        return Metrics.search_count(
            [("company_id", "in", self._get_companies().ids)], limit=AT_ONCE + 1
        )

    def _regrade_batch(self, batch_size):
        """Grade the next rows by these rules, in order of their ids.

        :return: how many rows were looked at; 0 when all are done
        """
        self.ensure_one()
        Metrics = self.env["truck.customer.metrics"]
        Metrics.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM truck_customer_metrics"
                " WHERE id > %s AND company_id = ANY(%s) ORDER BY id LIMIT %s",
                self.regrade_cursor,
                self._get_companies().ids,
                batch_size,
            )
        )
        if not rows:
            self.is_regrading = False
            return 0
        ids = [row_id for (row_id,) in rows]
        Metrics._grade_where(SQL("metrics.id = ANY(%s)", ids))
        self.regrade_cursor = ids[-1]
        return len(ids)
