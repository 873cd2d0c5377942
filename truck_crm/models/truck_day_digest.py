from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

TEMPLATE = "truck_crm.truck_day_digest_mail"
GROUPS = ("truck_crm.truck_crm_group_user", "truck_crm.truck_crm_group_service")
KEEP_DAYS = 60


class TruckDayDigest(models.Model):
    """The proof that somebody was sent the list of his day: a row per user and day.

    The row and the mail in the queue come in one transaction, so that there is never
    one without the other, and never a second one.
    """

    _name = "truck.day.digest"
    _description = "Mail of My Day"
    _order = "date desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Date(required=True, readonly=True, index=True)
    item_count = fields.Integer(
        string="Rows", readonly=True, help="Zero: nothing to do, so no mail."
    )

    _user_date_uniq = models.UniqueIndex(
        "(user_id, date)", "This user was sent the list of this day already."
    )

    # ------------------------------------------------------------
    # THE JOB
    # ------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Queue the mails that are due now, one transaction each."""
        cron = self.env["ir.cron"]
        users = self._get_due_users()
        cron._commit_progress(remaining=len(users))
        for user in users:
            self._send(user)
            if not cron._commit_progress(1):
                return

    @api.model
    def _get_due_users(self):
        """Return who has not got the list of today yet, though his hour has come.

        In each user's own time zone. Who is away gets none: his deputy has it on his.
        """
        groups = [self.env.ref(xmlid).id for xmlid in GROUPS]
        users = self.env["res.users"].search(
            [
                ("share", "=", False),
                ("all_group_ids", "in", groups),
                ("company_id.truck_day_digest", "=", True),
                ("truck_no_digest", "!=", True),
            ],
            order="id",
        )
        days = {user: self._get_day_of(user) for user in users}
        sent = self.search_fetch(
            [
                ("user_id", "in", users.ids),
                ("date", "in", list({day for day, _hour in days.values()})),
            ],
            ["user_id", "date"],
        )
        sent = {(row.user_id, row.date) for row in sent}
        return users.filtered(
            lambda user: (user, days[user][0]) not in sent
            and days[user][1] >= user.company_id.truck_day_digest_hour
            and user._truck_get_substitute(days[user][0]) == user
        )

    @api.model
    def _get_day_of(self, user):
        """Return the day that it is where a user is, and the hour as a number."""
        timezone = user.tz or user.company_id.partner_id.tz or "UTC"
        here = fields.Datetime.context_timestamp(
            self.with_context(tz=timezone), fields.Datetime.now()
        )
        return here.date(), here.hour + here.minute / 60

    @api.model
    def _send(self, user):
        """Queue the mail of a user, unless he has it already.

        Two servers at once: the second waits for the first one's row and then finds it.

        :return: the row; empty if there was one
        """
        today, _hour = self._get_day_of(user)
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO truck_day_digest (user_id, date, item_count, create_date,"
                " write_date, create_uid, write_uid) VALUES (%(user)s, %(date)s, 0,"
                " %(now)s, %(now)s, %(uid)s, %(uid)s)"
                " ON CONFLICT (user_id, date) DO NOTHING RETURNING id",
                user=user.id,
                date=today,
                now=self.env.cr.now(),
                uid=self.env.uid,
            )
        )
        digest = self.browse(row[0] for row in rows)
        if digest:
            digest._queue_mail(user)
        return digest

    def _queue_mail(self, user):
        """Put the list of the user's day into the queue of mails, if it has rows."""
        items = self._get_items(user)
        size = user.company_id.truck_day_digest_size
        # what is read here is read for the user: he, not the job, stands in the log
        shown = items[:size]
        shown._trace("read")
        self.item_count = len(items)
        if not items:
            return
        # sudo: a job; the mail is for this user only and goes once it is sent
        self.env["mail.mail"].sudo().create(
            self._prepare_mail_vals(user, shown, len(items))
        )

    @api.model
    def _get_items(self, user):
        """Return the rows of the user's day as he would see them, in all companies."""
        companies = user.company_id | user.company_ids
        items = self.env["truck.day.item"].with_context(
            lang=user.lang,
            tz=user.tz or user.company_id.partner_id.tz,
            allowed_company_ids=companies.ids,
        )
        return items.with_user(user).search([("is_mine", "=", True)])

    def _prepare_mail_vals(self, user, items, total):
        """Return the values of the mail."""
        digest = self.with_env(self.env(context=items.env.context))
        return {
            "subject": digest.env._(
                "Your day, %(date)s: %(number)s to look after",
                date=format_date(digest.env, self.date),
                number=total,
            ),
            "body_html": digest._render_mail(user, items, total),
            "email_from": user.company_id.email_formatted or user.email_formatted,
            "email_to": user.email_formatted,
            "author_id": self.env.ref("base.partner_root").id,
            "auto_delete": True,
            "state": "outgoing",
        }

    def _render_mail(self, user, items, total):
        """Return the body: a template that an administrator can inherit."""
        base_url = self.get_base_url()
        values = {
            "digest": self,
            "user": user,
            "company": user.company_id,
            "items": items,
            "more": total - len(items),
            "more_text": items.env._(
                "%(number)s more on your list", number=total - len(items)
            ),
            "url": f"{base_url}/odoo/truck-my-day",
            "links": {item.id: item._get_link(base_url) for item in items},
        }
        return items.env["ir.qweb"].sudo()._render(TEMPLATE, values)

    @api.autovacuum
    def _gc_old(self):
        """Forget the proofs of days long past."""
        limit = fields.Date.today() - timedelta(days=KEEP_DAYS)
        self.search([("date", "<", limit)], limit=10000).unlink()
