from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize_all, format_list, is_html_empty

from .truck_complaint_step import STEPS

OPEN_STATES = ("new", "in_progress", "waiting")
# So somebody writes or answers; what Odoo sends by itself is something else.
WRITTEN = ("comment", "email", "email_outgoing")
# The customer reached us by these.
INCOMING = ("call_in",)


class TruckComplaintFlow(models.AbstractModel):
    """How a complaint goes on: six steps, answers, promises, its end and its return.

    Kept apart from ``truck.complaint``, which inherits it and holds its fields.
    """

    _name = "truck.complaint.flow"
    _description = "Course of a Complaint"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_take_on(self):
        """Become the owner of complaints that nobody has begun with, and begin."""
        for complaint in self.filtered(lambda c: c.state == "new"):
            complaint.write({"user_id": self.env.uid, "state": "in_progress"})
            complaint._do_step("listen")

    def action_answered(self):
        """Note that the customer was answered now, in a way Odoo does not see."""
        for complaint in self.filtered(lambda c: not c.date_response):
            complaint._mark_answered()
            complaint._message_log(body=self.env._("The customer was answered."))

    def action_wait(self):
        """Wait for the customer: the clocks stand still until he answers."""
        self._ensure_state("new", "in_progress")
        self.state = "waiting"

    def action_continue(self):
        """Go on without the answer that was waited for."""
        self._ensure_state("waiting")
        self.state = "in_progress"

    def action_solve(self):
        """Note that the problem is solved.

        :raise UserError: without a remedy, or with promises still open
        """
        self._ensure_state(*OPEN_STATES)
        for complaint in self:
            missing = complaint._get_missing_for_solved()
            complaint._raise_missing(
                missing,
                self.env._("%(name)s is not solved yet:", name=complaint.name),
            )
        self.write({"state": "solved"})
        for complaint in self:
            complaint._mark_answered()

    def action_close(self):
        """End solved complaints for good.

        :raise UserError: when a step that is required is not done
        """
        self._ensure_state("solved")
        for complaint in self:
            if complaint.lesson:
                complaint._do_step("summarise", complaint.lesson)
        self.write({"state": "closed"})

    def action_reopen(self):
        """Ask why solved or closed complaints are opened again."""
        self._ensure_state("solved", "closed")
        wizard = self.env["truck.complaint.reopen"].create(
            {"complaint_ids": [Command.set(self.ids)]}
        )
        return wizard._get_records_action(
            name=self.env._("Re-Open"), target="new", context={}
        )

    def action_promise(self):
        """Open the dialog that promises the customer something by a certain time."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promise"),
            "res_model": "truck.complaint.promise",
            "views": [
                (self.env.ref("truck_crm.truck_complaint_promise_view_form").id, "form")
            ],
            "target": "new",
            "context": {"default_complaint_id": self.id},
        }

    def action_coordinate(self):
        """Open core's dialog that gives a task to sales, logistics, finance, dealer."""
        self.check_access("write")
        kind = self.env.ref(
            "truck_crm.mail_activity_type_complaint_service", raise_if_not_found=False
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Coordinate"),
            "res_model": "mail.activity.schedule",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "active_model": self._name,
                "active_ids": self.ids,
                "active_id": self[:1].id,
                "default_activity_type_id": kind and kind.id,
            },
        }

    # ------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------

    def _make_steps(self):
        """Give complaints the steps that they have not got yet, all at once.

        Who takes a call has listened; a mail or a page has still to be read.
        """
        vals_list = []
        for complaint in self:
            known = complaint.step_ids.mapped("kind")
            heard = complaint.channel in ("phone", "visit") or complaint.date_response
            for number, (kind, _label) in enumerate(STEPS):
                if kind not in known:
                    done = kind == "listen" and heard
                    vals_list.append(
                        {
                            "complaint_id": complaint.id,
                            "sequence": 10 * (number + 1),
                            "kind": kind,
                            "user_id": self.env.uid if done else False,
                            "date": complaint.date_open if done else False,
                        }
                    )
        self.env["truck.complaint.step"].create(vals_list)

    def _do_step(self, kind, evidence=None):
        """Mark a step as done by the user, unless it is; add to what shows it.

        :param str kind: which of the six
        :param evidence: a line of text
        """
        # sudo: what somebody does is noted, whatever he may change by hand
        known = self.sudo()
        known.filtered(lambda c: len(c.step_ids) < len(STEPS))._make_steps()
        for step in known.step_ids.filtered(lambda step: step.kind == kind):
            vals = {}
            if not step.date:
                vals = {"user_id": self.env.uid, "date": fields.Datetime.now()}
            if evidence and evidence not in (step.evidence or ""):
                vals["evidence"] = "\n".join(filter(None, (step.evidence, evidence)))
            if vals:
                step.write(vals)

    def _do_coordination(self, text):
        """A task for others is done; when none is left, so is the step.

        :param str text: what was done
        """
        for complaint in self:
            left = complaint.sudo().activity_ids.filtered(
                lambda activity: activity.activity_type_id.res_model == self._name
            )
            if not left:
                complaint._do_step("coordinate", text)

    # ------------------------------------------------------------
    # ANSWERS
    # ------------------------------------------------------------

    def _mark_answered(self, date=None):
        """Note the first answer that reached the customer: once, whatever follows.

        :param datetime date: when; by default now
        """
        # sudo: who answers need not have a right to change the complaint
        for complaint in self.sudo().filtered(lambda c: not c.date_response):
            vals = {"date_response": date or fields.Datetime.now()}
            if complaint.state == "new":
                vals["state"] = "in_progress"
            complaint.write(vals)
            complaint._do_step("listen")

    def _customer_answered(self):
        """The customer was in touch, on whatever channel: nobody waits any longer.

        Of a complaint that is solved or closed the owner is told by an activity, so
        that what the customer writes then is not lost.
        """
        # sudo: customers have no right to change complaints
        known = self.sudo()
        known.filtered(lambda c: c.state == "waiting").write({"state": "in_progress"})
        for complaint in known.filtered(lambda c: c.state in ("solved", "closed")):
            summary = self.env._("The customer wrote again: is it really solved?")
            owner = complaint.user_id or complaint.team_id.user_id
            asked = complaint.activity_ids.filtered(
                lambda activity, s=summary: activity.summary == s
            )
            if owner and not asked:
                complaint.activity_schedule(
                    "mail.mail_activity_data_todo", summary=summary, user_id=owner.id
                )

    def _message_post_after_hook(self, message, msg_values):
        res = super()._message_post_after_hook(message, msg_values)
        # sudo: the customer is known, whoever writes
        complaint, author = self.sudo(), message.sudo().author_id
        if (
            message.message_type in WRITTEN
            and not message.subtype_id.internal
            and author != self.env.ref("base.partner_root")
        ):
            if author and author._truck_is_staff():
                if not complaint.date_response and complaint._reaches_customer(message):
                    complaint.with_env(self.env)._mark_answered(message.date)
            else:
                self._customer_answered()
        return res

    def _reaches_customer(self, message):
        """Tell whether a message is sent to the customer, or to one of his people."""
        self.ensure_one()
        addresses = email_normalize_all(message.outgoing_email_to or "")
        if addresses:
            return True
        people = message.partner_ids | self.message_partner_ids
        if self.partner_id:
            people = people.filtered(
                lambda person: person.commercial_partner_id == self.partner_id
            )
        return bool(people.filtered("partner_share"))

    def _note_interactions(self, interactions):
        """Take note of contacts that were logged about complaints.

        :param interactions: new records of ``truck.interaction``
        """
        for interaction in interactions.filtered("is_reached"):
            complaint = interaction.complaint_id
            complaint._mark_answered(interaction.date)
            if interaction.kind in INCOMING or interaction.is_from_customer:
                complaint._customer_answered()

    # ------------------------------------------------------------
    # STATES
    # ------------------------------------------------------------

    def _ensure_state(self, *states):
        """Raise unless all of these complaints are in one of ``states``."""
        others = self.filtered(lambda complaint: complaint.state not in states)
        if others:
            names = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Only a complaint that is “%(states)s” allows this:"
                    " %(complaints)s.",
                    states=format_list(self.env, [names[s] for s in states], "or"),
                    complaints=format_list(self.env, others.mapped("name")),
                )
            )

    def _group_by_state_vals(self, state):
        """Return [(values that come with a new state, complaints)].

        Dates of solving and closing are set once, and emptied when it comes back.
        """
        now = fields.Datetime.now()
        groups = {}
        for complaint in self:
            vals = {}
            was_done = complaint.state in ("solved", "closed")
            if state in ("solved", "closed"):
                vals["date_solved"] = complaint.date_solved or now
                vals["date_closed"] = now if state == "closed" else False
            elif was_done and state in OPEN_STATES:
                vals = {
                    "reopen_count": complaint.reopen_count + 1,
                    "date_solved": False,
                    "date_closed": False,
                }
            key = tuple(sorted(vals.items()))
            groups[key] = groups.get(key, self.browse()) | complaint
        return [(dict(key), complaints) for key, complaints in groups.items()]

    def _check_may_close(self, state):
        """Raise when a user closes complaints before all is done that is asked.

        What runs as superuser (jobs, imports of the past) knows what it does.
        """
        if state != "closed" or self.env.su:
            return
        for complaint in self.filtered(lambda c: c.state != "closed"):
            complaint._raise_missing(
                complaint._get_missing_for_closed(),
                self.env._("%(name)s cannot be closed yet:", name=complaint.name),
            )

    @api.model
    def _raise_missing(self, missing, head):
        if missing:
            raise UserError("\n".join([head, *(f"- {line}" for line in missing)]))

    def _get_missing_for_solved(self):
        """Return in words what has to be done before it is solved. A hook."""
        self.ensure_one()
        missing = []
        if is_html_empty(self.remedy):
            missing.append(
                self.env._("Remedy, page Summary: write what was done about it.")
            )
        open_promises = self.promise_ids.filtered(lambda p: p.state == "open")
        if open_promises:
            missing.append(
                self.env._(
                    "Promises still open: %(promises)s. Mark them as done, or cancel"
                    " them.",
                    promises=format_list(self.env, open_promises.mapped("name")),
                )
            )
        return missing

    def _get_missing_for_closed(self):
        """Return in words what has to be done before it can be closed. A hook."""
        self.ensure_one()
        missing = self._get_missing_for_solved()
        if not self.date_response:
            missing.append(
                self.env._(
                    "First Answer: write to the customer, log the call, or press"
                    " Answered."
                )
            )
        if is_html_empty(self.cause):
            missing.append(
                self.env._("Root Cause, page Summary: write what it came from.")
            )
        for step in self.step_ids.filtered(lambda s: s.is_required and not s.date):
            missing.append(
                self.env._(
                    "Step “%(step)s”: %(guidance)s",
                    step=step._get_label(),
                    guidance=step.guidance or self.env._("mark it as done."),
                )
            )
        return missing

    def _reopen(self, reason):
        """Open solved or closed complaints again: their steps begin anew.

        :param str reason: what the customer says, or what was found; the chatter keeps
            it, and it is what was listened to
        """
        self._ensure_state("solved", "closed")
        self.write({"state": "in_progress"})
        for complaint in self:
            complaint._message_log(
                body=self.env._("Opened again: %(reason)s", reason=reason)
            )
            complaint._undo_steps()

    def _undo_steps(self):
        """Let all be done once more but listening; who did it when stays written."""
        # sudo: steps follow from the state, whoever may change them by hand
        done = self.sudo().step_ids.filtered(lambda s: s.date and s.kind != "listen")
        for step in done:
            day = fields.Datetime.context_timestamp(step, step.date).date()
            names = ", ".join(filter(None, (str(day), step.user_id.name)))
            # first: a card shows the beginning only
            lines = filter(None, (f"({names})", step.evidence))
            step.write({"evidence": "\n".join(lines), "user_id": False, "date": False})
