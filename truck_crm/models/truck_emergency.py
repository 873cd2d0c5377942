from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, is_html_empty

from .truck_emergency_progress import DONE_STATES


class TruckEmergency(models.Model):
    """One event over many customers: a recall, a disaster, a quality accident.

    Picks vehicles, tells their customers once each, and shows how far it is with every
    vehicle.
    """

    _name = "truck.emergency"
    _description = "Emergency"
    _inherit = [
        "truck.emergency.progress",
        "truck.emergency.notifier",
        "mail.thread",
        "mail.activity.mixin",
        "truck.in.use.mixin",
    ]
    _order = "state, date desc, id desc"
    _check_company_auto = True
    # a branch of a company works with the records of its parent company
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, tracking=True)
    kind = fields.Selection(
        selection=[
            ("recall", "Recall"),
            ("quality", "Quality Accident"),
            ("disaster", "Disaster"),
        ],
        required=True,
        default="recall",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        ondelete="restrict",
        tracking=True,
    )
    date = fields.Date(
        string="Began On",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
    )
    state = fields.Selection(
        selection=[
            ("draft", "Preparing"),
            ("running", "Running"),
            ("done", "Finished"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    category_id = fields.Many2one(
        "truck.complaint.category",
        ondelete="restrict",
        help="Of the complaints that are opened for vehicles of this emergency.",
    )
    description = fields.Html(help="What has happened, and what is to be done.")
    # Which vehicles
    model_ids = fields.Many2many("truck.model", string="Models")
    production_from = fields.Date()
    production_to = fields.Date()
    territory_ids = fields.Many2many(
        "truck.territory",
        string="Territories",
        check_company=True,
        help="Customers who are at home there, parts included.",
    )
    line_ids = fields.One2many("truck.emergency.vehicle", "emergency_id")
    cluster_ids = fields.One2many("truck.complaint.cluster", "emergency_id")

    _check_production = models.Constraint(
        "CHECK(production_from IS NULL OR production_to IS NULL"
        " OR production_from <= production_to)",
        "Production From of an emergency is after Production To: correct one of them.",
    )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_fill(self):
        """Add the vehicles in use that the criteria name; those there are stay.

        :raise UserError: without any criterion, which would be the whole fleet
        """
        self.ensure_one()
        self.check_access("write")
        if not (
            self.model_ids
            or self.production_from
            or self.production_to
            or self.territory_ids
        ):
            raise UserError(
                self.env._(
                    "Which vehicles does %(name)s concern? Enter Models, Production"
                    " From and To or Territories, or add VINs.",
                    name=self.name,
                )
            )
        vehicles = self.env["truck.vehicle"]._search(self._get_vehicle_domain())
        count = self._add_vehicles(vehicles.select())
        return self._notify_result(count)

    def action_add_vins(self):
        """Open the dialog that takes VINs from a list or a file."""
        self.ensure_one()
        wizard = self.env["truck.emergency.import"].create({"emergency_id": self.id})
        return wizard._get_records_action(
            name=self.env._("Add VINs to %(name)s", name=self.name), target="new"
        )

    def action_start(self):
        """Let it run: vehicles are worked off from now on.

        :raise UserError: when there is no vehicle yet
        """
        for emergency in self:
            if not emergency.vehicle_count:
                raise UserError(
                    self.env._(
                        "%(name)s has no vehicle yet: press “Find Vehicles” or add"
                        " VINs.",
                        name=emergency.name,
                    )
                )
        self.write({"state": "running"})

    def action_finish(self):
        """End it.

        :raise UserError: when there are vehicles that nobody has dealt with
        """
        self.check_access("write")
        Line = self.env["truck.emergency.vehicle"]
        waiting = Line._read_group(
            [("emergency_id", "in", self.ids), ("state", "not in", DONE_STATES)],
            ["emergency_id"],
            ["__count"],
        )
        for emergency, count in waiting:
            if count:
                raise UserError(
                    self.env._(
                        "%(count)s vehicles of %(name)s are neither done nor"
                        " unreachable: deal with them, or take them off the list.",
                        count=count,
                        name=emergency.name,
                    )
                )
        self.write({"state": "done"})

    def action_reopen(self):
        """Let it run again."""
        self.write({"state": "running"})

    def action_view_vehicles(self):
        """Open the list of vehicles, to work them off."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_emergency_vehicle_action"
        )
        return action | {
            "domain": [("emergency_id", "=", self.id)],
            "context": {"search_default_waiting": self.state == "running"},
        }

    def action_view_complaints(self):
        """Open the complaints of these vehicles' customers about this event."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaints of %(name)s", name=self.name),
            "res_model": "truck.complaint",
            "view_mode": "list,form",
            "domain": [("emergency_line_ids.emergency_id", "=", self.id)],
        }

    # ------------------------------------------------------------
    # VEHICLES
    # ------------------------------------------------------------

    def _get_vehicle_domain(self):
        """Return the domain of the vehicles that the criteria name. A hook."""
        self.ensure_one()
        domain = (
            Domain("is_own", "=", True)
            & Domain("state", "=", "in_use")
            & Domain("company_id", "in", [False, *self.company_id.parent_ids.ids])
        )
        if self.model_ids:
            domain &= Domain("model_id", "in", self.model_ids.ids)
        if self.production_from:
            domain &= Domain("production_date", ">=", self.production_from)
        if self.production_to:
            domain &= Domain("production_date", "<=", self.production_to)
        if self.territory_ids:
            here = Domain("truck_territory_id", "child_of", self.territory_ids.ids)
            # sudo: the vehicles are asked for access, where their people live is not
            people = self.env["res.partner"].sudo()._search(here)
            domain &= Domain("operator_id", "in", people) | (
                Domain("operator_id", "=", False) & Domain("owner_id", "in", people)
            )
        return domain

    def _add_vehicles(self, vehicles):
        """Add vehicles by one statement, each for who runs it; those there are stay.

        :param SQL vehicles: a SELECT of ids of ``truck.vehicle``
        :return: number of vehicles that are new
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO truck_emergency_vehicle (
                       emergency_id, vehicle_id, partner_id, company_id, state,
                       create_uid, write_uid, create_date, write_date)
                SELECT %(emergency)s, vehicle.id,
                       COALESCE(holder.commercial_partner_id, holder.id),
                       %(company)s, 'todo', %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM truck_vehicle AS vehicle
                  LEFT JOIN res_partner AS holder
                    ON holder.id = COALESCE(vehicle.operator_id, vehicle.owner_id)
                 WHERE vehicle.id IN (%(vehicles)s)
                 ORDER BY vehicle.id
                    ON CONFLICT (emergency_id, vehicle_id) DO NOTHING
                """,
                emergency=self.id,
                company=self.company_id.id,
                vehicles=vehicles,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        count = self.env.cr.rowcount
        self.env["truck.emergency.vehicle"].invalidate_model()
        self.invalidate_recordset()
        return count

    def _notify_result(self, count):
        """Return the action that tells how many vehicles were added."""
        if count == 1:
            message = self.env._("1 vehicle was added.")
        else:
            message = self.env._("%(count)s vehicles were added.", count=count)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if count else "warning",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _has_notice(self):
        self.ensure_one()
        return bool(self.notice_subject) and not is_html_empty(self.notice_body)
