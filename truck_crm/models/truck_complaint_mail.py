import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, html2plaintext
from odoo.tools.mail import parse_contact_from_email

from ..tools import complaint_text

_logger = logging.getLogger(__name__)

# Headers of mail that no person wrote: RFC 3834, and what came before it.
AUTOMATIC = {
    "auto-submitted": ("auto-generated", "auto-replied", "auto-notified"),
    "precedence": ("bulk", "junk", "list", "auto_reply"),
    "x-autoreply": (),
    "x-autorespond": (),
}
# Of these, what answers for somebody who is not there; a list or report may be he.
ABSENT = {
    "auto-submitted": ("auto-replied",),
    "precedence": ("auto_reply",),
    "x-autoreply": (),
    "x-autorespond": (),
}
MAIL_QUEUE = "mail.ir_cron_mail_scheduler_action"
# So long an automatic answer counts as one to what the sender last wrote about.
ANSWER_DAYS = 30
ACKNOWLEDGEMENT_HEADERS = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
}


class TruckComplaintMail(models.AbstractModel):
    """Complaints by mail. None is lost: what cannot be guessed stays empty."""

    _name = "truck.complaint.mail"
    _description = "Complaint by Mail"
    _inherit = ["truck.complaint.guess"]

    email_normalized = fields.Char(
        string="Sender",
        compute="_compute_email_normalized",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="The address of the sender alone, by which answers are recognised.",
    )

    @api.depends("email_from")
    def _compute_email_normalized(self):
        for complaint in self:
            complaint.email_normalized = email_normalize(complaint.email_from)

    # ------------------------------------------------------------
    # ROUTING
    # ------------------------------------------------------------

    @api.model
    def _reroute_mail(self, message, message_dict, route):
        """Bring a mail that would make a complaint to the one it belongs to, if any.

        :param message: the mail, with its headers
        :param dict message_dict: what ``message_parse`` tells of it
        :param tuple route: the route found, see ``message_route``
        :return: the route, with the id of the complaint or a note for ``message_new``
        """
        model, thread_id, custom_values, user_id, alias = route
        custom_values = dict(custom_values or {})
        is_automatic = _has_header(message, AUTOMATIC)
        complaint = self._guarded(self._find_mail_thread, message_dict, is_automatic)
        if complaint:
            thread_id = complaint.id
        elif is_automatic:
            custom_values["is_automatic"] = True
        return model, thread_id, custom_values, user_id, alias

    @api.model
    def _mark_absence(self, message, message_dict, route):
        """Make a note of what answers for somebody who is not there.

        It is kept and reaches whoever wrote to him, but the customer is still silent.

        :param message: the mail, with its headers
        :param dict message_dict: what ``message_parse`` tells of it
        :param tuple route: to which complaint, if there is one
        """
        if route[1] and _has_header(message, ABSENT):
            message_dict["is_internal"] = True

    @api.model
    def _find_mail_thread(self, message_dict, is_automatic=False):
        """Return the complaint to which a mail without reference belongs.

        That is one of the sender's whose number is in the subject. A sender who writes
        more than a person does, or a machine that answers, adds to his last complaint
        instead of making one after the other.
        """
        email = email_normalize(message_dict.get("email_from"))
        # sudo: the gateway asks; who may be answered there is looked at below
        complaints = self.sudo().with_context(active_test=False)
        numbers = complaint_text.find_numbers(message_dict.get("subject"))
        if numbers:
            named = complaints.search([("name", "in", numbers)])
            named = named.filtered(lambda complaint: complaint._is_sender(email))
            if named:
                return named[0]._get_surviving()
        if not email:
            return complaints.browse()
        now = fields.Datetime.now()
        minutes, most = self._get_flood_limits()
        recent = complaints.search(
            [
                ("email_normalized", "=", email),
                ("create_date", ">=", now - timedelta(minutes=minutes)),
            ],
            limit=most,
            order="id desc",
        )
        if len(recent) >= most:
            return recent[0]._get_surviving()
        if is_automatic:
            since = now - timedelta(days=ANSWER_DAYS)
            last = Domain("email_normalized", "=", email) & Domain(
                "create_date", ">=", since
            )
            return complaints.search(last, limit=1, order="id desc")._get_surviving()
        return complaints.browse()

    @api.model
    def _get_flood_limits(self):
        """Return (minutes, complaints): so many in such a time are no person's."""
        # sudo: settings of the gateway
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return (
            int(get_param("mail.gateway.loop.minutes", 120)),
            int(get_param("mail.gateway.loop.threshold", 20)),
        )

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Drop no mail of who sends many: ``_find_mail_thread`` puts them together."""
        return False

    def _is_sender(self, email):
        """Tell whether who writes from this address belongs to the complaint."""
        self.ensure_one()
        if not email:
            return False
        people = self.message_partner_ids | self.contact_id | self.partner_id
        if email in (self.email_normalized, *people.mapped("email_normalized")):
            return True
        senders = self._find_senders(self.company_id, email)
        return bool(senders.commercial_partner_id & self.partner_id)

    def _get_surviving(self):
        """Return the complaint into which this one was merged, or itself."""
        complaint, seen = self, self.browse()
        while complaint.merged_into_id and complaint not in seen:
            seen |= complaint
            complaint = complaint.merged_into_id
        return complaint

    # ------------------------------------------------------------
    # NEW COMPLAINTS
    # ------------------------------------------------------------

    # private: for the gateway; other systems have `submit`
    @api.private
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Make a complaint of a mail, whatever goes wrong with guessing what it says.

        :param dict msg_dict: what ``message_parse`` tells of it
        :param dict custom_values: of the alias; ``is_automatic`` for a mail that no
            person wrote, which is not answered
        """
        values = dict(custom_values or {})
        is_automatic = values.pop("is_automatic", False)
        company = self.env["res.company"].browse(values.get("company_id"))
        lang = (company or self.env.company).partner_id.lang
        nothing = self.with_context(lang=lang).env._("(no subject)")
        name, email = parse_contact_from_email(msg_dict.get("email_from"))
        basic = {
            "subject": msg_dict.get("subject") or nothing,
            "contact_name": name,
            "email_from": email or msg_dict.get("email_from"),
            "channel": "mail",
            # whose truck a stranger names does not tell who he is
            "partner_id": False,
        }
        guessed = self._guarded(self._guess_mail_vals, msg_dict, values) or {}
        if guessed.get("contact_id"):
            basic["contact_name"] = False
        complaint = (
            self._guarded(self.create, [basic | guessed | values])
            or self._guarded(self.create, [basic | values])
            or self.create([basic])
        )
        if not is_automatic:
            complaint._acknowledge(msg_dict.get("message_id"))
        return complaint

    @api.model
    def _guess_mail_vals(self, msg_dict, values):
        company = self.env["res.company"].browse(values.get("company_id"))
        return self._guess_vals(
            company or self.env.company,
            email_normalize(msg_dict.get("email_from")),
            msg_dict.get("subject"),
            html2plaintext(msg_dict.get("body") or "")[:5000],
        )

    @api.model
    def _guarded(self, method, *args):
        """Return what a method returns; None, and a line in the log, when it fails.

        For what must not cost the mail: it is rolled back alone.
        """
        try:
            with self.env.cr.savepoint():
                return method(*args)
        except Exception:  # whatever it is, the mail counts more
            _logger.warning("Complaint by mail: %s", method.__name__, exc_info=True)
            return None

    def _message_post_after_hook(self, message, msg_values):
        """Take the text of the first mail over, its pictures and all."""
        for complaint in self:
            if (
                message.message_type == "email"
                and complaint.channel == "mail"
                and not complaint.description
            ):
                complaint.description = message.body
        return super()._message_post_after_hook(message, msg_values)

    # ------------------------------------------------------------
    # ANSWERS
    # ------------------------------------------------------------

    def _acknowledge(self, message_id=None):
        """Tell who complained that it has arrived, and its number.

        :param str message_id: of his mail, so that the answer is shown below it
        """
        template = self.env.ref(
            "truck_crm.mail_template_complaint_received", raise_if_not_found=False
        )
        for complaint in self.filtered("email_normalized"):
            if template and template.active:
                complaint._guarded(complaint._send_received, template, message_id)
        # sudo: the queue is to start at once, whoever wrote
        self.env.ref(MAIL_QUEUE).sudo()._trigger()

    def _send_received(self, template, message_id):
        # the robot and not who complains; answers to it are mailed to nobody else
        author, company = self.env.ref("base.partner_root"), self.company_id.partner_id
        # sudo: whoever complains has no right on templates
        template = template.sudo()
        mail = template.send_mail_batch(
            self.ids,
            email_values={
                "author_id": author.id,
                "headers": repr(ACKNOWLEDGEMENT_HEADERS),
                "references": message_id or False,
                "reply_to": self._notify_get_reply_to(author_id=company.id)[self.id],
            },
            email_layout_xmlid="mail.mail_notification_light",
        )
        # the frame is for the mail; beside the complaint stands what it says
        texts = template._render_field("body_html", self.ids, compute_lang=True)
        mail.body = texts[self.id]

    def _notify_get_reply_to(self, default=None, author_id=False):
        """Answers go to the address of the team, where there is one."""
        # sudo: the address of a team is no secret
        teams = self.team_id.sudo().filtered("alias_email")
        replies = teams._notify_get_reply_to(default=default, author_id=author_id)
        res = {c.id: replies[c.team_id.id] for c in self if c.team_id in teams}
        others = self.filtered(lambda c: c.team_id not in teams)
        if others or not self:
            res |= super(TruckComplaintMail, others)._notify_get_reply_to(
                default=default, author_id=author_id
            )
        return res


def _has_header(message, headers):
    """Tell whether a mail has one of these headers, with one of the values if any."""
    for name, values in headers.items():
        value = (message.get(name) or "").split(";")[0].strip().lower()
        if value and (not values or value in values):
            return True
    return False
