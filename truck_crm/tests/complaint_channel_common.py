from odoo.fields import Command
from odoo.tests import new_test_user

from .common import VINS, TruckCrmCommon

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"0" * 100
PDF = b"%PDF-1.7 nothing"
MAIL = """Return-Path: <{sender}>
From: {sender}
To: {to}
Subject: {subject}
Message-Id: {message_id}
Date: Mon, 02 Mar 2026 08:00:00 +0000
{headers}Content-Type: text/plain; charset="utf-8"

{body}
"""


class ComplaintChannelCommon(TruckCrmCommon):
    """A customer with two people and a truck, another customer, a dealer's staff.

    Haulier (served by dealer Nanning): Driver, Boss      portal user: driver
    Rival Haulier:                      Stranger          portal user: stranger
    dealer Nanning (below South):       Mechanic (staff)  portal user: mechanic
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Partner = cls.env["res.partner"]
        cls.customer.write({"ref": "C-1", "truck_dealer_id": cls.nanning.id})
        # somebody has to hear of what is confidential
        new_test_user(
            cls.env,
            login="truck_top",
            groups="truck_crm.truck_crm_group_confidential",
        )
        cls.driver, cls.boss = Partner.create(
            [
                {"name": name, "email": email, "parent_id": cls.customer.id}
                for name, email in (
                    ("Driver", "driver@haulier.example"),
                    ("Boss", "boss@haulier.example"),
                )
            ]
        )
        cls.other = Partner.create({"name": "Rival Haulier", "is_company": True})
        cls.stranger = Partner.create(
            {
                "name": "Stranger",
                "email": "stranger@rival.example",
                "parent_id": cls.other.id,
            }
        )
        cls.mechanic = Partner.create(
            {
                "name": "Mechanic",
                "email": "mechanic@nanning.example",
                "parent_id": cls.nanning.partner_id.id,
            }
        )
        cls.env["truck.dealer.staff"].create(
            {
                "dealer_id": cls.nanning.id,
                "partner_id": cls.mechanic.id,
                "role_id": cls.env["truck.dealer.role"].search([], limit=1).id,
            }
        )
        cls.portal_users = {
            name: new_test_user(
                cls.env,
                login=f"portal_{name}",
                groups="base.group_portal",
                partner_id=partner.id,
                email=partner.email,
            )
            for name, partner in (
                ("driver", cls.driver),
                ("stranger", cls.stranger),
                ("mechanic", cls.mechanic),
            )
        }
        cls.truck = cls._create_vehicle(
            VINS[0], owner_id=cls.customer.id, plate="桂B12345"
        )
        Team = cls.env["truck.complaint.team"]
        Team.search([]).active = False
        cls.team = Team.create({"name": "Desk", "alias_name": "complaints-test"})
        cls.alias_domain = cls.env["mail.alias.domain"].create(
            {"name": "maker.example", "catchall_alias": "catchall"}
        )
        cls.env.company.alias_domain_id = cls.alias_domain
        cls.team.alias_domain_id = cls.alias_domain

    @classmethod
    def _complain(cls, **values):
        return cls.env["truck.complaint"].create(
            {"subject": "Brakes", "partner_id": cls.customer.id, **values}
        )

    def _receive(
        self,
        subject="Brakes",
        sender="driver@haulier.example",
        to="complaints-test@maker.example",
        body="They squeal.",
        headers="",
        message_id=None,
    ):
        """Let a mail come in, as the gateway does; return the complaints it made."""
        Complaint = self.env["truck.complaint"].with_context(active_test=False)
        before = Complaint.search([])
        self.mail_count = getattr(self, "mail_count", 0) + 1
        mail = MAIL.format(
            subject=subject,
            sender=sender,
            to=to,
            body=body,
            headers=headers,
            message_id=message_id or f"<test-{self.mail_count}@{self.id()}>",
        )
        self.env["mail.thread"].message_process(None, mail)
        return Complaint.search([]) - before

    def _get_mails(self, complaint):
        """Return the mails of a complaint that are to be sent."""
        return self.env["mail.mail"].search(
            [("model", "=", complaint._name), ("res_id", "in", complaint.ids)]
        )

    @classmethod
    def _set_parameter(cls, name, value):
        cls.env["ir.config_parameter"].set_param(
            f"truck_crm.complaint_web_{name}", value
        )

    @classmethod
    def _link(cls, *records):
        return [Command.set([record.id for record in records])]
