from typing import NamedTuple

from odoo import api, fields, models

CONFIDENTIAL = "truck_crm.truck_crm_group_confidential"


class Call(NamedTuple):
    """Whom a level calls about a complaint.

    :ivar people: partners, of users and of others; empty when there is nobody
    :ivar users: users among them
    :ivar stand_ins: ``{user who acts: user whom he stands in for}``
    """

    people: models.BaseModel
    users: models.BaseModel
    stand_ins: dict


class TruckEscalationPeople(models.AbstractModel):
    """Whom a level of the ladder calls.

    Each kind of target gives lines of people, and of each line the first one is called
    who can be: who is there or has a deputy, may see the complaint if it is
    confidential, and is not accused in it.
    """

    _name = "truck.escalation.people"
    _description = "Whom an Escalation Calls"
    _inherit = ["truck.in.use.mixin"]

    target = fields.Selection(
        selection=[
            ("owner", "Case Owner"),
            ("manager", "Owner's Chief"),
            ("chain", "All Chiefs up to the Top"),
            ("leader", "Team Leader"),
            ("dealer_staff", "Dealer's Staff"),
            ("dealer_above", "Next Dealer up the Tree"),
            ("dealer_user", "Who Looks After the Dealer"),
            ("territory", "Responsible for the Territory"),
            ("group", "Group"),
            ("user", "Particular Person"),
        ],
        string="Whom to Call",
        required=True,
        default="manager",
    )
    steps = fields.Integer(
        string="Steps Up",
        default=1,
        help="1: the owner's chief; 2: the chief's chief, and so on.",
    )
    role_id = fields.Many2one(
        "truck.dealer.role",
        string="Role",
        ondelete="restrict",
        help="Empty: the first one of the dealer's staff.",
    )
    group_id = fields.Many2one("res.groups", ondelete="restrict")
    user_id = fields.Many2one(
        "res.users",
        string="Particular Person",
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    target_text = fields.Char(string="Who Is Called", compute="_compute_target_text")

    _check_steps = models.Constraint(
        "CHECK(steps BETWEEN 1 AND 20)",
        "Steps of an escalation level must be from 1 to 20.",
    )

    @api.depends("target", "steps", "role_id", "group_id", "user_id")
    @api.depends_context("lang")
    def _compute_target_text(self):
        labels = dict(self._fields["target"]._description_selection(self.env))
        for level in self:
            text = labels.get(level.target, "")
            detail = {
                "manager": level.steps > 1 and f"+{level.steps}",
                "dealer_staff": level.role_id.name,
                "dealer_above": level.role_id.name,
                "group": level.group_id.sudo().name,
                "user": level.user_id.name,
            }.get(level.target)
            level.target_text = f"{text}: {detail}" if detail else text

    def _find_people(self, complaint, today):
        """Return whom this level calls about a complaint.

        :param complaint: with sudo
        :param today: the day, for absences
        :return: a ``Call``
        """
        self.ensure_one()
        call = self._call(
            complaint, getattr(self, f"_get_lines_{self.target}")(complaint), today
        )
        if self.height and complaint.is_confidential and not call.people:
            # those of the ladder have no right: better all who have it than nobody
            call = self._call(complaint, self._get_trusted(complaint), today)
        return call

    def _call(self, complaint, lines, today):
        """Return whom of each line is called, as a ``Call``."""
        people = self.env["res.partner"].sudo()
        users, stand_ins = self.env["res.users"].sudo(), {}
        for line in lines:
            for person in line:
                called = self._reach(complaint, person, today)
                if not called:
                    continue
                if called._name == "res.partner":
                    people |= called
                    break
                if called != person:
                    stand_ins[called] = person
                users |= called
                people |= called.partner_id
                break
        return Call(people, users, stand_ins)

    def _reach(self, complaint, person, today):
        """Return who is called for a person of a line; empty when nobody can be."""
        if person._name == "res.partner":
            is_callable = (
                person.active
                and self._is_reachable(person)
                and person not in complaint.accused_ids
                and self._may_know(complaint, person.user_ids)
            )
            return person if is_callable else person.browse()
        user = person._truck_get_substitute(today)
        owner = self._get_owner(complaint)
        is_callable = (
            user.active
            and user.partner_id not in complaint.accused_ids
            and self._may_know(complaint, user)
            # who is late does not stand in for his chief
            and (user == person or user != owner)
        )
        return user if is_callable else user.browse()

    def _is_reachable(self, partner):
        """Tell whether somebody who is no user of ours can be called. A hook."""
        return bool(partner.email) or any(not u.share for u in partner.user_ids)

    @api.model
    def _may_know(self, complaint, users):
        """Tell whether one of these users may know of a complaint."""
        if not complaint.is_confidential:
            return True
        return any(user.has_group(CONFIDENTIAL) for user in users)

    @api.model
    def _get_owner(self, complaint):
        """Return from whom the ladder begins: the owner, else the team's leader."""
        return complaint.user_id or complaint.team_id.user_id

    # ------------------------------------------------------------
    # THE LINES OF EACH TARGET
    # ------------------------------------------------------------

    def _get_lines_owner(self, complaint):
        owner = self._get_owner(complaint)
        return [owner] if owner else []

    def _get_lines_manager(self, complaint):
        # who cannot be called is left out: the one above him is called
        return [self._get_chiefs(complaint)[self.steps - 1 :]]

    def _get_lines_chain(self, complaint):
        return list(self._get_chiefs(complaint))

    def _get_chiefs(self, complaint):
        """Return the chiefs of the owner, up to the top.

        Of an owner without a chief: the team leader, and his.
        """
        owner = self._get_owner(complaint)
        return self._climb_from(owner.truck_manager_id) or (
            self._climb_from(complaint.team_id.user_id) - owner
        )

    @api.model
    def _climb_from(self, user):
        """Return a user and his chiefs, up to the top."""
        users = user.browse()
        while user and user not in users:
            users += user
            user = user.truck_manager_id
        return users

    def _get_lines_leader(self, complaint):
        return [self._climb_from(complaint.team_id.user_id)]

    def _get_lines_dealer_staff(self, complaint):
        return [self._get_staff(complaint.dealer_id)]

    def _get_lines_dealer_above(self, complaint):
        people, dealer = self.env["res.partner"].sudo(), complaint.dealer_id.parent_id
        while dealer:
            people += self._get_staff(dealer)
            dealer = dealer.parent_id
        return [people]

    def _get_staff(self, dealer):
        staff = dealer.staff_ids
        if self.role_id:
            staff = staff.filtered(lambda person: person.role_id == self.role_id)
        return staff.partner_id

    def _get_lines_dealer_user(self, complaint):
        users, dealer = self.env["res.users"].sudo(), complaint.dealer_id
        while dealer:
            users += dealer.user_id
            dealer = dealer.parent_id
        return [users]

    def _get_lines_territory(self, complaint):
        users = self.env["res.users"].sudo()
        territory = complaint.partner_id.commercial_partner_id.truck_territory_id
        while territory:
            users += territory.lead_user_id
            territory = territory.parent_id
        return [users]

    def _get_lines_group(self, complaint):
        return self._get_members(self.group_id.sudo(), complaint)

    @api.model
    def _get_members(self, group, complaint):
        users = group.all_user_ids.filtered(
            lambda user: not user.share and complaint.company_id in user.company_ids
        )
        return list(users.sorted("id"))

    def _get_trusted(self, complaint):
        """Return everybody who has the right on confidential complaints."""
        # sudo: who has a right is needed to call nobody else
        group = self.env.ref(CONFIDENTIAL).sudo()
        return self._get_members(group, complaint)

    def _get_lines_user(self, complaint):
        return [self.user_id.sudo()]

    def _get_nobody_text(self):
        """Return why nobody was called, in words."""
        self.ensure_one()
        return {
            "owner": self.env._("it has neither an owner nor a team leader"),
            "manager": self.env._("the owner has no chief so far up"),
            "chain": self.env._("the owner has no chief"),
            "leader": self.env._("it has no team leader"),
            "dealer_staff": self.env._("the dealer has nobody with this role"),
            "dealer_above": self.env._("no dealer above has anybody with this role"),
            "dealer_user": self.env._("nobody looks after the dealer"),
            "territory": self.env._("nobody is responsible for the territory"),
        }.get(self.target, self.env._("nobody there may be called"))
