from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain
from odoo.tools import format_date, format_list

from ..tools import plate as plate_tools
from ..tools import vin as vin_tools
from .truck_vehicle_history import KIND_BY_FIELD


class TruckVehicle(models.Model):
    """One truck by its VIN, ours or a competitor's, over its whole life.

    A truck of ours gets its file when its serial number is delivered; see
    ``truck_vehicle_delivery.py``.
    """

    _name = "truck.vehicle"
    _description = "Vehicle"
    _inherit = [
        "truck.vehicle.delivery",
        "truck.customer.metrics.fact",
        "truck.interaction.mixin",
        "truck.complaint.subject",
        "mail.thread",
        "mail.activity.mixin",
        "truck.in.use.mixin",
    ]
    _truck_fact_partner = "owner_id"
    _truck_fact_columns = frozenset({"active", "company_id", "is_own", "state"})
    _order = "delivery_date desc nulls last, id desc"
    _rec_name = "vin"
    _rec_names_search = ["vin", "plate"]
    _check_company_auto = True
    # a branch of a company works with the records of its parent company
    _check_company_domain = models.check_company_domain_parent_of
    _truck_interaction_field = "vehicle_id"
    _truck_complaint_field = "vehicle_ids"
    _truck_subscription_field = "vehicle_id"

    vin = fields.Char(
        string="VIN",
        required=True,
        copy=False,
        index="trigram",
        tracking=True,
        help="Vehicle identification number: 17 characters, without I, O and Q.",
    )
    has_vin_warning = fields.Boolean(
        string="Check Digit Wrong",
        compute="_compute_has_vin_warning",
        store=True,
        precompute=True,
        help="The ninth character of the VIN does not fit the others. Compare it with"
        " the type plate of the truck.",
    )
    model_year = fields.Integer(
        compute="_compute_model_year", store=True, precompute=True, aggregator=None
    )
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    state = fields.Selection(
        selection=[
            ("in_use", "In Use"),
            ("returned", "Returned"),
            ("scrapped", "Scrapped"),
        ],
        required=True,
        default="in_use",
        copy=False,
        index=True,
        tracking=True,
    )
    # What it is
    model_id = fields.Many2one(
        "truck.model", index=True, ondelete="restrict", tracking=True
    )
    brand_id = fields.Many2one(
        "truck.brand",
        compute="_compute_brand_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    is_own = fields.Boolean(related="brand_id.is_own", string="Own Brand", store=True)
    use = fields.Selection(related="model_id.use", store=True)
    emission_standard_id = fields.Many2one(
        related="model_id.emission_standard_id", store=True, index="btree_not_null"
    )
    image_128 = fields.Image(related="model_id.image_128")
    engine_number = fields.Char()
    color = fields.Char(string="Cab Colour")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        copy=False,
        check_company=True,
        ondelete="restrict",
    )
    # Who has it
    owner_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        tracking=True,
        help="Legal owner, in whose name the truck is registered.",
    )
    operator_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        tracking=True,
        help="Who really runs the truck, when that is not the legal owner: the driver"
        " whose truck is registered in the name of a transport company.",
    )
    plate = fields.Char(copy=False, index="trigram", tracking=True)
    plate_kind = fields.Selection(
        selection=[
            ("standard", "Standard"),
            ("new_energy", "New Energy"),
            ("trailer", "Trailer"),
            ("other", "Not a Chinese Plate"),
        ],
        compute="_compute_plate_kind",
        store=True,
        precompute=True,
    )
    history_ids = fields.One2many("truck.vehicle.history", inverse_name="vehicle_id")
    # How it was sold
    dealer_id = fields.Many2one(
        "truck.dealer",
        string="Selling Dealer",
        copy=False,
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        index="btree_not_null",
        copy=False,
        domain="[('share', '=', False)]",
        tracking=True,
    )
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Order Line",
        index="btree_not_null",
        copy=False,
        check_company=True,
        ondelete="set null",
    )
    sale_id = fields.Many2one(
        related="sale_line_id.order_id", string="Order", store=False
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
    )
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id
    )
    price = fields.Monetary(
        copy=False, help="Price of this truck before tax, the discount taken off."
    )
    discount = fields.Float(string="Discount (%)", copy=False, aggregator="avg")
    # When
    production_date = fields.Date(copy=False)
    sale_date = fields.Date(copy=False)
    delivery_date = fields.Date(copy=False)
    registration_date = fields.Date(copy=False)
    # How far
    mileage_ids = fields.One2many("truck.vehicle.mileage", inverse_name="vehicle_id")
    mileage = fields.Integer(
        string="Mileage (km)", readonly=True, copy=False, aggregator="avg"
    )
    mileage_date = fields.Date(string="Mileage Read On", readonly=True, copy=False)
    # Warranty
    warranty_date_start = fields.Date(
        string="Warranty From",
        compute="_compute_warranty_date_start",
        store=True,
        readonly=False,
        precompute=True,
    )
    warranty_months = fields.Integer(
        string="Warranty (months)",
        compute="_compute_warranty_terms",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
    )
    warranty_km = fields.Integer(
        string="Warranty (km)",
        compute="_compute_warranty_terms",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        help="Zero: no limit of mileage.",
    )
    warranty_date_end = fields.Date(
        string="Warranty Until", compute="_compute_warranty_date_end", store=True
    )
    is_warranty_km_reached = fields.Boolean(
        compute="_compute_is_warranty_km_reached", store=True
    )
    is_under_warranty = fields.Boolean(
        string="Under Warranty",
        compute="_compute_is_under_warranty",
        search="_search_is_under_warranty",
    )
    note = fields.Html()
    event_ids = fields.One2many(
        "truck.vehicle.event", inverse_name="vehicle_id", string="Timeline"
    )
    # Counted for those too who see the vehicle but not its order.
    invoice_count = fields.Integer(compute="_compute_invoice_count", compute_sudo=True)
    is_visible = fields.Boolean(
        compute="_compute_is_visible",
        search="_search_is_visible",
        help="You may read this vehicle. For the rules of what belongs to a vehicle.",
    )

    _vin_uniq = models.UniqueIndex(
        "(vin)", "A vehicle with this VIN exists already: open that vehicle instead."
    )
    _lot_uniq = models.UniqueIndex(
        "(lot_id) WHERE lot_id IS NOT NULL",
        "Another vehicle is tied to this serial number already.",
    )
    _plate_uniq = models.UniqueIndex(
        "(plate) WHERE plate IS NOT NULL AND plate_kind <> 'other'",
        "Another vehicle bears this plate: take it off that vehicle first.",
    )
    # Counts over a branch read this index alone, rules and all, and not the table.
    _dealer_idx = models.Index(
        "(dealer_id) INCLUDE (active, company_id, user_id, owner_id)"
    )
    # The order of the list: without it, its first page sorts the whole table.
    _order_idx = models.Index("(delivery_date DESC NULLS LAST, id DESC)")
    _check_discount = models.Constraint(
        "CHECK(discount <= 100)", "The discount of a vehicle cannot be above 100 %."
    )
    _check_warranty = models.Constraint(
        "CHECK(warranty_months >= 0 AND warranty_km >= 0)",
        "The warranty of a vehicle cannot be negative.",
    )

    # ------------------------------------------------------------
    # COMPUTE AND SEARCH METHODS
    # ------------------------------------------------------------

    @api.depends("vin", "plate")
    def _compute_display_name(self):
        for vehicle in self:
            names = (vehicle.plate, vehicle.vin)
            vehicle.display_name = " · ".join(name for name in names if name)

    @api.depends("vin")
    def _compute_has_vin_warning(self):
        for vehicle in self:
            vehicle.has_vin_warning = bool(
                vehicle.vin
            ) and not vin_tools.has_valid_check_digit(vin_tools.normalise(vehicle.vin))

    @api.depends("vin", "production_date", "delivery_date")
    def _compute_model_year(self):
        for vehicle in self:
            built = vehicle.production_date or vehicle.delivery_date
            latest = (built or fields.Date.context_today(self)).year + 1
            vin = vin_tools.normalise(vehicle.vin)
            vehicle.model_year = vin_tools.model_year(vin, latest)

    @api.depends("model_id")
    def _compute_brand_id(self):
        for vehicle in self:
            vehicle.brand_id = vehicle.model_id.brand_id or vehicle.brand_id

    @api.depends("plate")
    def _compute_plate_kind(self):
        for vehicle in self:
            plate = plate_tools.normalise(vehicle.plate)
            vehicle.plate_kind = plate_tools.kind(plate) if plate else False

    @api.depends("delivery_date", "registration_date")
    def _compute_warranty_date_start(self):
        for vehicle in self:
            vehicle.warranty_date_start = (
                vehicle.registration_date or vehicle.delivery_date
            )

    @api.depends("model_id")
    def _compute_warranty_terms(self):
        for vehicle in self:
            model = vehicle.model_id
            vehicle.warranty_months = model.warranty_months or vehicle.warranty_months
            vehicle.warranty_km = model.warranty_km or vehicle.warranty_km

    @api.depends("warranty_date_start", "warranty_months")
    def _compute_warranty_date_end(self):
        for vehicle in self:
            start, months = vehicle.warranty_date_start, vehicle.warranty_months
            vehicle.warranty_date_end = (
                start + relativedelta(months=months, days=-1)
                if start and months
                else False
            )

    @api.depends("mileage", "warranty_km")
    def _compute_is_warranty_km_reached(self):
        for vehicle in self:
            limit = vehicle.warranty_km
            vehicle.is_warranty_km_reached = bool(limit) and vehicle.mileage >= limit

    @api.depends("warranty_date_end", "is_warranty_km_reached")
    def _compute_is_under_warranty(self):
        covered = self.filtered_domain(self._search_is_under_warranty("in", [True]))
        covered.is_under_warranty = True
        (self - covered).is_under_warranty = False

    @api.model
    def _search_is_under_warranty(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return (
            Domain("warranty_date_start", "<=", today)
            & Domain("warranty_date_end", ">=", today)
            & Domain("is_warranty_km_reached", "=", False)
        )

    @api.depends("sale_line_id.invoice_lines.move_id")
    def _compute_invoice_count(self):
        for vehicle in self:
            vehicle.invoice_count = len(vehicle.sale_line_id.invoice_lines.move_id)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_visible(self):
        # Rules are evaluated as superuser: go back to the user they are made for.
        visible = self.sudo(False)._filtered_access("read")
        for vehicle in self:
            vehicle.is_visible = vehicle in visible

    @api.model
    def _search_is_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", self.sudo(False)._search([]))

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("vin")
    def _check_vin(self):
        for vehicle in self:
            problem = self._get_vin_problem(vehicle.vin)
            if problem:
                raise ValidationError(problem)

    @api.constrains("production_date", "registration_date")
    def _check_dates(self):
        for vehicle in self:
            built, registered = vehicle.production_date, vehicle.registration_date
            if built and registered and registered < built:
                raise ValidationError(
                    self.env._(
                        "Registration Date of %(vehicle)s: %(registered)s is before"
                        " its production on %(built)s. Correct one of the two.",
                        vehicle=vehicle.display_name,
                        registered=format_date(self.env, registered),
                        built=format_date(self.env, built),
                    )
                )

    @api.model
    def _get_vin_problem(self, vin):
        """Tell what makes ``vin`` unusable as a VIN; a wrong check digit does not.

        :param str vin: a VIN, normalised
        :return: the message for the user, or None when the VIN can be used
        """
        if len(vin) != vin_tools.VIN_LENGTH:
            return self.env._(
                "VIN %(vin)s: it has %(count)s characters, a VIN has 17. Read it once"
                " more from the truck.",
                vin=vin,
                count=len(vin),
            )
        wrong = vin_tools.wrong_characters(vin)
        if wrong:
            return self.env._(
                "VIN %(vin)s: a VIN never holds %(wrong)s (only digits and letters"
                " without I, O and Q). Read it once more from the truck.",
                vin=vin,
                wrong=format_list(self.env, list(wrong)),
            )
        return None

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._normalise_vals(vals)
        vehicles = super().create(vals_list)
        today = fields.Date.context_today(self)
        dates = {vehicle: vehicle.delivery_date or today for vehicle in vehicles}
        # sudo: the history is written for the user, who has no right to write it
        self.env["truck.vehicle.history"].sudo()._record(dates, KIND_BY_FIELD)
        return vehicles

    def write(self, vals):
        vals = dict(vals)
        self._normalise_vals(vals)
        res = super().write(vals)
        changed = KIND_BY_FIELD.keys() & vals.keys()
        if changed:
            date = self.env.context.get("truck_history_date")
            dates = dict.fromkeys(self, date or fields.Date.context_today(self))
            # sudo: the history is written for the user, who has no right to write it
            self.env["truck.vehicle.history"].sudo()._record(dates, changed)
        return res

    @api.model
    def _normalise_vals(self, vals):
        """Bring VIN and plate in ``vals`` into the form in which they are stored."""
        if "vin" in vals:
            vals["vin"] = vin_tools.normalise(vals["vin"]) or False
        if "plate" in vals:
            vals["plate"] = plate_tools.normalise(vals["plate"]) or False

    @api.model
    def get_import_templates(self):
        """Offer the import a sheet with the headings of the user's language."""
        lang = self.env.lang if self.env.lang in ("zh_CN", "zh_TW") else "en_US"
        return [
            {
                "label": self.env._("Import Template for Vehicles"),
                "template": f"/truck_crm/static/xls/truck_vehicle_{lang}.xlsx",
            }
        ]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def _action_view(self, domain, **context):
        """Return the action that opens vehicles: one in its form, more as a list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "truck_crm.truck_vehicle_action"
        )
        vehicles = self.search(domain, limit=2)
        if len(vehicles) == 1:
            action.update(res_id=vehicles.id, views=[(False, "form")])
        action.update(domain=domain, context=context)
        return action

    def action_scrap(self):
        """Mark the vehicles as scrapped: they leave the lists of what is in use."""
        self.state = "scrapped"

    def action_put_in_use(self):
        """Undo ``action_scrap``, and take returned vehicles into use again."""
        self.state = "in_use"

    def action_view_order(self):
        """Open the order on which the vehicle was sold."""
        self.ensure_one()
        return self.sale_line_id.order_id._get_records_action(name=self.env._("Order"))

    def action_view_delivery(self):
        """Open the transfer that delivered the vehicle."""
        self.ensure_one()
        return self.picking_id._get_records_action(name=self.env._("Delivery"))

    def action_view_invoices(self):
        """Open the invoices of the order line on which the vehicle was sold."""
        self.ensure_one()
        invoices = self.sale_line_id.invoice_lines.move_id
        return invoices._get_records_action(name=self.env._("Invoices"))

    def action_view_lot(self):
        """Open the serial number."""
        self.ensure_one()
        return self.lot_id._get_records_action(name=self.env._("Serial Number"))

    def _truck_prepare_interaction_vals(self):
        vals = {"vehicle_id": self.id}
        if self.company_id:
            vals["company_id"] = self.company_id.id
        holder = self.operator_id or self.owner_id
        return vals | (self._truck_prepare_customer_vals(holder) if holder else {})

    def _truck_prepare_complaint_vals(self):
        return {"vehicle_ids": [Command.set(self.ids)]}

    # ------------------------------------------------------------
    # MILEAGE
    # ------------------------------------------------------------

    def _refresh_mileage(self):
        """Reckon the mileage anew from the whole log of each vehicle.

        :raise ValidationError: when an odometer runs backwards
        """
        logs = self.env["truck.vehicle.mileage"].search(
            [("vehicle_id", "in", self.ids)], order="date, id"
        )
        logs = logs.grouped("vehicle_id")
        for vehicle in self:
            log = logs.get(vehicle, self.env["truck.vehicle.mileage"])
            total, date = log._refresh_totals(), log[-1:].date
            if (vehicle.mileage, vehicle.mileage_date) != (total, date):
                vehicle.write({"mileage": total, "mileage_date": date})
