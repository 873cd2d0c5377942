from odoo import api, fields, models
from odoo.fields import Domain

from .truck_model import USES


class TruckPartnerFleet(models.Model):
    """Trucks of one kind that run at a customer, ours or a competitor's, as told.

    Which of them we know by their VIN is another matter: see ``known_count``.
    """

    _name = "truck.partner.fleet"
    _description = "Customer Fleet"
    _inherit = [
        "truck.partner.part",
        "truck.customer.metrics.fact",
        "truck.in.use.mixin",
    ]
    _truck_fact_columns = frozenset({"number"})
    _order = "partner_id, number desc, id"
    _rec_name = "brand_id"

    model_id = fields.Many2one(
        "truck.model",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('brand_id', '=?', brand_id)]",
    )
    brand_id = fields.Many2one(
        "truck.brand",
        compute="_compute_brand_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
    )
    is_own = fields.Boolean(related="brand_id.is_own", string="Own Brand", store=True)
    use = fields.Selection(
        selection=USES,
        compute="_compute_use",
        store=True,
        readonly=False,
        precompute=True,
    )
    number = fields.Integer(string="Number of Trucks", required=True, default=1)
    year = fields.Integer(
        string="Average Year",
        aggregator=None,
        help="In which year they were built, on average.",
    )
    known_count = fields.Integer(
        string="Known by VIN",
        compute="_compute_known_count",
        help="Vehicles of this brand, use and model on file of which the customer is"
        " owner or operator.",
    )
    note = fields.Char()
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")

    _check_number = models.Constraint(
        "CHECK(number > 0)",
        "Number of Trucks of a fleet must be one or more: correct it.",
    )
    _check_year = models.Constraint(
        "CHECK(year IS NULL OR year = 0 OR year BETWEEN 1950 AND 2100)",
        "Average Year of a fleet is a year such as 2021: correct it or leave it empty.",
    )

    @api.depends("model_id")
    def _compute_brand_id(self):
        for fleet in self:
            fleet.brand_id = fleet.model_id.brand_id or fleet.brand_id

    @api.depends("model_id")
    def _compute_use(self):
        for fleet in self:
            fleet.use = fleet.model_id.use or fleet.use

    @api.depends("partner_id", "brand_id", "use", "model_id")
    def _compute_known_count(self):
        """Count the vehicles on file that each row tells of, in one query."""
        kinds = self._count_kinds()
        for fleet in self:
            fleet.known_count = sum(
                count
                for kind, count in kinds.get(fleet.partner_id._origin, ())
                if fleet._covers(*kind)
            )

    def _count_kinds(self):
        """Return ``{customer: [((brand, use, model), number of vehicles)]}``."""
        partners = self.partner_id
        groups = self.env["truck.vehicle"]._read_group(
            Domain("owner_id", "in", partners.ids)
            | Domain("operator_id", "in", partners.ids),
            ["owner_id", "operator_id", "brand_id", "use", "model_id"],
            ["__count"],
        )
        kinds = {}
        for owner, operator, *kind, count in groups:
            for partner in owner | operator:
                kinds.setdefault(partner, []).append((kind, count))
        return kinds

    def _covers(self, brand, use, model):
        """Tell whether this row speaks of trucks of that kind."""
        return (
            self.brand_id == brand
            and (not self.use or self.use == use)
            and (not self.model_id or self.model_id == model)
        )
