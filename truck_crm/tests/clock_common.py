from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import TruckCrmCommon

CONFIDENTIAL = "truck_crm.truck_crm_group_confidential"


class ClockCommon(TruckCrmCommon):
    """A team in Shanghai from 8 to 12 and 13 to 17, its chiefs, and a policy.

    top ── director ── chief ── owner (service desk); deputy stands in for chief

    The policy: answer in 4 h, solution in 16 h. Monday is 2026-03-02; it is 8 hours
    before UTC.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["truck.escalation.policy"].search([]).action_draft()
        cls.people = {}
        chief = None
        for name in ("top", "director", "chief", "owner"):
            group = "service" if name == "owner" else "manager"
            user = cls._create_user(name, group)
            user.truck_manager_id = chief
            chief = cls.people[name] = user
        cls.people["deputy"] = cls._create_user("deputy", "manager")
        cls.calendar = cls._create_calendar("Asia/Shanghai")
        cls.team = cls.env["truck.complaint.team"].create(
            {
                "name": "Hotline",
                "user_id": cls.people["chief"].id,
                "calendar_id": cls.calendar.id,
            }
        )
        cls.policy = cls._create_policy()

    @classmethod
    def _create_user(cls, name, group):
        return new_test_user(
            cls.env,
            f"clock_{name}",
            name=name.capitalize(),
            email=f"{name}@example.com",
            groups=f"truck_crm.truck_crm_group_{group}",
        )

    @classmethod
    def _create_calendar(cls, timezone, hours=((8, 12), (13, 17)), days="01234"):
        return cls.env["resource.calendar"].create(
            {
                "name": timezone,
                "tz": timezone,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": f"{day} {start}",
                                "dayofweek": day,
                                "hour_from": start,
                                "hour_to": stop,
                                "day_period": "morning" if start < 12 else "afternoon",
                            }
                        )
                        for day in days
                        for start, stop in hours
                    ),
                ],
            }
        )

    @classmethod
    def _create_policy(cls, levels=(), **values):
        """Return a policy in force; without levels a plain ladder of solution."""
        levels = levels or (
            {"name": "Warning", "height": 0, "timing": "percent", "timing_value": 75},
            {"name": "One", "height": 1},
            {"name": "Two", "height": 2, "timing_value": 4, "steps": 2},
            {"name": "Top", "height": 3, "timing_value": 8, "target": "chain"},
        )
        policy = cls.env["truck.escalation.policy"].create(
            {
                "name": "Standard",
                "state": "running",
                "response_hours": 4,
                "solution_hours": 16,
                "level_ids": [
                    Command.create(
                        {
                            "sequence": 10 * number,
                            "clock": "solution",
                            "target": "owner" if not level.get("height") else "manager",
                            **level,
                        }
                    )
                    for number, level in enumerate(levels, 1)
                ],
                **values,
            }
        )
        return policy

    @classmethod
    def _complain(cls, **values):
        return cls.env["truck.complaint"].create(
            {
                "subject": "Gearbox jumps out of gear",
                "partner_id": cls.customer.id,
                "user_id": cls.people["owner"].id,
                "team_id": cls.team.id,
                **values,
            }
        )

    @staticmethod
    def _clock(complaint, kind="solution"):
        return complaint.clock_ids.filtered(lambda c: c.kind == kind)

    @classmethod
    def _here(cls, text, calendar=None):
        """Return a moment on the clock of a calendar as naive UTC."""
        from pytz import timezone, utc

        here = timezone((calendar or cls.calendar).tz)
        moment = here.localize(fields.Datetime.to_datetime(text))
        return moment.astimezone(utc).replace(tzinfo=None)

    @classmethod
    def _there(cls, moment, calendar=None):
        """Return a moment in UTC as text on the clock of a calendar."""
        from pytz import timezone, utc

        here = timezone((calendar or cls.calendar).tz)
        moment = utc.localize(moment).astimezone(here)
        return moment.strftime("%Y-%m-%d %H:%M")
