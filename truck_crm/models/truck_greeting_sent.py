from odoo import api, fields, models
from odoo.tools import SQL

RIGHT = "truck_crm.truck_crm_group_personal_data"


class TruckGreetingSent(models.Model):
    """Who was greeted, or was not and why: one row per greeting, person and year.

    The unique index is the proof that nobody is greeted twice. Rows of birthdays say
    when the birthday is: they are for the right on personal data, and who looks at
    them leaves a trace.
    """

    _name = "truck.greeting.sent"
    _description = "Greeting Sent"
    _inherit = ["truck.personal.mixin"]
    _order = "sent_date desc, id desc"
    _rec_name = "partner_id"
    _log_access = False

    greeting_id = fields.Many2one(
        "truck.greeting", required=True, readonly=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    year = fields.Integer(
        required=True,
        readonly=True,
        aggregator=None,
        help="By the calendar of the occasion, solar or lunar.",
    )
    # As it was then: a greeting may become one for something else.
    occasion = fields.Selection(
        selection=[("birthday", "Birthday"), ("festival", "Festival")],
        required=True,
        readonly=True,
    )
    date = fields.Date(string="Celebrated On", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    channel = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        selection=[("sent", "Queued"), ("skipped", "Left Out")],
        required=True,
        readonly=True,
    )
    reason = fields.Selection(
        selection=[
            ("optout", "Wants No Greetings"),
            ("blacklist", "Address on the Blacklist"),
            ("no_address", "No Address"),
            ("limit", "Contact Limit"),
            ("cool_off", "Cool-Off"),
        ],
        string="Why Not",
        readonly=True,
    )
    sent_date = fields.Datetime(string="When", required=True, readonly=True)
    mail_id = fields.Many2one(
        "mail.mail",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
    )
    delivery = fields.Selection(
        selection=[
            ("waiting", "In the Queue"),
            ("done", "Handed Over"),
            ("failed", "Failed"),
        ],
        string="Sending",
        compute="_compute_delivery",
        compute_sudo=True,  # the queue is the administrator's
    )

    _once_a_year = models.UniqueIndex(
        "(greeting_id, partner_id, year)",
        "This person has had this greeting this year.",
    )

    @api.depends("state", "mail_id.state")
    def _compute_delivery(self):
        for row in self:
            row.delivery = row.state == "sent" and row._get_delivery(row.mail_id.state)

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _get_delivery(self, queue_state):
        """Tell how far a message is; what was sent is deleted from the queue."""
        if queue_state in ("exception", "cancel", "error", "canceled"):
            return "failed"
        return "waiting" if queue_state == "outgoing" else "done"

    @api.model
    def _claim(self, greeting, occasion, partners, refusals):
        """Add the rows of some persons, by one statement; what exists stays.

        :param refusals: ``{partner id: reason}`` of those who get nothing
        :return: the new rows
        :raise SerializationFailure: when another server has added some since this
            transaction began
        """
        greeting.flush_recordset()
        now = fields.Datetime.now()
        values = [
            SQL(
                "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                greeting.id,
                partner.id,
                occasion.year,
                greeting.occasion,
                occasion.day,
                greeting.company_id.id,
                greeting.channel,
                "skipped" if partner.id in refusals else "sent",
                refusals.get(partner.id),
                now,
            )
            for partner in partners
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO truck_greeting_sent (greeting_id, partner_id, year,"
                " occasion, date, company_id, channel, state, reason, sent_date)"
                " VALUES %s ON CONFLICT (greeting_id, partner_id, year) DO NOTHING"
                " RETURNING id",
                SQL(", ").join(values),
            ),
            log_exceptions=False,
        )
        return self.browse(row_id for (row_id,) in self.env.cr.fetchall())

    @api.model
    def _forget_birthdays(self, partners):
        """Delete what tells the birthdays of people, mails in the queue included."""
        rows = self.search(self._get_birthday_domain(partners))
        rows.mail_id.unlink()
        rows.unlink()

    @api.model
    def _get_birthday_domain(self, partners):
        return [("partner_id", "in", partners.ids), ("occasion", "=", "birthday")]

    # --- what is private ---

    def _get_personal_profiles(self):
        rows = self.filtered(lambda row: row.occasion == "birthday")
        return self.env["truck.personal.profile"].search(
            [("partner_id", "in", rows.partner_id.ids)]
        )

    @api.model
    def _get_public_fields(self):
        public = {"state", "reason", "channel", "company_id", "delivery", "mail_id"}
        return super()._get_public_fields() | public

    def _trace(self, kind, paths=None):
        # Without the right a user sees festivals only: nothing private, no trace.
        if self.env.user.has_group(RIGHT):
            return super()._trace(kind, paths)
        return None
