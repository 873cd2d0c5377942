from odoo import models
from odoo.tools import SQL

# A mail is seen by whoever follows, what our people enter by themselves; of these
# nobody here knows yet.
UNSEEN = ("web", "portal")


class TruckComplaintFollowed(models.AbstractModel):
    """Who owns a complaint, or subscribed to such ones, follows it.

    Kept apart from ``truck.complaint``, which inherits it.
    """

    _name = "truck.complaint.followed"
    _description = "Complaint With Subscribers"

    def _add_owners(self):
        """Let the owners follow, that they hear what the customer answers.

        The core does so for those who are written down, not for the leader of the team
        who owns what nobody was given. One statement, whatever the number of cases.
        """
        pairs = [(c.id, c.user_id.partner_id.id) for c in self if c.user_id]
        if not pairs:
            return
        unseen = self.filtered(lambda complaint: complaint.channel in UNSEEN)
        new = self._insert_followers(pairs)
        self._tell_followers([pair for pair in new if pair[0] in unseen.ids])

    def _add_subscribers(self):
        """Let whoever subscribed to such cases follow them, and tell him of each.

        Who may not read a case hears nothing of it. One query finds them, one makes
        them followers, whatever the number of cases.
        """
        if not self:
            return
        # sudo: subscriptions of others
        found = self.env["truck.complaint.subscription"].sudo()._find(self)
        pairs = [
            (complaint_id, user.partner_id.id)
            for user in self.env["res.users"].sudo().browse(found)
            for complaint_id in self._filter_readable(user, found[user.id])
        ]
        if pairs:
            self._tell_followers(self._insert_followers(pairs))

    def _filter_readable(self, user, complaint_ids):
        """Return ids of those that a user may read, in any of his companies."""
        companies = user.company_ids.ids
        theirs = self.with_user(user).with_context(allowed_company_ids=companies)
        return theirs.browse(complaint_ids)._filtered_access("read").ids

    def _insert_followers(self, pairs):
        """Make followers in one statement; who is one already stays as he is.

        :param pairs: (complaint id, partner id)
        :return: the pairs that are new
        """
        default, _internal, _external = self.env[
            "mail.message.subtype"
        ].default_subtypes(self._name)
        self.env["mail.followers"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH follower AS (
                    INSERT INTO mail_followers (res_model, res_id, partner_id)
                    SELECT %(model)s, pair.res_id, pair.partner_id
                      FROM (VALUES %(pairs)s) AS pair (res_id, partner_id)
                        ON CONFLICT (res_model, res_id, partner_id) DO NOTHING
                 RETURNING id, res_id, partner_id
                ), subtype AS (
                    INSERT INTO mail_followers_mail_message_subtype_rel
                           (mail_followers_id, mail_message_subtype_id)
                    SELECT follower.id, kind.id
                      FROM follower, unnest(%(subtypes)s::int[]) AS kind (id)
                )
                SELECT res_id, partner_id FROM follower
                """,
                model=self._name,
                pairs=SQL(", ").join(SQL("(%s, %s)", *pair) for pair in pairs),
                subtypes=default.ids,
            )
        )
        self.env["mail.followers"].invalidate_model()
        self.invalidate_recordset(["message_follower_ids", "message_partner_ids"])
        return rows

    def _tell_followers(self, pairs):
        """Tell new followers of their case: one message for each case."""
        partner_ids = {}
        for complaint_id, partner_id in pairs:
            if partner_id != self.env.user.partner_id.id:
                partner_ids.setdefault(complaint_id, []).append(partner_id)
        for complaint in self.browse(partner_ids):
            complaint.message_notify(
                partner_ids=partner_ids[complaint.id],
                subject=complaint.display_name,
                body=self.env._(
                    "New complaint of %(customer)s: %(subject)s",
                    customer=complaint.partner_id.name
                    or self.env._("somebody unknown"),
                    subject=complaint.subject,
                ),
            )
