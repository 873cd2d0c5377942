import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import vin as vin_tools


class TruckAdoption(models.Model):
    """Takes over the trucks that were delivered before truck_crm was there.

    It walks once through the serial numbers of truck products and replays their
    transfers to and from customers. ``lot_cursor`` is written in the same transaction
    as the vehicles it stands for: killed at any moment, the next run carries on behind
    the last batch that was committed.
    """

    _name = "truck.adoption"
    _description = "Adoption of Old Deliveries"
    _inherit = ["truck.in.use.mixin"]
    _order = "id desc"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        selection=[("draft", "Preview"), ("running", "Running"), ("done", "Done")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
    )
    lot_cursor = fields.Integer(
        readonly=True,
        copy=False,
        help="Identifier of the last serial number that was read.",
    )
    vehicle_count = fields.Integer(string="Vehicles Made", readonly=True, copy=False)
    problem_ids = fields.One2many(
        "truck.adoption.problem", inverse_name="adoption_id", readonly=True
    )
    problem_count = fields.Integer(
        string="Not Readable", compute="_compute_problem_count"
    )
    lot_count = fields.Integer(
        string="Serial Numbers of Trucks", compute="_compute_preview"
    )
    waiting_count = fields.Integer(
        string="Waiting",
        compute="_compute_preview",
        help="Serial numbers of trucks that are still to be read.",
    )
    untied_product_ids = fields.Many2many(
        "product.template",
        string="Products Without a Truck Model",
        compute="_compute_preview",
        help="Their serial numbers are passed over. If they are trucks, tie them to a"
        " truck model first.",
    )

    _running_uniq = models.UniqueIndex(
        "(company_id) WHERE state = 'running'",
        "An adoption is running for this company already: open that one.",
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("problem_ids")
    def _compute_problem_count(self):
        for adoption in self:
            adoption.problem_count = len(adoption.problem_ids)

    @api.depends("company_id", "state", "lot_cursor")
    def _compute_preview(self):
        # sudo: only counted; who sets up Truck CRM need not work in the warehouse
        Lot, Product = self.env["stock.lot"].sudo(), self.env["product.template"]
        for adoption in self:
            adoption.lot_count = Lot.search_count(adoption._get_truck_lot_domain())
            adoption.waiting_count = Lot.search_count(adoption._get_waiting_domain())
            adoption.untied_product_ids = Product.search(
                [
                    ("tracking", "=", "serial"),
                    ("truck_model_ids", "=", False),
                    ("company_id", "in", [adoption.company_id.id, False]),
                ]
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_start(self):
        """Let the job begin, or read once more from the start what is still missing.

        :raise UserError: when there is no truck product to look for
        """
        self.ensure_one()
        if not self.env["truck.model"].search_count(
            [("product_tmpl_id", "!=", False)], limit=1
        ):
            raise UserError(
                self.env._(
                    "No truck model is tied to a product yet. Open Catalogue > Truck"
                    " Models and set the Product of your own models first."
                )
            )
        self.problem_ids.unlink()
        self.write({"state": "running", "lot_cursor": 0})
        self.env.ref("truck_crm.ir_cron_truck_adoption")._trigger()

    def action_view_vehicles(self):
        """Open the vehicles of the company."""
        return self.env["truck.vehicle"]._action_view(
            [("company_id", "=", self.company_id.id), ("lot_id", "!=", False)]
        )

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _get_truck_lot_domain(self):
        """Domain of all serial numbers of trucks in the company."""
        self.ensure_one()
        return Domain(
            "product_id.product_tmpl_id.truck_model_ids", "!=", False
        ) & Domain("company_id", "in", [self.company_id.id, False])

    def _get_waiting_domain(self):
        """Domain of those of them that have no vehicle and were not read yet."""
        return (
            self._get_truck_lot_domain()
            & Domain("truck_vehicle_ids", "=", False)
            & Domain("id", ">", self.lot_cursor)
        )

    @api.model
    def _cron_adopt(self, batch_size=200):
        """Carry on with every adoption that runs, committing after each batch."""
        cron = self.env["ir.cron"]
        running = self.search([("state", "=", "running")])
        cron._commit_progress(remaining=sum(running.mapped("waiting_count")))
        for adoption in running:
            # Another server may be at it: ask again once locked.
            while adoption.try_lock_for_update().filtered(
                lambda adoption: adoption.state == "running"
            ):
                if not cron._commit_progress(adoption._adopt_batch(batch_size)):
                    return
                adoption.invalidate_recordset()

    def _adopt_batch(self, batch_size):
        """Read the next serial numbers, and end the adoption when there are none.

        :return: how many serial numbers were read
        :rtype: int
        """
        lots = self.env["stock.lot"].search(
            self._get_waiting_domain(), order="id", limit=batch_size
        )
        if not lots:
            self.state = "done"
            return 0
        sound = lots - self._report_bad_names(lots)
        try:
            with self.env.cr.savepoint():
                vehicles = self._adopt_lots(sound)
        except (UserError, psycopg2.IntegrityError):
            vehicles = self._adopt_one_by_one(sound)
        self.lot_cursor = lots[-1].id
        self.vehicle_count += len(vehicles)
        return len(lots)

    def _adopt_lots(self, lots):
        """Make the vehicles of the serial numbers that ever reached a customer."""
        lines = self.env["stock.move.line"].search(
            [
                ("lot_id", "in", lots.ids),
                ("state", "=", "done"),
                ("company_id", "=", self.company_id.id),
            ]
        )
        Vehicle = self.env["truck.vehicle"].with_context(tracking_disable=True)
        return Vehicle._create_from_move_lines(lines)

    def _adopt_one_by_one(self, lots):
        """Find out which of the serial numbers fail; the others are taken over."""
        vehicles = self.env["truck.vehicle"]
        for lot in lots:
            try:
                with self.env.cr.savepoint():
                    vehicles |= self._adopt_lots(lot)
            except (UserError, psycopg2.IntegrityError) as error:
                self._report(lot, str(error))
        return vehicles

    def _report_bad_names(self, lots):
        """Note what cannot be a VIN, or is the VIN of another serial number.

        :return: the lots that were noted
        """
        vins = {lot: vin_tools.normalise(lot.name) for lot in lots}
        domain = [("vin", "in", list(vins.values())), ("lot_id", "!=", False)]
        vehicles = self.env["truck.vehicle"].with_context(active_test=False)
        taken = {vehicle.vin: vehicle.lot_id for vehicle in vehicles.search(domain)}
        bad = lots.browse()
        for lot, vin in vins.items():
            problem = vehicles._get_vin_problem(vin)
            if not problem and taken.setdefault(vin, lot) != lot:
                problem = self.env._(
                    "VIN %(vin)s stands on %(product)s too, but a VIN belongs to one"
                    " truck.",
                    vin=vin,
                    product=taken[vin].product_id.display_name,
                )
            if problem:
                self._report(lot, problem)
                bad |= lot
        return bad

    def _report(self, lot, reason):
        self.env["truck.adoption.problem"].create(
            {"adoption_id": self.id, "lot_id": lot.id, "reason": reason}
        )


class TruckAdoptionProblem(models.Model):
    """A serial number of a truck that could not be read, and why."""

    _name = "truck.adoption.problem"
    _description = "Problem of an Adoption"
    _order = "id"
    _rec_name = "lot_id"

    adoption_id = fields.Many2one(
        "truck.adoption", required=True, index=True, ondelete="cascade"
    )
    lot_id = fields.Many2one(
        "stock.lot", string="Serial Number", required=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    reason = fields.Text(required=True)
