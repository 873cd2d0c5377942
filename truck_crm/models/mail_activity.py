from odoo import api, fields, models
from odoo.fields import Command


class MailActivity(models.Model):
    """A planned contact that is done becomes an interaction: it is entered once."""

    _inherit = "mail.activity"

    @api.depends("summary", "activity_type_id")
    def _compute_display_name(self):
        """Without a summary, the type says more than the number of the record."""
        named = self.filtered("summary")
        for activity in self - named:
            activity.display_name = activity.activity_type_id.name
        return super(MailActivity, named)._compute_display_name()

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        interaction_id = self.env.context.get("truck_after_interaction_id")
        if interaction_id and len(activities) == 1:
            activities._truck_follow(interaction_id)
        return activities

    def action_feedback_schedule_next(self, feedback=False, attachment_ids=None):
        kinds = self.activity_type_id.mapped("truck_kind")
        action = super().action_feedback_schedule_next(feedback, attachment_ids)
        if action and any(kinds):
            # sudo: only its number, for what the same user plans next
            interactions = self.env["truck.interaction"].sudo()
            interaction = interactions.search([("activity_id", "in", self.ids)])
            action["context"]["truck_after_interaction_id"] = interaction[:1].id
        return action

    def _action_done(self, feedback=False, attachment_ids=None):
        planned = self.filtered(lambda activity: activity.activity_type_id.truck_kind)
        files = planned._truck_get_files(attachment_ids) if planned else {}
        tasks = self._truck_get_tasks()
        res = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        for complaint, text in tasks.items():
            complaint._do_coordination(" · ".join(filter(None, (text, feedback))))
        if planned:
            _messages, next_activities = res
            interactions = planned.exists()._truck_log(feedback, files)
            self._truck_link_next(interactions, next_activities)
        return res

    def _truck_get_tasks(self):
        """Return ``{complaint: text}``: what others do here for complaints."""
        Complaint = self.env["truck.complaint"]
        return {
            Complaint.browse(activity.res_id): activity.display_name
            for activity in self
            if activity.res_model == Complaint._name
            and activity.activity_type_id.res_model == Complaint._name
        }

    def _truck_get_files(self, attachment_ids):
        """Return ``{activity: ids of files}``, before core moves them elsewhere."""
        # sudo: who does the activity takes its files along, as in core
        found = self.env["ir.attachment"].sudo()
        found = found.search_fetch(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)], ["res_id"]
        ).grouped("res_id")
        return {
            activity: [
                *(attachment_ids or []),
                *activity.attachment_ids.ids,
                *(found[activity.id].ids if activity.id in found else []),
            ]
            for activity in self
        }

    def _truck_log(self, feedback, files):
        """Make the interactions of these activities, which are done.

        An activity, and a meeting with its activities, makes one at most.

        :param feedback: what was said, or False
        :param dict files: ids of files by activity
        :return: the new interactions
        """
        # sudo: the contact is on record whoever does the activity, with a role in
        # Truck CRM or without
        Interaction = self.env["truck.interaction"].sudo()
        logged = Interaction.search(
            [
                *("|", ("activity_id", "in", self.ids)),
                ("event_id", "in", self.calendar_event_id.ids),
            ]
        )
        events, vals_list = logged.event_id, []
        reasons = (self - logged.activity_id)._truck_get_reasons()
        for activity, reason in reasons.items():
            event = activity.calendar_event_id
            if event in events or not (
                reason.get("partner_id") or reason.get("lead_id")
            ):
                continue
            events |= event
            vals_list.append(
                {
                    **reason,
                    **activity._truck_prepare_done_vals(),
                    "content": feedback or False,
                    "attachment_ids": [Command.set(files.get(activity) or [])],
                }
            )
        return Interaction.create(vals_list)

    def _truck_get_reasons(self):
        """Return ``{activity: values}``: with whom and about what each of these is.

        A next step is about what was agreed; any other activity about its record, if
        that leads to a customer (``truck.interaction.mixin``).
        """
        # sudo: the contact is the same whoever does the activity
        interactions = self.env["truck.interaction"].sudo()
        interactions = interactions.search([("next_activity_id", "in", self.ids)])
        agreed = {row.next_activity_id.id: row for row in interactions}
        reasons = {}
        for model, activities in self.grouped("res_model").items():
            if not model or not hasattr(
                self.env[model], "_truck_prepare_interaction_vals"
            ):
                continue
            records = self.env[model].sudo().browse(activities.mapped("res_id"))
            for activity, record in zip(activities, records, strict=True):
                source = agreed.get(activity.id, record)
                reasons[activity] = source._truck_prepare_interaction_vals()
        return reasons

    def _truck_prepare_done_vals(self):
        """Return when and by whom an activity that is done now was done."""
        # sudo: whoever does the activity of a meeting was there
        event = self.calendar_event_id.sudo()
        now = fields.Datetime.now()
        user = self.env.user
        if user._is_superuser():  # a job: it was whose activity it is
            user = self.user_id or user
        return {
            "kind": self.activity_type_id.truck_kind,
            "subject": self.summary or False,
            "user_id": user.id,
            "date": min(event.start, now) if event else now,
            "duration": event.duration if event else 0,
            "activity_id": self.id,
            "event_id": event.id,
        }

    def action_truck_log_contact(self):
        """Open the dialog that logs the contact and marks this activity as done.

        :raise AccessError: when the user may not enter interactions
        """
        self.ensure_one()
        self.check_access("read")
        vals = self._truck_prepare_log_vals()
        return self.env["truck.interaction"]._action_log(vals)

    def _truck_prepare_log_vals(self):
        """Return what the dialog proposes that logs this activity, not done yet."""
        self.ensure_one()
        vals = self._truck_get_reasons().get(self, {})
        if self.calendar_event_id:
            vals |= self.calendar_event_id._truck_prepare_interaction_vals()
        kind = self.activity_type_id.truck_kind
        if kind:
            vals["kind"] = kind
        return {**vals, "activity_id": self.id, "subject": self.summary or False}

    @api.model
    def _truck_link_next(self, interactions, next_activities):
        """Note which activity core has planned by itself after each interaction."""
        by_record = {(row.res_model, row.res_id): row for row in next_activities}
        for interaction in interactions:
            done = interaction.activity_id
            planned = by_record.get((done.res_model, done.res_id))
            if planned:
                planned._truck_follow(interaction.id)

    def _truck_follow(self, interaction_id):
        """Make this activity the next step of one's own interaction."""
        self.ensure_one()
        # sudo: activities are planned by people without a role in Truck CRM, too
        interaction = self.env["truck.interaction"].sudo().browse(interaction_id)
        if (
            interaction.exists()
            and not interaction.next_activity_id
            and interaction.user_id in (self.env.user | interaction.activity_id.user_id)
            and (self.res_model, self.res_id)
            == (interaction.activity_id.res_model, interaction.activity_id.res_id)
        ):
            interaction.next_activity_id = self
            interaction.write(
                {
                    "next_date": self.date_deadline,
                    "next_step": self.summary,
                    "next_type_id": self.activity_type_id.id,
                }
            )
