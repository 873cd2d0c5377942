from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime
from odoo.tools.mail import generate_tracking_message_id

from .truck_complaint_clocked import ACTIVITY_TYPE

TEMPLATE = "truck_crm.truck_escalation_mail"
MAIL_QUEUE = "mail.ir_cron_mail_scheduler_action"


class TruckEscalationNotice(models.AbstractModel):
    """Tells people that they are called: mail, activity, message in the inbox.

    All of it is written in the transaction of the escalation's row, in batches; what
    leaves the house stands in the queue.
    """

    _name = "truck.escalation.notice"
    _description = "Notices of Escalations"

    # ------------------------------------------------------------
    # IN THE CHATTER
    # ------------------------------------------------------------

    @api.model
    def _log(self, rows):
        """Say on each complaint who was called, in the language of its company."""
        lines = {}
        for row, rung in rows.items():
            complaint = row.complaint_id
            lang = complaint.company_id.partner_id.lang or self.env.lang
            line = row.with_context(lang=lang)._get_log_line(rung)
            lines.setdefault(complaint, []).append(line)
        if lines:
            bodies = {c.id: Markup("<br/>").join(texts) for c, texts in lines.items()}
            complaints = self.env["truck.complaint"].browse(bodies)
            complaints._message_log_batch(bodies)

    def _get_log_line(self, rung):
        lang = self.env.context.get("lang")
        level, clock = (
            rung.level.with_context(lang=lang),
            rung.clock.with_context(lang=lang),
        )
        deputies = self._name_deputies(rung.call)
        names = ", ".join(deputies.get(p, p.name) for p in rung.call.people)
        values = {
            "level": level.name,
            "clock": dict(clock._fields["kind"]._description_selection(clock.env))[
                clock.kind
            ],
            "time_left": clock.time_left,
            "note": self.note or "",
            "names": names,
        }
        if not rung.call.people:
            text = self.env._("%(clock)s, %(time_left)s. %(level)s: %(note)s", **values)
            if not level._is_pushed(rung.call):
                return text
            more = self.env._("The next level is called at once.")
            return f"{text} {more}"
        return self.env._("%(clock)s, %(time_left)s. %(level)s: %(names)s", **values)

    # ------------------------------------------------------------
    # TO PEOPLE
    # ------------------------------------------------------------

    @api.model
    def _tell(self, called):
        """Tell everybody of a list of pairs of row and ``Rung``. A hook."""
        letters = [
            (row, rung, lang, people)
            for row, rung in called
            if rung.level.by_mail or rung.level.by_inbox
            for lang, people in rung.call.people.grouped(self._get_lang).items()
        ]
        if letters:
            self._write_letters(letters)
        self._plan_activities(
            [(row, rung) for row, rung in called if rung.level.by_activity]
        )

    @api.model
    def _get_lang(self, partner):
        return partner.lang or self.env.company.partner_id.lang or self.env.lang

    @api.model
    def _write_letters(self, letters):
        """Write a message for each level and language, and put it on its ways."""
        complaints = self.env["truck.complaint"].union(
            *(row.complaint_id for row, *_others in letters)
        )
        reply_to = complaints._notify_get_reply_to(default=False)
        root = self.env.ref("base.partner_root")
        note = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        values = []
        for row, rung, lang, people in letters:
            complaint = row.complaint_id
            email_from = complaint.company_id.email_formatted or root.email_formatted
            values.append(
                {
                    "model": complaint._name,
                    "res_id": complaint.id,
                    "message_type": "user_notification",
                    "message_id": generate_tracking_message_id("truck-escalation"),
                    "subtype_id": note,
                    "is_internal": True,
                    "author_id": root.id,
                    "email_from": email_from,
                    "reply_to": reply_to[complaint.id] or email_from,
                    "subject": row._get_subject(rung, lang),
                    "body": row._render_letter(rung, lang),
                    "partner_ids": [fields.Command.set(people.ids)],
                }
            )
        messages = self.env["mail.message"].create(values)
        self._put_into_inbox(messages, letters)
        self._queue_mails(messages, letters)

    @api.model
    def _queue_mails(self, messages, letters):
        values = []
        for message, (_row, rung, _lang, people) in zip(messages, letters, strict=True):
            people = people.filtered("email_normalized")
            if rung.level.by_mail and people:
                values.append(
                    {
                        "mail_message_id": message.id,
                        "body_html": message.body,
                        "recipient_ids": [fields.Command.set(people.ids)],
                        "auto_delete": True,
                        "state": "outgoing",
                    }
                )
        if values:
            self.env["mail.mail"].create(values)
            self.env.ref(MAIL_QUEUE)._trigger()

    @api.model
    def _put_into_inbox(self, messages, letters):
        """Put messages into the inbox of users, and show them at once."""
        values = []
        for message, (row, rung, _lang, people) in zip(messages, letters, strict=True):
            users = rung.call.users.filtered(lambda u, p=people: u.partner_id in p)
            for user in users if rung.level.by_inbox else ():
                if not row._may_open(user):
                    continue
                values.append(
                    {
                        "mail_message_id": message.id,
                        "author_id": message.author_id.id,
                        "res_partner_id": user.partner_id.id,
                        "notification_type": "inbox",
                        "notification_status": "sent",
                    }
                )
                user._bus_send("simple_notification", row._get_toast(message))
        self.env["mail.notification"].create(values)

    def _get_toast(self, message):
        """Return what pops up on the screens of who is called; warnings go by."""
        is_sticky = bool(self.height)
        kind = "danger" if is_sticky else "warning"
        return {"type": kind, "message": message.subject, "sticky": is_sticky}

    def _may_open(self, user):
        """Tell whether a user has a right on complaints at all."""
        complaints = self.env["truck.complaint"].with_user(user)
        return complaints.has_access("read")

    @api.model
    def _plan_activities(self, called):
        """Give the users who were called something to do, today.

        Who has it to do already about a complaint is not told a second time.
        """
        activity_type = self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False)
        if not activity_type:
            return
        known = self._get_planned(called, activity_type)
        values = []
        for row, rung in called:
            for user in rung.call.users:
                key = (row.complaint_id.id, user)
                if key not in known and row._may_open(user):
                    known.add(key)
                    vals = row._prepare_activity_vals(rung, user)
                    values.append({**vals, "activity_type_id": activity_type.id})
        # told already: no mail of the activity's own
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        activities.create(values)

    @api.model
    def _get_planned(self, called, activity_type):
        """Return who has it to do already: pairs of complaint id and user."""
        planned = self.env["mail.activity"].search_fetch(
            [
                ("res_model", "=", "truck.complaint"),
                ("res_id", "in", [row.complaint_id.id for row, _rung in called]),
                ("activity_type_id", "=", activity_type.id),
            ],
            ["res_id", "user_id"],
        )
        return {(activity.res_id, activity.user_id) for activity in planned}

    def _prepare_activity_vals(self, rung, user):
        complaint = self.complaint_id
        return {
            "res_model_id": self.env["ir.model"]._get_id("truck.complaint"),
            "res_id": complaint.id,
            "user_id": user.id,
            "summary": self._get_summary(rung, self._get_lang(user)),
            "date_deadline": complaint.company_id._truck_to_local_date(self.date),
            "automated": True,
        }

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    def _get_summary(self, rung, lang):
        """Return what it is about, in a language: "Solution: 3 h late"."""
        clock = rung.clock.with_context(lang=lang)
        kinds = dict(clock._fields["kind"]._description_selection(clock.env))
        return clock.env._(
            "%(clock)s: %(time_left)s",
            clock=kinds[clock.kind],
            time_left=clock.time_left,
        )

    def _get_subject(self, rung, lang):
        level = rung.level.with_context(lang=lang)
        return level.env._(
            "[%(number)s] %(level)s – %(summary)s",
            number=self.complaint_id.name,
            level=level.name,
            summary=self._get_summary(rung, lang),
        )

    def _render_letter(self, rung, lang):
        """Return the body: a template that an administrator can inherit."""
        row = self.with_context(lang=lang)
        complaint = row.complaint_id
        values = {
            "row": row,
            "complaint": complaint,
            "clock": rung.clock.with_context(lang=lang),
            "level": rung.level.with_context(lang=lang),
            "summary": self._get_summary(rung, lang),
            "new_owner": rung.level.moves_ownership
            and rung.call.users[:1] - complaint.user_id,
            "deadline": rung.clock.deadline
            and format_datetime(
                row.env,
                rung.clock.deadline,
                tz=complaint._get_calendar().tz,
                dt_format="short",
            ),
            # what it is about is in the queue of mails for others to read
            "is_discreet": complaint.is_confidential,
            "url": f"{self.get_base_url()}/mail/view?model=truck.complaint"
            f"&res_id={complaint.id}",
        }
        return row.env["ir.qweb"]._render(TEMPLATE, values)
