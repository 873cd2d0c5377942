from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class TruckComplaintPromise(models.Model):
    """What a customer was promised, until when, and whether it was kept.

    Done in time it is kept, done later it is broken, and so it is while it is late:
    nobody decides that. Hence the promised time never changes; who agrees on another
    one with the customer makes another promise.
    """

    _name = "truck.complaint.promise"
    _description = "Promised Action"
    _inherit = ["truck.in.use.mixin"]
    _order = "date_due, id"

    complaint_id = fields.Many2one(
        "truck.complaint", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(string="Action", required=True)
    date_due = fields.Datetime(string="Promised For", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Who Acts",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    told_by = fields.Selection(
        selection=[
            ("phone", "By Phone"),
            ("mail", "By E-mail, Now"),
            ("person", "In Person"),
            ("message", "By Message"),
        ],
        string="Told",
        required=True,
        default="phone",
        help="How the customer hears of it. By e-mail: it is sent when this is saved.",
    )
    date_told = fields.Datetime(string="Told On", readonly=True, copy=False)
    date_done = fields.Datetime(
        string="Done On",
        readonly=True,
        copy=False,
        help="When it was done, or given up.",
    )
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
    )
    is_late = fields.Boolean(
        string="Late",
        compute="_compute_is_late",
        search="_search_is_late",
        help="Broken: the promised time has passed, or it was done too late.",
    )

    # What is open by the time that was promised: late ones, and those of today.
    _open_idx = models.Index("(date_due) WHERE state = 'open'")

    @api.depends("state", "date_due")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for promise in self:
            promise.is_late = promise.state == "broken" or (
                promise.state == "open" and bool(promise.date_due < now)
            )

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        return [
            *("|", ("state", "=", "broken")),
            *("&", ("state", "=", "open"), ("date_due", "<", now)),
        ]

    @api.depends("name", "date_due")
    def _compute_display_name(self):
        for promise in self:
            due = promise.date_due
            when = format_datetime(self.env, due, dt_format="short") if due else ""
            promise.display_name = " · ".join(filter(None, (promise.name, when)))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Promise something: the customer is told, and the promise's clock runs."""
        promises = super().create(vals_list)
        promises._tell()
        # sudo: clocks run whoever promises
        promises.complaint_id.sudo()._update_clocks()
        return promises

    def write(self, vals):
        if not {"name", "date_due", "told_by"}.isdisjoint(vals):
            self._check_unchanged(vals)
        res = super().write(vals)
        if "complaint_id" in vals:  # whose it has become is asked, too
            self.check_access("write")
        # sudo: clocks run whoever acts
        self.complaint_id.sudo()._update_clocks()
        return res

    def unlink(self):
        complaints = self.complaint_id
        res = super().unlink()
        complaints.sudo()._update_clocks()
        return res

    def _check_unchanged(self, vals):
        """Raise when what the customer was told is to be changed.

        Taking the name of a person out of it (``truck.personal.erase``) changes nothing
        of what was promised.
        """
        if self.env.su and self.env.context.get("truck_is_anonymising"):
            return
        for promise in self:
            given = {
                name: vals.get(name, promise[name]) for name in ("name", "told_by")
            }
            due = fields.Datetime.to_datetime(vals.get("date_due", promise.date_due))
            if due != promise.date_due or any(
                promise[name] != given[name] for name in given
            ):
                raise UserError(
                    self.env._(
                        "Promise “%(promise)s”: the customer was told so, and it cannot"
                        " be changed. Cancel it and make another promise.",
                        promise=promise.display_name,
                    )
                )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_done(self):
        """Note that these were done now: kept, or broken when it is too late."""
        now = fields.Datetime.now()
        for promise in self.filtered(lambda promise: promise.state == "open"):
            state = "kept" if now <= promise.date_due else "broken"
            promise.write({"state": state, "date_done": now})

    def action_cancel(self):
        """Give these up, since something else was agreed; late ones are broken.

        Either way it is over, and its clock with it.
        """
        now = fields.Datetime.now()
        for promise in self.filtered(lambda promise: promise.state == "open"):
            late = promise.date_due < now
            state = "broken" if late else "cancelled"
            promise.write({"state": state, "date_done": now})

    # ------------------------------------------------------------
    # TELLING THE CUSTOMER
    # ------------------------------------------------------------

    def _tell(self):
        """Tell the customers of what is promised, or note how they were told.

        :raise UserError: when a mail is to be sent and there is no address
        """
        template = self.env.ref(
            "truck_crm.mail_template_complaint_promise", raise_if_not_found=False
        )
        told = self.filtered(lambda promise: not promise.date_told)
        told.date_told = fields.Datetime.now()
        for promise in told:
            complaint = promise.complaint_id
            if promise.told_by == "mail" and template:
                promise._check_address()
                promise._send(template)
            else:
                complaint._message_log(body=promise._get_note())
            complaint._mark_answered()
            complaint._do_step("act", promise.display_name)

    def _check_address(self):
        """Raise when nobody knows where to write."""
        complaint = self.complaint_id
        holder = complaint.contact_id or complaint.partner_id
        if not (holder.email or complaint.email_from):
            raise UserError(
                self.env._(
                    "Told by e-mail: complaint %(name)s has neither a contact with an"
                    " address nor an e-mail of its own. Enter one, or tell the customer"
                    " by phone.",
                    name=complaint.name,
                )
            )

    def _send(self, template):
        """Write to the customer in his language what was promised, and when."""
        complaint = self.complaint_id
        holder = complaint.contact_id or complaint.partner_id
        lang = holder.lang or complaint.company_id.partner_id.lang or self.env.lang
        template = template.with_context(lang=lang)
        values = {
            name: template._render_field(name, self.ids)[self.id]
            for name in ("subject", "body_html")
        }
        recipients = (
            {"partner_ids": holder.ids}
            if holder.email
            else {"outgoing_email_to": complaint.email_from}
        )
        complaint.message_post(
            subject=values["subject"],
            body=values["body_html"],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **recipients,
        )

    def _get_note(self):
        """Return what the chatter keeps of a promise that somebody told."""
        told = dict(self._fields["told_by"]._description_selection(self.env))
        return self.env._(
            "Promised (%(told)s): %(action)s, until %(due)s",
            told=told[self.told_by],
            action=self.name,
            due=format_datetime(self.env, self.date_due, dt_format="short"),
        )

    def _get_due_text(self):
        """Return the promised time as the customer reads it: his zone and language."""
        self.ensure_one()
        complaint = self.complaint_id
        holder = complaint.contact_id or complaint.partner_id
        zone = holder.tz or complaint.company_id.partner_id.tz or self.env.user.tz
        return format_datetime(
            self.env, self.date_due, tz=zone or "Asia/Shanghai", dt_format="short"
        )
