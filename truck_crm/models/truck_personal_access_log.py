from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class TruckPersonalAccessLog(models.Model):
    """Who did what to whose private data, and when; never what it says.

    Rows are added by the ``_trace`` methods and go after the time set, by nothing else.
    """

    _name = "truck.personal.access.log"
    _description = "Personal Data Log"
    _inherit = ["truck.in.use.mixin"]
    _order = "date desc, id desc"
    _rec_name = "date"
    _log_access = False

    date = fields.Datetime(required=True, readonly=True, index=True)
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict"
    )
    kind = fields.Selection(
        selection=[
            ("read", "Opened"),
            ("list", "Seen in a List"),
            ("export", "Exported"),
            ("group", "Counted"),
            ("change", "Edited"),
            ("merge", "Merged"),
            ("erase", "Erased"),
            ("anonymise", "Anonymised"),
            ("greet", "Greeted for the Birthday"),
        ],
        string="What",
        required=True,
        readonly=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Whose",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Empty: the contact is gone, or many were counted together.",
    )
    # A number, not a link: the trace outlives the profile. Zero: many together; empty:
    # a contact without one.
    profile_number = fields.Integer(readonly=True)
    company_id = fields.Many2one(
        "res.company", readonly=True, index="btree_not_null", ondelete="set null"
    )

    # A form with its pages is read in several calls: one row for all in a second.
    _uniq = models.UniqueIndex("(profile_number, user_id, kind, date)")

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains(
        "date", "user_id", "kind", "partner_id", "profile_number", "company_id"
    )
    def _check_unchanged(self):
        # The rows are added in SQL: whoever comes here changes one, or makes one up.
        raise ValidationError(self.env._("The personal data log cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_by_retention(self):
        raise UserError(
            self.env._(
                "Rows of the personal data log go by themselves after the time set:"
                " Settings > Truck CRM > Personal Data Log."
            )
        )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _trace(self, kind, profiles, user_id):
        """Note what a user did to some profiles, one row each."""
        if kind == "read" and len(profiles) > 1:
            kind = "list"
        profiles.flush_recordset(["partner_id"])
        self._insert(
            kind,
            user_id,
            SQL(
                "SELECT profile.id, partner.id, partner.company_id"
                " FROM truck_personal_profile profile"
                " JOIN res_partner partner ON partner.id = profile.partner_id"
                " WHERE profile.id IN %s",
                profiles._ids or (0,),
            ),
        )

    @api.model
    def _trace_group(self, user_id):
        """Note that a user had profiles counted by something private."""
        self._insert(
            "group", user_id, SQL("SELECT 0, NULL::int, %s", self.env.company.id)
        )

    @api.model
    def _trace_contacts(self, kind, partners, user_id):
        """Note what a user did to contacts, whether or not they have a profile."""
        self._insert(
            kind,
            user_id,
            SQL(
                "SELECT NULL::int, id, company_id FROM res_partner WHERE id IN %s",
                partners._ids or (0,),
            ),
        )

    @api.model
    def _insert(self, kind, user_id, rows):
        """Add rows of profile, contact and company in one statement."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (date, user_id, kind, profile_number, partner_id,"
                " company_id) SELECT %s, %s, %s, rows.* FROM (%s) rows"
                " ON CONFLICT DO NOTHING",
                SQL.identifier(self._table),
                self.env.cr.now().replace(microsecond=0),
                user_id,
                kind,
                rows,
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _cron_purge(self, batch_size=5000):
        """Delete what is older than the months set; zero keeps all for ever."""
        # sudo: a job; the parameter may not be readable
        parameters = self.env["ir.config_parameter"].sudo()
        months = int(parameters.get_param("truck_crm.personal_log_months", 0))
        if months <= 0:
            return
        limit = fields.Datetime.subtract(fields.Datetime.now(), months=months)
        deleted = batch_size
        while deleted == batch_size:
            deleted = self._purge_before(limit, batch_size)
            remaining = self.search_count([("date", "<", limit)], limit=1)
            if not self.env["ir.cron"]._commit_progress(deleted, remaining=remaining):
                break

    @api.model
    def _purge_before(self, limit, batch_size):
        """Delete the oldest rows; two servers never wait for the same ones."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM %(table)s WHERE id IN (SELECT id FROM %(table)s"
                " WHERE date < %(limit)s ORDER BY date LIMIT %(size)s"
                " FOR UPDATE SKIP LOCKED)",
                table=SQL.identifier(self._table),
                limit=limit,
                size=batch_size,
            )
        )
        self.invalidate_model(flush=False)
        return self.env.cr.rowcount
