from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError

GROUP = "truck_crm.truck_crm_group_confidential"


class TruckComplaintPrivate(models.AbstractModel):
    """Confidential complaints: nobody without the right owns, follows or hears of them.

    The record rule keeps them from being read; here they are kept from being told.
    Kept apart from ``truck.complaint``, which inherits it and holds its fields.
    """

    _name = "truck.complaint.private"
    _description = "Confidential Complaint"

    @api.model
    def _get_trusted_users(self):
        """Return who has the right to confidential complaints, as superuser."""
        # sudo: who has a right is needed to keep things from those who have not
        return self.env.ref(GROUP).sudo().all_user_ids.filtered("active")

    @api.model
    def _get_trusted_owner(self, owner):
        """Return who may own a confidential complaint in place of somebody.

        :param owner: who would own it; he himself when he has the right, else the
            first of his chiefs who has
        :return: a user, or none: then all who have the right are told of it
        """
        trusted, seen = self._get_trusted_users(), owner.browse()
        while owner and owner not in seen:
            if owner in trusted:
                return owner
            seen |= owner
            owner = owner.truck_manager_id
        return seen.browse()

    @api.constrains("user_id", "is_confidential")
    def _check_trusted_owner(self):
        # sudo: the rule holds for all complaints, readable or not
        complaints = self.sudo().filtered(lambda c: c.is_confidential and c.user_id)
        if not complaints:
            return
        trusted = self._get_trusted_users()
        for complaint in complaints.filtered(lambda c: c.user_id not in trusted):
            raise ValidationError(
                self.env._(
                    "Owner of complaint %(name)s: it is confidential, and %(user)s has"
                    " no right to such complaints. Choose somebody who has.",
                    name=complaint.name,
                    user=complaint.user_id.name,
                )
            )

    def _protect_confidential(self):
        """Take out of confidential complaints whoever has no right to them.

        Followers and what they had planned go; if nobody owns it, all who have the
        right are told; if nobody has it, whoever grants rights has something to do.
        """
        # sudo: it holds for all of them, whoever may read them now
        confidential = self.sudo().filtered("is_confidential")
        if not confidential:
            return
        trusted = self._get_trusted_users()
        self.env["mail.followers"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", confidential.ids),
                ("partner_id", "not in", trusted.partner_id.ids),
            ]
        ).unlink()
        confidential.invalidate_recordset(["message_follower_ids"])
        self._forget_recipients(confidential, trusted)
        activities = confidential.activity_ids
        activities.filtered(lambda a: a.user_id and a.user_id not in trusted).unlink()
        interactions = self.env["truck.interaction"].sudo()
        interactions = interactions.with_context(active_test=False).search(
            [("complaint_id", "in", confidential.ids)]
        )
        interactions.is_confidential = True
        if trusted:
            confidential._tell_trusted(trusted)
        else:
            self._ask_for_trusted()

    @api.model
    def _forget_recipients(self, complaints, trusted):
        """Close what was written to colleagues while a complaint was open to all.

        :param complaints: confidential ones, with sudo
        :param trusted: who has the right to them
        """
        messages = complaints.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "in", complaints.ids)]
        )
        people = messages.partner_ids | messages.notified_partner_ids
        others = people.filtered(lambda p: p._truck_is_staff()) - trusted.partner_id
        if others:
            messages.notification_ids.filtered(
                lambda notification: notification.res_partner_id in others
            ).unlink()
            messages.partner_ids -= others

    @api.model
    def _ask_for_trusted(self):
        """Give whoever grants rights a task: nobody sees confidential complaints.

        One for each, as long as it is not done; what a complaint says is not told.
        """
        # sudo: who grants rights, whoever takes the complaint
        users = self.env.ref("base.group_erp_manager").sudo().all_user_ids
        users = users.filtered(lambda user: user.active and not user.share)
        kind = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        Activity = self.env["mail.activity"].sudo()
        known = Activity.search(
            [
                ("res_model", "=", False),
                ("automated", "=", True),
                ("user_id", "in", users.ids),
            ]
        )
        told = {(activity.user_id, activity.summary) for activity in known}
        vals_list = []
        for user in users:
            texts = self.with_context(lang=user.lang)._get_trusted_texts()
            if (user, texts["summary"]) not in told:
                vals = {"user_id": user.id, "activity_type_id": kind and kind.id}
                vals_list.append({**texts, **vals, "automated": True})
        Activity.create(vals_list)

    @api.model
    def _get_trusted_texts(self):
        """Return what is said to who grants rights, while nobody has this one."""
        return {
            "summary": self.env._("Nobody may see confidential complaints"),
            "note": self.env._(
                "One has come in, and nobody has the right to see it. Settings, Truck"
                " CRM, Confidential Complaints: give the right to the top management."
            ),
        }

    def _tell_trusted(self, trusted):
        """Tell whoever owns them now; of those that nobody owns, all with the right.

        Their numbers only: mails in the queue are for others to read.
        """
        for complaint in self:
            owner, number = complaint.user_id, complaint.name
            complaint.message_subscribe(owner.partner_id.ids)
            if owner:
                text = self.env._("You own a confidential complaint: open it.")
            else:
                text = self.env._(
                    "A confidential complaint without an owner: %(subject)s",
                    subject=number,
                )
            told = (owner or trusted) - self.env.user
            if told:
                complaint.message_notify(
                    partner_ids=told.partner_id.ids,
                    subject=number,
                    force_record_name=number,
                    body=text,
                )

    def action_make_confidential(self):
        """Hand complaints to those with the right to confidential ones.

        Who has it not does not see them afterwards.
        """
        self.check_access("write")
        # sudo: after it, the user may not see what he writes
        self.sudo().write({"is_confidential": True})
        if self.env.user in self._get_trusted_users():
            return None
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "It is confidential now, and in the hands of those who may see it."
                ),
                "next": self.env["ir.actions.act_window"]._for_xml_id(
                    "truck_crm.truck_complaint_action"
                ),
            },
        }

    def web_save(self, vals, specification, next_id=None):
        """Explain it when the form cannot show what it has saved: all is undone then.

        :raise UserError: when it has become confidential, and the user has no right
        """
        try:
            return super().web_save(vals, specification, next_id)
        except AccessError as error:
            category = self.env["truck.complaint.category"].browse(
                vals.get("category_id")
            )
            if not category.is_about_staff and not vals.get("accused_ids"):
                raise
            raise UserError(
                self.env._(
                    "Category: a complaint about members of staff is confidential, and"
                    " you have no right to such complaints. Enter a new one with Take a"
                    " Call; of one that there is, press Make Confidential. It is then"
                    " handed to those who may see it."
                )
            ) from error

    # ------------------------------------------------------------
    # MESSAGES
    # ------------------------------------------------------------

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        # sudo: it holds for all of them, whoever may read them
        confidential = self.sudo().filtered("is_confidential").with_env(self.env)
        if not confidential or not partner_ids:
            return super()._message_subscribe(partner_ids, subtype_ids, customer_ids)
        trusted = self._get_trusted_users().partner_id.ids
        super(TruckComplaintPrivate, confidential)._message_subscribe(
            [pid for pid in partner_ids if pid in trusted], subtype_ids, customer_ids
        )
        others = self - confidential
        super(TruckComplaintPrivate, others)._message_subscribe(
            partner_ids, subtype_ids, customer_ids
        )
        return True

    def _message_create(self, values_list):
        return super()._message_create(self._keep_recipients(values_list))

    def _keep_recipients(self, values_list):
        """Return values of messages that name nobody of ours without the right.

        Who is named may read a message, whatever it belongs to. The customer is
        written to, and so is whoever else outside is named on purpose.
        """
        ids = {
            values.get("res_id") for values in values_list if values.get("partner_ids")
        }
        # sudo: it holds for all of them, whoever may read them
        known = self.sudo().browse(filter(None, ids)).exists()
        private = set(known.filtered("is_confidential").ids)
        if not private:
            return values_list
        result = []
        for values in values_list:
            if values.get("res_id") in private and values.get("model") == self._name:
                partners = self.env["res.partner"].browse(values["partner_ids"] or [])
                values = {**values, "partner_ids": self._filter_hearers(partners).ids}
            result.append(values)
        return result

    @api.model
    def _filter_hearers(self, partners):
        """Return who of these may hear of a confidential complaint."""
        trusted = self._get_trusted_users().partner_id
        # sudo: whether somebody is staff, whoever may read him
        return partners.filtered(
            lambda partner: partner in trusted or not partner.sudo()._truck_is_staff()
        )

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if len(self) != 1 or not self.sudo().is_confidential:
            return recipients
        partners = self.env["res.partner"].browse(
            data["id"] for data in recipients if data["id"]
        )
        heard = set(self._filter_hearers(partners).ids)
        return [data for data in recipients if not data["id"] or data["id"] in heard]
