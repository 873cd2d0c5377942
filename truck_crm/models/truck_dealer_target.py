from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class TruckDealerTarget(models.Model):
    """What a dealer is to sell in a year, and how far it and its branch have come."""

    _name = "truck.dealer.target"
    _description = "Dealer Target"
    _order = "year desc, dealer_id, id"
    _rec_names_search = ["dealer_id.partner_id.name", "dealer_id.code"]

    dealer_id = fields.Many2one(
        "truck.dealer", required=True, index=True, ondelete="cascade"
    )
    tier_id = fields.Many2one(related="dealer_id.tier_id", string="Tier")
    company_id = fields.Many2one(related="dealer_id.company_id", string="Manufacturer")
    currency_id = fields.Many2one(related="dealer_id.company_id.currency_id")
    year = fields.Integer(
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year,
    )
    vehicle_target = fields.Integer(string="Target (vehicles)")
    revenue_target = fields.Monetary(
        string="Target (revenue)", help="Price of the vehicles sold, before tax."
    )
    own_vehicle_count = fields.Integer(
        string="Sold Itself",
        compute="_compute_achieved",
        compute_sudo=True,
        help="Vehicles that the dealer itself has sold in the year.",
    )
    vehicle_count = fields.Integer(
        string="Sold by the Branch",
        compute="_compute_achieved",
        compute_sudo=True,
        help="Vehicles that the dealer and all below it have sold in the year.",
    )
    revenue = fields.Monetary(
        string="Revenue of the Branch", compute="_compute_achieved", compute_sudo=True
    )
    vehicle_share = fields.Float(
        string="Achieved (vehicles)",
        compute="_compute_achieved",
        compute_sudo=True,
        aggregator=None,
        help="Vehicles that the branch has sold, as a share of the target.",
    )
    revenue_share = fields.Float(
        string="Achieved (revenue)",
        compute="_compute_achieved",
        compute_sudo=True,
        aggregator=None,
    )

    _year_uniq = models.UniqueIndex(
        "(dealer_id, year)",
        "This dealer has a target for that year already: change that one instead.",
    )
    _check_targets = models.Constraint(
        "CHECK(vehicle_target >= 0 AND revenue_target >= 0)",
        "The target of a dealer cannot be negative: correct the number of vehicles or"
        " the revenue.",
    )

    @api.depends("dealer_id", "year")
    def _compute_display_name(self):
        for target in self:
            words = (target.dealer_id.display_name, target.year and str(target.year))
            target.display_name = " ".join(filter(None, words))

    @api.depends("dealer_id", "year", "vehicle_target", "revenue_target")
    def _compute_achieved(self):
        """Count the sales of each dealer and its branch in the year of the target.

        As superuser: how far a target is achieved does not depend on who looks. Two
        queries whatever the number of targets: the branches, and the sales.
        """
        branch = self.dealer_id._fetch_branch()
        sales = self._get_sales(branch)
        above = {}
        for dealer, ancestor_id in branch._iterate_places(set(self.dealer_id.ids)):
            above.setdefault(ancestor_id, []).append(dealer.id)
        for target in self:
            dealer_id, year = target.dealer_id.id, target.year
            own, _revenue = sales.get((dealer_id, year), (0, 0))
            parts = [sales.get((i, year), (0, 0)) for i in above.get(dealer_id, ())]
            target.own_vehicle_count = own
            target.vehicle_count = count = sum(part[0] for part in parts)
            target.revenue = revenue = sum(part[1] for part in parts)
            target.vehicle_share = (
                count / target.vehicle_target if target.vehicle_target else 0
            )
            target.revenue_share = (
                revenue / target.revenue_target if target.revenue_target else 0
            )

    def _get_sales(self, dealers):
        """Return ``{(dealer id, year): (vehicles, revenue)}``."""
        # others are refused by _check_year, but counted while they are typed
        years = [year for year in self.mapped("year") if _is_year(year)]
        if not years:
            return {}
        groups = self.env["truck.vehicle"]._read_group(
            [
                ("dealer_id", "in", dealers.ids),
                ("sale_date", ">=", date(min(years), 1, 1)),
                ("sale_date", "<=", date(max(years), 12, 31)),
            ],
            ["dealer_id", "sale_date:year", "currency_id"],
            ["__count", "price:sum"],
        )
        sales = {}
        for dealer, first_day, currency, count, amount in groups:
            key = dealer.id, first_day.year
            company = dealer.company_id
            if currency and currency != company.currency_id:
                last_day = first_day.replace(month=12, day=31)
                amount = currency._convert(
                    amount, company.currency_id, company, last_day
                )
            vehicles, revenue = sales.get(key, (0, 0))
            sales[key] = vehicles + count, revenue + amount
        return sales

    def write(self, vals):
        res = super().write(vals)
        if "dealer_id" in vals:  # it may be another company's now
            self.check_access("write")
        return res

    @api.constrains("year")
    def _check_year(self):
        for target in self:
            if not _is_year(target.year):
                raise ValidationError(
                    self.env._(
                        "Year of the target of %(dealer)s: %(year)s is no year. Enter"
                        " all four digits.",
                        dealer=target.dealer_id.display_name,
                        year=target.year,
                    )
                )


def _is_year(year):
    return 1950 <= year <= 2200
