from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, date_utils, format_date

from ..tools import poisson

ACTIVITY = "truck_crm.mail_activity_type_complaint_cluster"


class TruckComplaintCluster(models.Model):
    """More trucks of a batch with the same fault than chance explains.

    Found by the nightly job, once per category, model, batch and period: the unique
    index is the proof. Somebody looks at it and confirms or dismisses it.
    """

    _name = "truck.complaint.cluster"
    _description = "Fault Cluster"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, probability, id desc"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    category_id = fields.Many2one(
        "truck.complaint.category",
        string="Part",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    model_id = fields.Many2one(
        "truck.model", required=True, readonly=True, index=True, ondelete="cascade"
    )
    batch = fields.Date(
        string="Production Batch",
        readonly=True,
        help="Month of production; empty: all of the model.",
    )
    batch_text = fields.Char(string="Batch", compute="_compute_batch_text")
    date = fields.Date(string="Found On", required=True, readonly=True)
    date_since = fields.Date(string="Complaints Since", readonly=True)
    period = fields.Date(
        string="Period From",
        required=True,
        readonly=True,
        help="It is told of once in this period.",
    )
    # What was counted
    observed = fields.Integer(
        string="Vehicles With the Fault", readonly=True, aggregator="sum"
    )
    expected = fields.Float(
        readonly=True,
        digits=(16, 2),
        help="Vehicles of the batch times the rate of this fault over the whole fleet.",
    )
    vehicle_count = fields.Integer(string="Vehicles in Use", readonly=True)
    fleet_count = fields.Integer(string="Fleet in Use", readonly=True, aggregator="max")
    ratio = fields.Float(
        string="Times the Usual",
        compute="_compute_ratio",
        digits=(16, 1),
        help="Vehicles with the fault against what was to be expected.",
    )
    probability = fields.Float(
        readonly=True,
        digits=(16, 8),
        aggregator="min",
        help="How likely so many or more are by chance (Poisson).",
    )
    chance_text = fields.Char(
        string="Chance",
        compute="_compute_chance_text",
        help="How likely so many or more are by chance (Poisson).",
    )
    complaint_ids = fields.Many2many(
        "truck.complaint",
        relation="truck_complaint_cluster_rel",
        column1="cluster_id",
        column2="complaint_id",
        string="Complaints",
        readonly=True,
    )
    complaint_count = fields.Integer(compute="_compute_complaint_count")
    summary = fields.Char(compute="_compute_summary")
    # What came of it
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("confirmed", "Confirmed"),
            ("dismissed", "Dismissed"),
        ],
        required=True,
        readonly=True,
        default="new",
        index=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain="[('share', '=', False)]",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
    )
    reason = fields.Text(
        tracking=True, help="What is behind it, or why it is no cluster."
    )
    emergency_id = fields.Many2one(
        "truck.emergency", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _period_uniq = models.UniqueIndex(
        "(company_id, category_id, model_id, COALESCE(batch, '1900-01-01'), period)",
        "This cluster was told of in this period already.",
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("category_id", "model_id", "batch")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for cluster in self:
            names = (
                cluster.category_id.display_name,
                cluster.model_id.display_name,
                cluster.batch_text,
            )
            cluster.display_name = " · ".join(name for name in names if name)

    @api.depends("batch")
    @api.depends_context("lang")
    def _compute_batch_text(self):
        for cluster in self:
            cluster.batch_text = (
                format_date(self.env, cluster.batch, date_format="yyyy-MM")
                if cluster.batch
                else self.env._("all of the model")
            )

    @api.depends("observed", "expected")
    def _compute_ratio(self):
        for cluster in self:
            expected = cluster.expected
            cluster.ratio = cluster.observed / expected if expected else 0

    @api.depends("probability")
    @api.depends_context("lang")
    def _compute_chance_text(self):
        """Say it as people do: a float of 0.0000005 is unreadable."""
        for cluster in self:
            if not cluster.probability:  # smaller than the column holds
                cluster.chance_text = self.env._("as good as none")
                continue
            times = float(f"{1 / cluster.probability:.2g}")
            cluster.chance_text = self.env._("1 in %(times)s", times=f"{times:,.0f}")

    @api.depends("observed", "vehicle_count", "ratio")
    @api.depends_context("lang")
    def _compute_summary(self):
        for cluster in self:
            cluster.summary = self.env._(
                "%(observed)s of %(vehicles)s vehicles, %(ratio)s times the usual",
                observed=cluster.observed,
                vehicles=cluster.vehicle_count,
                ratio=f"{cluster.ratio:.1f}",
            )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_complaint_count(self):
        """One query for all, of the complaints that the user may see."""
        groups = self.env["truck.complaint"]._read_group(
            [("cluster_ids", "in", self.ids)], ["cluster_ids"], ["__count"]
        )
        counts = dict(groups)
        for cluster in self:
            cluster.complaint_count = counts.get(cluster._origin, 0)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_confirm(self):
        """Say that there is a common cause.

        :raise UserError: when the reason is missing
        """
        self._decide("confirmed")

    def action_dismiss(self):
        """Say that it is no cluster after all.

        :raise UserError: when the reason is missing
        """
        self._decide("dismissed")

    def action_view_complaints(self):
        """Open the complaints of which the cluster is made."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaints of %(name)s", name=self.display_name),
            "res_model": "truck.complaint",
            "view_mode": "list,form",
            "domain": [("id", "in", self.complaint_ids.ids)],
        }

    def action_view_vehicles(self):
        """Open the vehicles in use of the batch, or of the model."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Vehicles of %(name)s", name=self.display_name),
            "res_model": "truck.vehicle",
            "view_mode": "list,kanban,form",
            "domain": self._get_vehicle_domain(),
        }

    def action_create_emergency(self):
        """Open a quality accident about the vehicles of the cluster.

        Once: a second call shows the one that there is.

        :return: the action of its form
        """
        self.ensure_one()
        if not self.emergency_id:
            self.emergency_id = self.env["truck.emergency"].create(
                self._prepare_emergency_vals()
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "truck.emergency",
            "res_id": self.emergency_id.id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _decide(self, state):
        self.check_access("write")
        for cluster in self:
            if not cluster.reason:
                raise UserError(
                    self.env._(
                        "Reason of %(cluster)s is missing: write down what is behind"
                        " it, or why it is no cluster.",
                        cluster=cluster.display_name,
                    )
                )
        self.write({"state": state})
        self.activity_feedback([ACTIVITY])

    def _get_vehicle_domain(self):
        domain = [
            ("model_id", "=", self.model_id.id),
            ("is_own", "=", True),
            ("state", "=", "in_use"),
            ("company_id", "in", [False, self.company_id.id]),
        ]
        if self.batch:
            domain += [
                ("production_date", ">=", self.batch),
                ("production_date", "<=", date_utils.end_of(self.batch, "month")),
            ]
        return domain

    def _prepare_emergency_vals(self):
        """Return the values of a quality accident about this cluster."""
        last = self.batch and date_utils.end_of(self.batch, "month")
        return {
            "name": self.display_name,
            "kind": "quality",
            "company_id": self.company_id.id,
            "category_id": self.category_id.id,
            "model_ids": [Command.set(self.model_id.ids)],
            "production_from": self.batch,
            "production_to": last,
        }

    # ------------------------------------------------------------
    # THE NIGHTLY JOB
    # ------------------------------------------------------------

    @api.model
    def _cron_find(self):
        """Look for clusters in every company that has a policy, a commit for each."""
        cron = self.env["ir.cron"]
        found = self.env["truck.complaint.cluster.policy"]._get_by_company()
        pairs = [(company, policy) for policy, own in found.items() for company in own]
        pairs = [(company, policy) for company, policy in pairs if company.active]
        cron._commit_progress(remaining=len(pairs))
        for company, policy in pairs:
            try:
                self.sudo()._find(company, policy)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # Another server has just told of the same: nothing is left to do.
                self.env.cr.rollback()
                self.env.transaction.clear()
            if not cron._commit_progress(1):
                return

    @api.model
    def _find(self, company, policy):
        """Find the clusters of a company and tell whoever is responsible.

        What is expected is said at ``truck.complaint.cluster.policy._get_count_query``;
        how unlikely the observed number then is, at ``tools.poisson.tail``.

        :return: the new clusters
        """
        today = company._truck_to_local_date(fields.Datetime.now())
        self.env.flush_all()
        rows = self.env.execute_query_dict(policy._get_count_query(company, today))
        unlikely = []
        for row in rows:
            chance = poisson.tail(row["observed"], row["expected"])
            if chance < policy.chance_limit:
                unlikely.append(row | {"probability": chance})
        clusters = self._tell(company, policy, today, unlikely)
        if clusters:
            clusters._note_complaints()
            clusters._plan_activities(policy)
        return clusters

    @api.model
    def _tell(self, company, policy, today, rows):
        """Add rows that were not told of in this period, nor are being looked at."""
        if not rows:
            return self.browse()
        values = SQL(", ").join(
            SQL(
                "(%s, %s, %s::date, %s, %s::numeric, %s, %s, %s::numeric)",
                row["category_id"],
                row["model_id"],
                row["batch"],
                row["observed"],
                row["expected"],
                row["vehicle_count"],
                row["fleet_count"],
                row["probability"],
            )
            for row in rows
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO truck_complaint_cluster (
                       category_id, model_id, batch, observed, expected, vehicle_count,
                       fleet_count, probability, company_id, user_id, date, date_since,
                       period, state, create_uid, write_uid, create_date, write_date)
                SELECT found.*, %(company)s, %(user)s, %(today)s, %(since)s,
                       %(period)s, 'new', %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM (VALUES %(values)s) AS found (category_id, model_id, batch,
                       observed, expected, vehicle_count, fleet_count, probability)
                 WHERE NOT EXISTS (
                       SELECT FROM truck_complaint_cluster AS known
                        WHERE known.state = 'new'
                          AND known.company_id = %(company)s
                          AND known.category_id = found.category_id
                          AND known.model_id = found.model_id
                          AND known.batch IS NOT DISTINCT FROM found.batch)
                    ON CONFLICT DO NOTHING
             RETURNING id
                """,
                values=values,
                company=company.id,
                user=policy._get_acting_user(today).id or None,
                today=today,
                since=date_utils.subtract(today, months=policy.months),
                period=policy._get_period(today),
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        return self.browse(cluster_id for (cluster_id,) in self.env.cr.fetchall())

    def _note_complaints(self):
        """Write down of which complaints the clusters are made, by one statement."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO truck_complaint_cluster_rel (cluster_id, complaint_id)
                SELECT DISTINCT cluster.id, complaint.id
                  FROM truck_complaint_cluster AS cluster
                  JOIN truck_complaint AS complaint
                    ON complaint.category_id = cluster.category_id
                   AND complaint.company_id = cluster.company_id
                   AND complaint.date_open >= cluster.date_since - 1
                   AND complaint.active AND complaint.state <> 'merged'
                   AND complaint.is_confidential IS NOT TRUE
                  JOIN truck_complaint_truck_vehicle_rel AS link
                    ON link.truck_complaint_id = complaint.id
                  JOIN truck_vehicle AS vehicle
                    ON vehicle.id = link.truck_vehicle_id
                   AND vehicle.model_id = cluster.model_id
                   AND (cluster.batch IS NULL OR cluster.batch =
                        date_trunc('month', vehicle.production_date)::date)
                 WHERE cluster.id = ANY(%s)
                    ON CONFLICT DO NOTHING
                """,
                self.ids,
            )
        )
        self.invalidate_recordset(["complaint_ids", "complaint_count"])

    def _plan_activities(self, policy):
        """Give each cluster to whoever is responsible, in his language."""
        kind = self.env.ref(ACTIVITY)
        model_id = self.env["ir.model"]._get_id(self._name)
        vals_list = []
        for cluster in self.filtered("user_id"):
            text = cluster.with_context(lang=cluster.user_id.lang)
            vals_list.append(
                {
                    "res_model_id": model_id,
                    "res_id": cluster.id,
                    "activity_type_id": kind.id,
                    "automated": True,
                    "user_id": cluster.user_id.id,
                    "date_deadline": date_utils.add(cluster.date, days=policy.due_days),
                    "summary": text.display_name,
                    "note": text._get_note(),
                }
            )
        self.env["mail.activity"].create(vals_list)

    def _get_note(self):
        return self.env._(
            "%(observed)s vehicles with the fault, %(expected)s were to be expected of"
            " %(vehicles)s in use.",
            observed=self.observed,
            expected=f"{self.expected:.1f}",
            vehicles=self.vehicle_count,
        )
