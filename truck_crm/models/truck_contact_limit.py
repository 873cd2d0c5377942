from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_date

# By which field of a policy a kind of contact counts. What is not here (calls that come
# in, showroom, test drives) is the customer coming to us: it never counts.
COUNTED_BY = {
    "call_out": "count_call",
    "visit": "count_visit",
    "mail": "count_mail",
    "message": "count_message",
    "sms": "count_sms",
    "letter": "count_letter",
    "event": "count_event",
    "survey": "count_survey",
    "greeting": "count_greeting",
}
# Several on one day are one contact: a mail is in the chatter and an interaction too.
ONCE_A_DAY = ("mail", "sms", "letter")
MOST = 200  # so many persons are looked at; nobody reads a warning of more


class ContactState(NamedTuple):
    """Whether a person may be contacted once more."""

    policy: models.BaseModel
    count: int = 0
    cool_off_until: object = False

    @property
    def reason(self):
        """``cool_off``, ``limit``, or False when nothing speaks against a contact."""
        if self.cool_off_until:
            return "cool_off"
        return self.policy and self.count >= self.policy.max_count and "limit"


class TruckContactLimit(models.Model):
    """How often a person is contacted at most, over all channels together."""

    _name = "truck.contact.limit"
    _description = "Contact Limit"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="The first one that fits a customer is the one that holds."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        ondelete="cascade",
        help="Empty: in all companies, and contacts of all of them count together.",
    )
    grade_ids = fields.Many2many(
        "truck.customer.grade",
        string="Grades",
        help="Empty: for customers of every grade, and of none.",
    )
    max_count = fields.Integer(string="Contacts at Most", required=True, default=4)
    period_days = fields.Integer(string="Within (days)", required=True, default=30)
    cool_off_days = fields.Integer(
        string="Cool-Off (days)",
        default=14,
        help="So long after a complaint or a refusal nobody contacts the person.",
    )
    # What counts
    count_call = fields.Boolean(string="Calls to Customers", default=True)
    count_visit = fields.Boolean(string="Visits")
    count_mail = fields.Boolean(
        string="E-mails", default=True, help="Those of one day count once."
    )
    count_message = fields.Boolean(string="Instant Messages", default=True)
    count_sms = fields.Boolean(string="SMS", default=True)
    count_letter = fields.Boolean(string="Letters", default=True)
    count_event = fields.Boolean(string="Events")
    count_survey = fields.Boolean(string="Survey Invitations", default=True)
    count_greeting = fields.Boolean(string="Greetings", default=True)

    _check_max_count = models.Constraint(
        "CHECK(max_count > 0)",
        "Contacts at Most must be at least 1. To contact nobody, use the opt-out.",
    )
    _check_days = models.Constraint(
        "CHECK(period_days BETWEEN 1 AND 366 AND cool_off_days BETWEEN 0 AND 366)",
        "Within (days) must be from 1 to 366, Cool-Off (days) from 0 to 366.",
    )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    @api.model
    def _get_states(self, partners, company=None, with_private=False):
        """Tell of each person whether one more contact is too much (R4.6).

        As many queries for many as for one.

        :param partners: persons, or customers when nobody in particular is meant
        :param company: whose policy holds; by default the present one
        :param with_private: count birthday greetings too; who has no right to personal
            data must not be told a number that gives the day away
        :return: ``{id: ContactState}`` of each of them
        """
        company = company or self.env.company
        policies = self._get_policies(partners, company)
        empty = self.browse()
        if not policies:
            return {partner.id: ContactState(empty) for partner in partners}
        counts = self._count_contacts(policies, company, with_private)
        cooling = self._get_cool_off_ends(policies, company)
        return {
            partner.id: ContactState(
                policies.get(partner.id, empty),
                counts.get(partner.id, 0),
                cooling.get(partner.id, False),
            )
            for partner in partners
        }

    @api.model
    def _get_policies(self, partners, company):
        """Return ``{partner id: policy}`` of the persons for whom one holds."""
        # sudo: the limit holds for whoever contacts the person, it says nothing private
        policies = self.sudo().search(
            [("company_id", "in", [False, *company.parent_ids.ids])]
        )
        if not policies or not partners:
            return {}
        grades = {}
        if policies.grade_ids:
            grades = self._get_grades(partners, company)
        found = {}
        for partner in partners:
            grade = grades.get(partner.sudo().commercial_partner_id.id)
            for policy in policies:
                if not policy.grade_ids or grade in policy.grade_ids._ids:
                    found[partner.id] = policy
                    break
        return found

    @api.model
    def _get_grades(self, partners, company):
        """Return ``{customer id: grade id}``."""
        # sudo: the grade decides, whoever asks; it is not shown
        rows = self.env["truck.customer.metrics"].sudo()
        rows = rows.search_fetch(
            [
                ("partner_id", "in", partners.sudo().commercial_partner_id.ids),
                ("company_id", "=", company.id),
            ],
            ["partner_id", "grade_id"],
        )
        return {row.partner_id.id: row.grade_id.id for row in rows}

    @api.model
    def _count_contacts(self, policies, company, with_private):
        """Return ``{partner id: number}`` of the contacts that count by its policy."""
        now = fields.Datetime.now()
        longest = max(policy.period_days for policy in policies.values())
        since = now - timedelta(days=longest)
        found = defaultdict(set)
        rows = self._get_contacts(tuple(policies), since, with_private)
        for number, (partner_id, company_id, kind, date) in enumerate(rows):
            policy = policies[partner_id]
            if (
                (not policy.company_id or company_id in (None, company.id))
                and date >= now - timedelta(days=policy.period_days)
                and kind in COUNTED_BY
                and policy[COUNTED_BY[kind]]
            ):
                key = company._truck_to_local_date(date)
                found[partner_id].add((kind, key if kind in ONCE_A_DAY else number))
        return {partner_id: len(contacts) for partner_id, contacts in found.items()}

    @api.model
    def _get_contacts(self, partner_ids, since, with_private):
        """Return the contacts with some persons, by one query."""
        for model in ("truck.interaction", "truck.interaction.result"):
            self.env[model].flush_model()
        self.env["mail.notification"].flush_model()
        self.env["mail.message"].flush_model(["date", "message_type", "author_id"])
        self.env["survey.user_input"].flush_model(["partner_id", "test_entry"])
        queries = self._get_contact_queries(partner_ids, since, with_private)
        return self.env.execute_query(SQL(" UNION ALL ").join(queries))

    @api.model
    def _get_contact_queries(self, partner_ids, since, with_private):
        """Return what else counts as a contact. A hook: add a SELECT.

        :param partner_ids: a tuple of ids of persons
        :param since: a moment (UTC); what was before does not count
        :param with_private: whether birthday greetings count
        :return: SELECTs of partner, company (may be NULL), kind (a key of
            ``COUNTED_BY``) and moment
        """
        params = {"ids": partner_ids, "since": since, "private": with_private}
        queries = [
            SQL(query, **params)
            for query in (*_INTERACTIONS, _MAILS, _SURVEYS, _GREETINGS)
        ]
        if "mailing.trace" in self.env:  # an app that a company may have
            self.env["mailing.trace"].flush_model()
            queries.append(SQL(_MAILINGS, **params))
        return queries

    @api.model
    def _get_cool_off_ends(self, policies, company):
        """Return ``{partner id: last day}`` of the persons to be left in peace."""
        longest = max(policy.cool_off_days for policy in policies.values())
        if not longest:
            return {}
        now = fields.Datetime.now()
        today = company._truck_to_local_date(now)
        since = now - timedelta(days=longest + 1)
        ends = {}
        for partner_id, date in self._get_cool_off_dates(
            tuple(policies), since
        ).items():
            days = timedelta(days=policies[partner_id].cool_off_days)
            end = company._truck_to_local_date(date) + days
            if end > today:
                ends[partner_id] = end - timedelta(days=1)
        return ends

    @api.model
    def _get_cool_off_dates(self, partner_ids, since):
        """Return when something last happened after which a person cools off. A hook.

        Here: an interaction whose result says so (a refusal, a complaint), or a
        complaint, with the person, or with nobody in particular of the customer; of a
        customer: any. Confidential complaints do not count, or they would show.

        :param partner_ids: a tuple of ids of persons
        :param since: a moment (UTC); what was before is of no matter
        :return: ``{id: moment}`` of those to whom it happened
        """
        for model in ("truck.interaction", "truck.interaction.result"):
            self.env[model].flush_model()
        self.env["truck.complaint"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        query = SQL(_COOL_OFF, ids=partner_ids, since=since)
        return dict(self.env.execute_query(query))

    @api.model
    @api.readonly
    def get_mail_warning(self, partner_ids, model=None):
        """Return in words why a message to these partners had better wait, or False.

        Asked by the chatter, whose short composer is no record.

        :param partner_ids: ids of those whom the message goes to; our own people, and
            whom the user does not see, do not matter
        :param model: of the record that the message is about
        :raise AccessError: for who is none of our own people
        """
        if not self.env.user._is_internal():
            raise AccessError(
                self.env._("Only employees may ask who has been contacted how often.")
            )
        if self._is_owed(model):
            return False
        partners = self.env["res.partner"].search(
            [("id", "in", partner_ids), ("partner_share", "=", True)],
            order="id",
            limit=MOST,
        )
        return self._get_warning(partners, kind="mail")

    @api.model
    def _is_owed(self, model):
        """Tell whether people are owed an answer about records of a model.

        Of that nobody is warned: who complained waits for it. A hook.
        """
        return model == "truck.complaint"

    @api.model
    def _get_warning(self, partners, company=None, kind=None, names=5):
        """Return in words why these persons had better not be contacted, or False.

        :param kind: of the contact that is planned; one that does not count by the
            policy only asks whether the person cools off
        :param names: of so many persons it is told; the others are counted
        """
        # sudo: the numbers say nothing of what was talked, and hold for everybody
        company = company or self.env.company
        has_right = self.env.user.has_group("truck_crm.truck_crm_group_personal_data")
        states = self.sudo()._get_states(partners, company, with_private=has_right)
        lines = [
            line
            for partner in partners
            if (line := self._get_warning_line(partner, states[partner.id], kind))
        ]
        if len(lines) > names:
            others = self.env._("… and %(count)s others", count=len(lines) - names)
            lines = [*lines[:names], others]
        return "\n".join(lines) or False

    @api.model
    def _get_warning_line(self, partner, state, kind):
        # sudo: the name of somebody whom the user is about to contact; the name alone,
        # whatever the field shows from which this is asked
        partner = partner.sudo().with_context(show_email=False, show_address=False)
        name = partner.display_name.replace("\n", " ")
        if state.reason == "cool_off":
            return self.env._(
                "%(name)s: please do not contact before %(date)s has passed, after a"
                " complaint or a refusal.",
                name=name,
                date=format_date(self.env, state.cool_off_until),
            )
        counts = not kind or state.policy[COUNTED_BY[kind]]
        if state.reason == "limit" and counts:
            return self.env._(
                "%(name)s: contacted %(count)s times within %(days)s days, the limit is"
                " %(limit)s. Can this wait?",
                name=name,
                count=state.count,
                days=state.policy.period_days,
                limit=state.policy.max_count,
            )
        return False


# Contacts with a person; those without a person are with the customer itself. Who was
# not reached was not contacted.
_INTERACTIONS = (
    """
    SELECT rel.res_partner_id, talk.company_id, talk.kind, talk.date
    FROM truck_interaction_contact_rel rel
    JOIN truck_interaction talk ON talk.id = rel.truck_interaction_id
    LEFT JOIN truck_interaction_result result ON result.id = talk.result_id
    WHERE rel.res_partner_id IN %(ids)s AND talk.date >= %(since)s
        AND result.is_reached IS NOT FALSE
    """,
    """
    SELECT talk.partner_id, talk.company_id, talk.kind, talk.date
    FROM truck_interaction talk
    LEFT JOIN truck_interaction_result result ON result.id = talk.result_id
    WHERE talk.partner_id IN %(ids)s AND talk.date >= %(since)s
        AND result.is_reached IS NOT FALSE
        AND NOT EXISTS (
            SELECT FROM truck_interaction_contact_rel rel
            WHERE rel.truck_interaction_id = talk.id
        )
    """,
)
# What somebody of ours has written from Odoo; nothing that Odoo sends by itself.
_MAILS = """
    SELECT notice.res_partner_id, NULL::int,
        CASE notice.notification_type
            WHEN 'sms' THEN 'sms' WHEN 'snail' THEN 'letter' ELSE 'mail' END,
        message.date
    FROM mail_notification notice
    JOIN mail_message message ON message.id = notice.mail_message_id
    JOIN res_users author ON author.partner_id = message.author_id
        AND author.share IS NOT TRUE
    WHERE notice.res_partner_id IN %(ids)s AND message.date >= %(since)s
        AND message.message_type IN ('comment', 'sms', 'snailmail')
        AND notice.notification_type IN ('email', 'sms', 'snail')
        AND notice.notification_status NOT IN ('canceled', 'exception', 'bounce')
"""
# Invitations; who takes part by himself was not asked by us.
_SURVEYS = """
    SELECT answer.partner_id, NULL::int, 'survey', answer.create_date
    FROM survey_user_input answer
    JOIN res_users inviter ON inviter.id = answer.create_uid
        AND inviter.share IS NOT TRUE
    WHERE answer.partner_id IN %(ids)s AND answer.create_date >= %(since)s
        AND answer.test_entry IS NOT TRUE
"""
_GREETINGS = """
    SELECT partner_id, company_id, 'greeting', sent_date FROM truck_greeting_sent
    WHERE partner_id IN %(ids)s AND sent_date >= %(since)s AND state = 'sent'
        AND (%(private)s OR occasion != 'birthday')
"""
_MAILINGS = """
    SELECT res_id, NULL::int, CASE trace_type WHEN 'sms' THEN 'sms' ELSE 'mail' END,
        sent_datetime
    FROM mailing_trace
    WHERE model = 'res.partner' AND res_id IN %(ids)s AND sent_datetime >= %(since)s
        AND is_test_trace IS NOT TRUE
        AND trace_status NOT IN ('cancel', 'error', 'bounce')
"""
_COOL_OFF = """
    SELECT id, max(date) FROM (
        SELECT person.id, talk.date
        FROM res_partner person
        JOIN truck_interaction talk ON talk.partner_id = person.commercial_partner_id
        JOIN truck_interaction_result result ON result.id = talk.result_id
            AND result.cool_off
        WHERE person.id IN %(ids)s AND talk.date >= %(since)s
            AND (
                person.id = person.commercial_partner_id
                OR person.id IN (
                    SELECT rel.res_partner_id FROM truck_interaction_contact_rel rel
                    WHERE rel.truck_interaction_id = talk.id
                )
                OR NOT EXISTS (
                    SELECT FROM truck_interaction_contact_rel rel
                    WHERE rel.truck_interaction_id = talk.id
                )
            )
        UNION ALL
        SELECT person.id, complaint.date_open
        FROM res_partner person
        JOIN truck_complaint complaint
            ON complaint.partner_id = person.commercial_partner_id
        WHERE person.id IN %(ids)s AND complaint.date_open >= %(since)s
            AND complaint.state != 'merged'
            AND complaint.is_confidential IS NOT TRUE
            AND (
                person.id = person.commercial_partner_id
                OR complaint.contact_id IS NULL
                OR complaint.contact_id = person.id
            )
    ) AS reason
    GROUP BY id
"""
