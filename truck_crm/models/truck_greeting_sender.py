from datetime import date, timedelta
from typing import NamedTuple

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import birthday as calendar

MAIL_QUEUE = "mail.ir_cron_mail_scheduler_action"


class Occasion(NamedTuple):
    """A day that is celebrated, by its key and the year of its calendar."""

    day: date
    key: int
    year: int


class TruckGreetingSender(models.AbstractModel):
    """Sends greetings: each person once a year, whatever happens to the server.

    A row of ``truck.greeting.sent`` and the mail in the queue are written in one
    transaction; a unique index allows one row per greeting, person and year.
    """

    _name = "truck.greeting.sender"
    _description = "Sending of Greetings"

    # ------------------------------------------------------------
    # THE HOURLY JOB
    # ------------------------------------------------------------

    @api.model
    def _cron_send(self, batch_size=200):
        """Queue what is due now, in batches with a commit each.

        It may be killed at any moment and run on several servers at once.
        """
        cron, now = self.env["ir.cron"], fields.Datetime.now()
        todo = [
            (greeting, occasion, count)
            for greeting in self.search([])
            for occasion in greeting._get_due_occasions(now)
            if (count := greeting._count_due(occasion))
        ]
        remaining = sum(count for _greeting, _occasion, count in todo)
        cron._commit_progress(remaining=remaining)
        for greeting, occasion, count in todo:
            remaining -= count
            for done in greeting._send_in_batches(occasion, batch_size):
                count = max(count - done, 0)
                if not cron._commit_progress(done, remaining=remaining + count):
                    return
            cron._commit_progress(remaining=remaining)

    def _get_due_occasions(self, now):
        """Return the occasions for which it is time, the latest ones included.

        :param now: a moment (naive, UTC)
        """
        self.ensure_one()
        local = self.company_id._truck_to_local(now)
        if not self.hour_from <= local.hour < self.hour_to:
            return []
        first = local.date() + timedelta(days=self.days_before - self.late_days)
        return self._get_occasions(first, self.late_days)

    def _get_occasions(self, first, days):
        """Return the occasions on a day and on so many days after it."""
        found = []
        for number in range(days + 1):
            day = first + timedelta(days=number)
            for key in calendar.keys_on(day):
                if self.occasion == "birthday" or key == self._get_festival_key():
                    found.append(Occasion(day, key, calendar.year_of(key, day)))
        return found

    def _count_due(self, occasion):
        # As the job that it is: rules are for users.
        return self.env["res.partner"].search_count(self._get_occasion_domain(occasion))

    def _send_in_batches(self, occasion, batch_size):
        """Queue the greetings of an occasion; give the size of each batch to commit."""
        last_id = 0
        while True:
            try:
                ids = self._send_batch(occasion, last_id, batch_size)
            except SerializationFailure:
                # Another server did some of these at the same moment: look again.
                self._roll_back()
                continue
            except UserError as error:
                # A template that cannot be rendered must not stop other greetings.
                self._roll_back()
                self.problem = str(error)
                return
            if not ids:
                return
            last_id = ids[-1]
            yield len(ids)

    def _roll_back(self):
        self.env.cr.rollback()
        self.env.transaction.clear()

    def _send_batch(self, occasion, last_id, batch_size):
        """Queue the greetings of the next persons by id.

        :return: their ids; none when there are no more, or another server is at it
        """
        if not self.try_lock_for_update(allow_referencing=True):
            return []
        greeting = self.with_company(self.company_id)
        partners = greeting.env["res.partner"].search(
            greeting._get_occasion_domain(occasion) & fields.Domain("id", ">", last_id),
            order="id",
            limit=batch_size,
        )
        if partners:
            greeting._greet(partners, occasion)
        return partners.ids

    def _greet(self, partners, occasion):
        """Write down whom is greeted and who is not, and queue the greetings."""
        Sent = self.env["truck.greeting.sent"].sudo()
        rows = Sent._claim(self, occasion, partners, self._get_refusals(partners))
        self._queue(rows.filtered(lambda row: row.state == "sent"))
        if self.occasion == "birthday":
            self._trace_birthdays(partners)
        if self.problem:
            self.problem = False

    def _trace_birthdays(self, partners):
        """Note in the personal data log whose birthday the job has read."""
        # sudo: a job, or a user whose right was asked for
        profiles = self.env["truck.personal.profile"].sudo()
        profiles = profiles.search([("partner_id", "in", partners.ids)])
        log = self.env["truck.personal.access.log"].sudo()
        log._trace("greet", profiles, self.env.uid)

    # ------------------------------------------------------------
    # WHO IS NOT GREETED
    # ------------------------------------------------------------

    def _get_refusals(self, partners):
        """Return ``{partner id: reason}`` of the persons who get no greeting."""
        # sudo: the lists are for the administrator to read, and for all to heed
        Limit = self.env["truck.contact.limit"].sudo()
        states = Limit._get_states(partners, self.company_id, with_private=True)
        blocked = self._get_blocked(partners)
        refusals = {}
        for partner in partners:
            entity = partner.commercial_partner_id
            if partner.truck_greeting_optout or entity.truck_greeting_optout:
                refusals[partner.id] = "optout"
            elif not partner[self._get_address_field()]:
                refusals[partner.id] = "no_address"
            elif partner in blocked:
                refusals[partner.id] = "blacklist"
            elif reason := states[partner.id].reason:
                refusals[partner.id] = reason
        return refusals

    def _get_address_field(self):
        """Return the stored field of a person without which nothing arrives. A hook."""
        return "email_normalized"

    def _get_blocked(self, partners):
        """Return the persons who do not want anything by this channel. A hook."""
        return partners.filtered("is_blacklisted")

    # ------------------------------------------------------------
    # SENDING
    # ------------------------------------------------------------

    def _queue(self, rows):
        """Put the greetings of these rows into the queue of their channel. A hook."""
        if not rows:
            return
        mails = self._create_mails(rows.partner_id)
        for row in rows:
            row.mail_id = mails[row.partner_id.id]
        self.env.ref(MAIL_QUEUE)._trigger()

    def _create_mails(self, partners):
        """Make a mail for each person, in the person's language.

        It belongs to no record: in the chatter of the contact everybody would read that
        it is his birthday. Once sent it is deleted.

        :return: ``{partner id: mail.mail}``
        """
        # sudo: mails are for the administrator; the texts are of a template
        template = self.template_id.sudo().with_company(self.company_id)
        values = {"model": False, "res_id": False, "auto_delete": True}
        mails = {}
        for lang, people in partners.sudo().grouped(self._get_lang).items():
            template = template.with_context(template_preview_lang=lang)
            made = template.send_mail_batch(people.ids, email_values=values)
            for partner, mail in zip(people, made, strict=True):
                self._address(mail, partner)
                mails[partner.id] = mail
        return mails

    @api.model
    def _address(self, mail, partner):
        """Let a mail go to the person alone, whatever recipients its template has."""
        if mail.recipient_ids != partner:
            mail.recipient_ids = partner
        if mail.email_to or mail.email_cc:
            mail.write({"email_to": False, "email_cc": False})

    def _get_lang(self, partner):
        return partner.lang or self.company_id.partner_id.lang or self.env.lang

    def _send_test(self, partner):
        """Queue the greeting for one of ours, without a row. A hook."""
        if not partner.email_normalized:
            raise UserError(
                self.env._(
                    "%(name)s has no e-mail address: enter one in your preferences.",
                    name=partner.display_name,
                )
            )
        self._create_mails(partner)
        # sudo: waking the queue
        self.env.ref(MAIL_QUEUE).sudo()._trigger()
