from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_list

from .truck_complaint_category import get_highest
from .truck_complaint_flow import OPEN_STATES

# What the one that stays takes over from the others, where it says nothing itself.
TAKEN = (
    *("partner_id", "contact_id", "contact_name", "email_from", "phone", "mileage"),
    *("order_id", "dealer_id", "category_id", "description", "cause", "remedy"),
    *("lesson", "cost", "satisfaction", "solution_id", "user_id", "team_id"),
)


class TruckComplaintDuplicate(models.AbstractModel):
    """Several complaints about one event: seen at once, and made one.

    Kept apart from ``truck.complaint``, which inherits it and holds its fields.
    """

    _name = "truck.complaint.duplicate"
    _description = "Duplicates of a Complaint"

    similar_count = fields.Integer(
        string="Open Ones of the Same Customer or Vehicle",
        compute="_compute_similar_count",
    )

    @api.depends("partner_id", "vehicle_ids", "state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_similar_count(self):
        for complaint in self:
            domain = complaint._get_similar_domain()
            complaint.similar_count = self.search_count(domain) if domain else 0

    def _get_similar_domain(self):
        """Return the domain of other open ones of the same customer or vehicle."""
        self.ensure_one()
        return self._get_about_domain(self.partner_id, self.vehicle_ids, self._origin)

    @api.model
    def _get_about_domain(self, customer, vehicles, but=None, with_done=False):
        """Return the domain of complaints of a customer or about vehicles, or None.

        :param customer: a partner; whoever of his company complained
        :param vehicles: vehicles of which each counts
        :param but: complaints that do not count
        :param with_done: those that are solved or closed, too
        """
        about = Domain.OR(
            Domain(name, "in", records._origin.ids)
            for name, records in (
                ("partner_id", customer.commercial_partner_id),
                ("vehicle_ids", vehicles),
            )
            if records._origin
        )
        if about.is_false():
            return None
        states = Domain("state", "!=", "merged")
        if not with_done:
            states = Domain("state", "in", OPEN_STATES)
        if but:
            states &= Domain("id", "not in", but.ids)
        return about & states

    def action_view_similar(self):
        """Open the others that are open of the same customer or vehicle."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_complaint_action"
        )
        domain = self._get_similar_domain() or Domain.FALSE
        return action | {
            "domain": list(domain | Domain("id", "=", self.id)),
            "context": {},
        }

    def action_merge(self):
        """Open the wizard that makes one complaint of several.

        Of a single one, with the open ones of the same customer or vehicle; what is
        about other vehicles is no duplicate of it.
        """
        complaints = self
        if len(self) == 1 and (domain := self._get_similar_domain()):
            if vehicles := self.vehicle_ids:
                domain &= Domain("vehicle_ids", "in", [False, *vehicles.ids])
            complaints |= self.search(domain, limit=20)
        wizard = self.env["truck.complaint.merge"].create(
            {"complaint_ids": [Command.set(complaints.ids)]}
        )
        return wizard._get_records_action(
            name=self.env._("Merge Complaints"), target="new", context={}
        )

    # ------------------------------------------------------------
    # MERGING
    # ------------------------------------------------------------

    def _merge_into(self, survivor):
        """Make these complaints part of another one; everything is kept there.

        :param survivor: the complaint that goes on
        :raise UserError: when they do not go together
        """
        self._check_mergeable(survivor)
        # sudo: what hangs on them follows, whatever of it the user may change
        others, survivor = self.sudo(), survivor.sudo()
        survivor.write(others._prepare_survivor_vals(survivor))
        others._move_records(survivor)
        others._move_steps(survivor)
        survivor.message_subscribe(partner_ids=others.message_partner_ids.ids)
        others.merged_ids.merged_into_id = survivor
        others.write({"state": "merged", "merged_into_id": survivor.id})
        for other in others:
            other._message_log(
                body=self.env._("Merged into %(name)s.", name=survivor.name)
            )
        names = format_list(self.env, others.mapped("name"))
        survivor._message_log(body=self.env._("Merged in: %(names)s", names=names))
        survivor._update_clocks()

    def _check_mergeable(self, survivor):
        """Raise when these complaints cannot become part of another one."""
        (self | survivor).check_access("write")
        if not self or survivor in self:
            raise UserError(
                self.env._("Merge: choose at least two complaints, one of which stays.")
            )
        merged = (self | survivor).filtered(lambda c: c.state == "merged")
        if merged:
            raise UserError(
                self.env._(
                    "Merge: %(names)s is merged into another one already. Open that one"
                    " instead.",
                    names=format_list(self.env, merged.mapped("name")),
                )
            )
        if len((self | survivor).company_id) > 1:
            raise UserError(
                self.env._(
                    "Merge: these complaints belong to different companies. Merge those"
                    " of one company."
                )
            )

    def _prepare_survivor_vals(self, survivor):
        """Return what the one that stays takes over from these: nothing is lost."""
        every = survivor | self
        vals = {
            name: survivor._fields[name].convert_to_write(value, survivor)
            for name in TAKEN
            if not survivor[name]
            and (value := next((c[name] for c in self if c[name]), None))
        }
        if "contact_id" in vals and survivor.partner_id:
            contact = self.env["res.partner"].browse(vals["contact_id"])
            if contact.commercial_partner_id != survivor.partner_id:
                del vals["contact_id"]
        answers = [c.date_response for c in every if c.date_response]
        return {
            **vals,
            "severity": get_highest(every.mapped("severity")),
            "date_open": min(every.mapped("date_open")),
            "date_response": min(answers, default=False),
            "reopen_count": sum(every.mapped("reopen_count")),
            "is_confidential": any(every.mapped("is_confidential")),
            "is_vehicle_down": any(every.mapped("is_vehicle_down")),
            "is_safety": any(every.mapped("is_safety")),
            "vehicle_ids": [Command.link(v.id) for v in self.vehicle_ids],
            "accused_ids": [Command.link(p.id) for p in self.accused_ids],
        }

    def _move_records(self, survivor):
        """Let all that belongs to these belong to the one that stays."""
        # before the promises, of which each has one clock wherever it is
        clocks = self.env["truck.complaint.clock"].sudo()
        clocks.search(
            [("complaint_id", "in", self.ids), ("promise_id", "!=", False)]
        ).write({"complaint_id": survivor.id})
        for model, name, res_id in self._get_moved_models():
            found = self.env[model].sudo().with_context(active_test=False)
            domain = [(res_id, "in", self.ids)]
            if name:
                domain.append((name, "=", self._name))
            found.search(domain).write({res_id: survivor.id})
        # what is to be sent later, which the ORM refuses to move
        self.env["mail.scheduled.message"].flush_model()
        self.env.execute_query(
            SQL(
                """ UPDATE mail_scheduled_message SET res_id = %s
                     WHERE model = %s AND res_id = ANY(%s) RETURNING id
                """,
                survivor.id,
                self._name,
                self.ids,
            )
        )
        self.env.invalidate_all()

    @api.model
    def _get_moved_models(self):
        """Return (model, field of a model's name or None, field of the id). A hook."""
        return [
            ("ir.attachment", "res_model", "res_id"),
            ("mail.message", "model", "res_id"),
            ("mail.activity", "res_model", "res_id"),
            ("truck.complaint.promise", None, "complaint_id"),
            ("truck.complaint.escalation", None, "complaint_id"),
            ("truck.interaction", None, "complaint_id"),
        ]

    def _move_steps(self, survivor):
        """Add what was done in the steps of these to those of the one that stays."""
        own = {step.kind: step for step in survivor.step_ids}
        for step in self.step_ids.filtered(
            lambda step: step.date or step.evidence or step.attachment_ids
        ):
            target = own.get(step.kind)
            if not target:
                target = own[step.kind] = step.copy({"complaint_id": survivor.id})
                step._move_files(target)
                continue
            step._move_files(target)
            vals = {}
            if step.date and not target.date:
                vals = {"date": step.date, "user_id": step.user_id.id}
            if step.evidence:
                lines = (target.evidence, f"{step.complaint_id.name}: {step.evidence}")
                vals["evidence"] = "\n".join(filter(None, lines))
            if vals:
                target.write(vals)
