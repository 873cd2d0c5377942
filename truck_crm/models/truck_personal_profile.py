from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain


class TruckPersonalProfile(models.Model):
    """What is known privately of a contact person.

    In a table of its own, so that nothing of it comes along with the contact: there is
    no field on res.partner that leads here, and no chatter that would tell of it.
    """

    _name = "truck.personal.profile"
    _description = "Personal Profile"
    _inherit = ["truck.personal.mixin", "truck.birthday.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        ondelete="cascade",
        domain="[('is_company', '=', False)]",
    )
    name = fields.Char(related="partner_id.name")
    avatar_128 = fields.Image(related="partner_id.avatar_128")
    parent_id = fields.Many2one(related="partner_id.parent_id", string="Company")
    function = fields.Char(related="partner_id.function", string="Job Position")
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    is_visible = fields.Boolean(
        compute="_compute_is_visible",
        search="_search_is_visible",
        exportable=False,
        help="You may read this contact. For the rules of personal data.",
    )

    # Person
    gender = fields.Selection(selection=[("male", "Male"), ("female", "Female")])
    native_place = fields.Char()
    ethnicity = fields.Char(string="Ethnic Group")
    customs = fields.Text(
        string="Customs and Taboos",
        help="What to heed at table, with gifts and on visits.",
    )
    education_id = fields.Many2one(
        "truck.personal.option",
        string="Education",
        ondelete="restrict",
        domain="[('kind', '=', 'education')]",
    )
    school = fields.Char()
    occupation = fields.Char(
        help="What the person does or did besides the job with this customer."
    )
    income_id = fields.Many2one(
        "truck.personal.option",
        string="Income",
        ondelete="restrict",
        domain="[('kind', '=', 'income')]",
    )

    # Nature
    hobby_ids = fields.Many2many(
        "truck.personal.option",
        relation="truck_personal_profile_hobby_rel",
        string="Hobbies",
        domain="[('kind', '=', 'hobby')]",
    )
    character_ids = fields.Many2many(
        "truck.personal.option",
        relation="truck_personal_profile_character_rel",
        string="Character",
        domain="[('kind', '=', 'character')]",
    )
    value_ids = fields.Many2many(
        "truck.personal.option",
        relation="truck_personal_profile_value_rel",
        string="Values",
        domain="[('kind', '=', 'value')]",
    )
    note = fields.Text()
    consent_date = fields.Date(
        string="Consent Given On",
        help="When the person agreed that this is kept.",
    )

    relative_ids = fields.One2many(
        "truck.personal.relative", inverse_name="profile_id", string="Family"
    )
    event_ids = fields.One2many(
        "truck.personal.event", inverse_name="profile_id", string="Life Events"
    )
    honour_ids = fields.One2many(
        "truck.personal.honour", inverse_name="profile_id", string="Honours"
    )

    _partner_uniq = models.UniqueIndex(
        "(partner_id)",
        "This contact has a personal profile already: open that profile instead.",
    )

    # ------------------------------------------------------------
    # COMPUTE AND SEARCH METHODS
    # ------------------------------------------------------------

    @api.depends("partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_visible(self):
        # Rules are evaluated as superuser: go back to the user they are made for.
        visible = self.partner_id.sudo(False)._filtered_access("read")
        for profile in self:
            profile.is_visible = profile.partner_id in visible

    @api.model
    def _search_is_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        Partner = self.env["res.partner"].sudo(False).with_context(active_test=False)
        return Domain("partner_id", "in", Partner._search([]))

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("partner_id")
    def _check_partner(self):
        for profile in self:
            if profile.partner_id.is_company:
                raise ValidationError(
                    self.env._(
                        "Contact: %(name)s is a company. Personal profiles are for"
                        " people: choose one of its contacts.",
                        name=profile.partner_id.display_name,
                    )
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def unlink(self):
        self._trace("erase")
        # sudo: what tells the birthday goes too, whether or not it could be seen
        self.env["truck.greeting.sent"].sudo()._forget_birthdays(self.partner_id)
        return super().unlink()

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_erase(self):
        """Ask, with a preview, before everything of these people is deleted."""
        self.check_access("unlink")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_personal_erase_action"
        )
        # the page from which this is asked will be gone
        context = {
            "default_partner_ids": self.partner_id.ids,
            "is_profile_open": True,
        }
        return action | {"context": context}

    def action_view_contact(self):
        """Open the contact."""
        self.ensure_one()
        return self.partner_id._get_records_action(name=self.env._("Contact"))

    def action_view_log(self):
        """Open who read or changed this profile."""
        self.ensure_one()
        log = self.env["truck.personal.access.log"]
        log.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Personal Data Log"),
            "res_model": log._name,
            "view_mode": "list",
            "domain": [("profile_number", "=", self.id)],
        }

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _get_personal_profiles(self):
        return self

    @api.model
    def _get_public_fields(self):
        """The contact itself is no secret of this model."""
        contact = {"partner_id", "name", "avatar_128", "parent_id", "function"}
        return super()._get_public_fields() | contact | {"phone", "email", "is_visible"}

    # --- merging ---

    def _merge_into(self, partner):
        """Make one profile of these, that of ``partner``, and lose nothing.

        Empty fields are filled; what differs is told in the note; what hangs on the
        profiles moves. To be called as superuser: who merges contacts need not see it.
        """
        user_id = self.env.uid
        target = self.filtered(lambda profile: profile.partner_id == partner)
        target = target or self[:1]
        for source in self - target:
            target._take_over(source)
        log = self.env["truck.personal.access.log"]
        log._trace("merge", self, user_id)
        for name in ("relative_ids", "event_ids", "honour_ids"):
            (self - target)[name].profile_id = target
        # no erasure: everything stands in the other one, and "merge" is noted
        super(TruckPersonalProfile, self - target).unlink()
        target.partner_id = partner
        return target

    def _take_over(self, source):
        """Fill what is empty here, and write down what differs."""
        vals, differing = {}, []
        for name in self._get_merge_fields():
            field, value = self._fields[name], source[name]
            if field.type == "many2many":
                vals[name] = [Command.link(option.id) for option in value]
            elif value and not self[name]:
                vals[name] = field.convert_to_write(value, source)
            elif value != self[name] and value:
                differing.append(source._get_merge_text(name))
        born = self._get_birthday_fields()
        if not self.birthday_key:
            vals |= {name: source[name] for name in born}
        elif source.birthday_key and any(self[name] != source[name] for name in born):
            differing.append(source._get_merge_text("birthday"))
        if differing:
            title = self.env._("Merged from %(name)s:", name=source.display_name)
            vals["note"] = "\n".join(filter(None, [self.note, title, *differing]))
        self.write(vals)

    def _get_merge_text(self, name):
        """Return a line with label and value of a field, as a person reads it."""
        field = self._fields[name]
        value = field.convert_to_export(self[name], self)
        if name == "birthday":
            value = " ".join(filter(None, [str(value or ""), self.lunar_text]))
        return f"{field._description_string(self.env)}: {value}"

    @api.model
    def _get_merge_fields(self):
        """Return what a person types into a profile, but the birthday. A hook."""
        return [
            "gender",
            "native_place",
            "ethnicity",
            "customs",
            "education_id",
            "school",
            "occupation",
            "income_id",
            "hobby_ids",
            "character_ids",
            "value_ids",
            "note",
            "consent_date",
        ]
