from odoo import api, fields, models
from odoo.exceptions import ValidationError

# One kilowatt in metric horsepower (PS, 马力): 1 PS = 75 kgf·m/s = 735.49875 W.
HORSEPOWER_PER_KW = 1 / 0.73549875
USES = [
    ("tractor", "Tractor"),
    ("dump", "Dump Truck"),
    ("cargo", "Cargo Truck"),
    ("mixer", "Mixer Truck"),
    ("special", "Special Truck"),
]


class TruckModel(models.Model):
    """A truck of the catalogue: own models are tied to a product, competitors' not."""

    _name = "truck.model"
    _description = "Truck Model"
    _inherit = ["truck.in.use.mixin"]
    _order = "brand_id, series, name, id"
    _rec_names_search = ["name", "series", "brand_id.name"]

    name = fields.Char(
        string="Model Name", required=True, help="As in the catalogue of the maker."
    )
    brand_id = fields.Many2one(
        "truck.brand", required=True, index=True, ondelete="restrict"
    )
    is_own = fields.Boolean(related="brand_id.is_own", string="Own Model", store=True)
    series = fields.Char()
    use = fields.Selection(selection=USES, required=True, default="tractor")
    axle_configuration = fields.Selection(
        selection=[
            ("4x2", "4×2"),
            ("4x4", "4×4"),
            ("6x2", "6×2"),
            ("6x4", "6×4"),
            ("6x6", "6×6"),
            ("8x2", "8×2"),
            ("8x4", "8×4"),
            ("8x8", "8×8"),
        ],
        help="Wheels by driven wheels.",
    )
    engine = fields.Char(help="Maker and type of the engine or electric motor.")
    power_hp = fields.Integer(string="Power (hp)", help="Metric horsepower.")
    power_kw = fields.Integer(string="Power (kW)", compute="_compute_power_kw")
    fuel = fields.Selection(
        selection=[
            ("diesel", "Diesel"),
            ("lng", "LNG"),
            ("cng", "CNG"),
            ("methanol", "Methanol"),
            ("hybrid", "Hybrid"),
            ("electric", "Electric"),
            ("hydrogen", "Hydrogen"),
        ],
        required=True,
        default="diesel",
    )
    gross_weight = fields.Integer(
        string="Gross Weight (kg)",
        help="Greatest permitted mass of the loaded truck; of a tractor, of its train.",
    )
    emission_standard_id = fields.Many2one(
        "truck.emission.standard", index=True, ondelete="restrict"
    )
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Product",
        domain="[('tracking', '=', 'serial')]",
        index=True,
        copy=False,
        ondelete="restrict",
        help="What is sold and delivered. Its serial numbers are VINs: delivering one"
        " opens the file of the vehicle.",
    )
    warranty_months = fields.Integer(
        string="Warranty (months)", default=lambda self: self._default_warranty_months()
    )
    warranty_km = fields.Integer(
        string="Warranty (km)",
        default=lambda self: self._default_warranty_km(),
        help="Zero: no limit of mileage.",
    )
    image_1920 = fields.Image(string="Image", max_width=1920, max_height=1920)
    image_128 = fields.Image(
        string="Small Image", related="image_1920", max_width=128, max_height=128
    )
    note = fields.Html()
    active = fields.Boolean(default=True)
    vehicle_ids = fields.One2many("truck.vehicle", inverse_name="model_id")
    vehicle_count = fields.Integer(compute="_compute_vehicle_count")

    _product_tmpl_uniq = models.UniqueIndex(
        "(product_tmpl_id) WHERE product_tmpl_id IS NOT NULL",
        "Another truck model is tied to this product already: choose another product.",
    )
    _check_power_hp = models.Constraint(
        "CHECK(power_hp >= 0)", "The power of a truck model cannot be negative."
    )
    _check_gross_weight = models.Constraint(
        "CHECK(gross_weight >= 0)",
        "The gross weight of a truck model cannot be negative.",
    )
    _check_warranty = models.Constraint(
        "CHECK(warranty_months >= 0 AND warranty_km >= 0)",
        "The warranty of a truck model cannot be negative.",
    )

    # ------------------------------------------------------------
    # DEFAULTS AND COMPUTES
    # ------------------------------------------------------------

    def _default_warranty_months(self):
        return self.env.company.truck_warranty_months

    def _default_warranty_km(self):
        return self.env.company.truck_warranty_km

    @api.depends("name", "brand_id.name")
    def _compute_display_name(self):
        for model in self:
            names = (model.brand_id.name, model.name)
            model.display_name = " ".join(name for name in names if name)

    @api.depends("power_hp")
    def _compute_power_kw(self):
        for model in self:
            model.power_kw = round(model.power_hp / HORSEPOWER_PER_KW)

    def _compute_vehicle_count(self):
        counts = dict(
            self.env["truck.vehicle"]._read_group(
                [("model_id", "in", self.ids)], ["model_id"], ["__count"]
            )
        )
        for model in self:
            model.vehicle_count = counts.get(model, 0)

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("product_tmpl_id")
    def _check_product_tracking(self):
        for model in self:
            product = model.product_tmpl_id
            if product and product.tracking != "serial":
                raise ValidationError(
                    self.env._(
                        "Product of %(model)s: %(product)s is not tracked by serial"
                        " number. Set its tracking to “By Unique Serial Number” first,"
                        " since the serial number of a truck is its VIN.",
                        model=model.display_name,
                        product=product.display_name,
                    )
                )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_vehicles(self):
        """Open the vehicles of these models."""
        return self.env["truck.vehicle"]._action_view(
            [("model_id", "in", self.ids)], default_model_id=self[:1].id
        )
