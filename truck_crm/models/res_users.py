from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_list


class ResUsers(models.Model):
    _inherit = "res.users"

    truck_manager_id = fields.Many2one(
        "res.users",
        string="Chief",
        domain="[('share', '=', False)]",
        help="Escalations and handovers climb from here to the top.",
    )
    truck_deputy_id = fields.Many2one(
        "res.users",
        string="Deputy",
        domain="[('share', '=', False)]",
        help="Takes over while the user is absent.",
    )
    truck_absent_from = fields.Date(string="Absent From")
    truck_absent_to = fields.Date(string="Absent Until")
    truck_no_digest = fields.Boolean(
        string="No Mail of My Day",
        help="The day's list is not sent by mail every morning.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + [
            "truck_manager_id",
            "truck_no_digest",
            *self._get_truck_absence_fields(),
        ]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + [
            "truck_no_digest",
            *self._get_truck_absence_fields(),
        ]

    @api.constrains("truck_manager_id")
    def _check_truck_manager_id(self):
        if self._has_cycle("truck_manager_id"):
            raise ValidationError(
                self.env._(
                    "Chief: %(users)s would be chief of themselves, directly or through"
                    " others. Choose another chief.",
                    users=format_list(self.env, self.mapped("name")),
                )
            )

    @api.constrains("truck_deputy_id", "truck_absent_from", "truck_absent_to")
    def _check_truck_absence(self):
        for user in self:
            if user.truck_deputy_id == user:
                raise ValidationError(
                    self.env._(
                        "Deputy of %(user)s: nobody stands in for himself. Choose"
                        " another user.",
                        user=user.name,
                    )
                )
            start, end = user.truck_absent_from, user.truck_absent_to
            if start and end and end < start:
                raise ValidationError(
                    self.env._(
                        "Absent Until of %(user)s is before Absent From. Correct one of"
                        " the two days.",
                        user=user.name,
                    )
                )

    @api.model
    def _get_truck_absence_fields(self):
        """Return what every user may set for himself in his preferences."""
        return ["truck_deputy_id", "truck_absent_from", "truck_absent_to"]

    def _truck_is_absent(self, date):
        """Tell whether the user is absent on ``date``; an open end lasts for ever."""
        self.ensure_one()
        start, end = self.truck_absent_from, self.truck_absent_to
        return bool(start) and start <= date and (not end or date <= end)

    def _truck_get_substitute(self, date):
        """Return who acts for the user on ``date``: himself, or his deputy's chain.

        :param datetime.date date: the day in question
        :return: the first user of the chain who is there; the user himself when all
            of the chain are absent, so that nothing is ever lost
        """
        self.ensure_one()
        user, seen = self, self.browse()
        while user and user not in seen:
            if user.active and not user._truck_is_absent(date):
                return user
            seen |= user
            user = user.truck_deputy_id
        return self

    def _truck_get_represented(self, date):
        """Return for whom the user acts: himself, and whom he stands in for.

        The other side of ``_truck_get_substitute``; who has left counts as absent.

        :param datetime.date date: the day in question
        :return: users, archived ones included
        """
        self.ensure_one()
        # sudo: absences of others are known to who acts for them
        users = self.sudo().with_context(active_test=False)
        away = users.search_fetch(
            [
                ("truck_deputy_id", "!=", False),
                "|",
                ("active", "=", False),
                "&",
                ("truck_absent_from", "<=", date),
                "|",
                ("truck_absent_to", "=", False),
                ("truck_absent_to", ">=", date),
            ],
            ["active", "truck_deputy_id", "truck_absent_from", "truck_absent_to"],
        )
        represented = away.filtered(lambda u: u._truck_get_substitute(date) == self)
        return (self | represented).with_env(self.env)

    def _truck_get_team(self):
        """Return everybody whose chain of chiefs leads to this user."""
        self.ensure_one()
        self.env["res.users"].flush_model(["truck_manager_id", "active"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE team(id) AS (
                    SELECT id FROM res_users WHERE truck_manager_id = %(chief)s
                     UNION
                    SELECT member.id FROM res_users member
                      JOIN team ON member.truck_manager_id = team.id
                )
                SELECT res_users.id FROM res_users JOIN team USING (id)
                 WHERE active AND res_users.id != %(chief)s
                """,
                chief=self.id,
            )
        )
        return self.browse(row[0] for row in rows)
