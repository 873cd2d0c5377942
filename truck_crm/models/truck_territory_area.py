from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools import territory as tools

EXCLUSIONS = ("truck_territory_area_zip_excl", "truck_territory_area_place_excl")
CHINESE_ZIP_LENGTH = 6


class TruckTerritoryArea(models.Model):
    """A piece of a territory: a country, a province, a city or a range of postcodes.

    The most exact of what is filled in is what the area is; what stands beside a range
    of postcodes tells people where that is. Which area an address lies in:
    ``truck_territory_match.py``.
    """

    _name = "truck.territory.area"
    _description = "Territory Area"
    _inherit = ["truck.territory.match", "truck.in.use.mixin"]
    _order = "country_id, state_id, city, zip_from, id"

    territory_id = fields.Many2one(
        "truck.territory", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="territory_id.company_id", store=True)
    is_active = fields.Boolean(related="territory_id.active", store=True)
    country_id = fields.Many2one(
        "res.country",
        compute="_compute_country_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
    )
    state_id = fields.Many2one(
        "res.country.state",
        string="Province",
        ondelete="restrict",
        domain="[('country_id', '=?', country_id)]",
    )
    city = fields.Char(help="With or without 市. Counties of a city belong to it.")
    city_key = fields.Char(compute="_compute_city_key", store=True, precompute=True)
    zip_from = fields.Char(
        string="Postcode From",
        help="Beginnings of postcodes do as well: 54 to 55 covers all that begin so."
        " In China, all six digits.",
    )
    zip_to = fields.Char(
        string="Postcode To",
        compute="_compute_zip_to",
        store=True,
        readonly=False,
        precompute=True,
    )
    level = fields.Selection(
        selection=[
            ("country", "Country"),
            ("state", "Province"),
            ("city", "City"),
            ("zip", "Postcodes"),
        ],
        compute="_compute_level",
        store=True,
        precompute=True,
        help="The more exact wins: postcodes over city over province over country, and"
        " of two ranges of postcodes the narrower one.",
    )
    # The range as numbers: what overlaps, and what is as narrow as another.
    zip_low = fields.Float(
        compute="_compute_zip_interval", store=True, precompute=True, digits=(20, 0)
    )
    zip_high = fields.Float(
        compute="_compute_zip_interval", store=True, precompute=True, digits=(20, 0)
    )
    zip_width = fields.Float(
        compute="_compute_zip_interval", store=True, precompute=True, digits=(20, 0)
    )

    # Proof against two users at once. Deferred: ``_check_overlap`` speaks first, and
    # tells which territories are meant. Ranges of one number stand for "is equal".
    _zip_excl = models.Constraint(
        "EXCLUDE USING gist (int4range(company_id, company_id, '[]') WITH &&,"
        " int4range(country_id, country_id, '[]') WITH &&,"
        " numrange(zip_width, zip_width, '[]') WITH &&,"
        " numrange(zip_low, zip_high, '[]') WITH &&)"
        " WHERE (level = 'zip' AND is_active) DEFERRABLE INITIALLY DEFERRED",
        "Another user has just given postcodes of this range to a territory. Look at"
        " the territories again and choose another range.",
    )
    _place_excl = models.Constraint(
        "EXCLUDE (company_id WITH =, country_id WITH =,"
        " (coalesce(state_id, 0)) WITH =, (coalesce(city_key, '')) WITH =)"
        " WHERE (level <> 'zip' AND is_active) DEFERRABLE INITIALLY DEFERRED",
        "Another user has just given this place to a territory. Look at the"
        " territories again and choose another place.",
    )

    # ------------------------------------------------------------
    # COMPUTE METHODS
    # ------------------------------------------------------------

    @api.depends("state_id", "city", "zip_from")
    def _compute_country_id(self):
        """A province tells the country; cities and postcodes are at home.

        A line with nothing in it stays empty: a whole country is chosen, not slipped
        into.
        """
        for area in self:
            if area.state_id:
                area.country_id = area.state_id.country_id
            elif not area.country_id and (area.city or area.zip_from):
                company = area.territory_id.company_id or self.env.company
                area.country_id = company.country_id

    @api.depends("city")
    def _compute_city_key(self):
        for area in self:
            area.city_key = tools.get_city_key(area.city)

    @api.depends("zip_from")
    def _compute_zip_to(self):
        for area in self:
            area.zip_to = area.zip_from and (area.zip_to or area.zip_from)

    @api.depends("country_id", "state_id", "city", "zip_from")
    def _compute_level(self):
        for area in self:
            if area.zip_from:
                area.level = "zip"
            elif area.city:
                area.level = "city"
            else:
                area.level = "state" if area.state_id else "country"

    @api.depends("zip_from", "zip_to")
    def _compute_zip_interval(self):
        for area in self:
            ends = tools.clean_zip(area.zip_from), tools.clean_zip(area.zip_to)
            area.zip_low = area.zip_high = area.zip_width = 0
            if not "" < ends[0] <= ends[1] or max(map(len, ends)) > tools.ZIP_LENGTH:
                continue  # refused by _check_zip
            area.zip_low, area.zip_high = tools.get_zip_interval(*ends)
            area.zip_width = tools.get_zip_width(*ends)

    @api.depends("level", "country_id", "state_id", "city", "zip_from", "zip_to")
    def _compute_display_name(self):
        for area in self:
            if area.level == "zip":
                ends = dict.fromkeys((area.zip_from, area.zip_to or area.zip_from))
                area.display_name = "–".join(ends)
            elif area.level == "city":
                parts = (area.state_id.name, area.city)
                area.display_name = " ".join(filter(None, parts))
            else:
                area.display_name = area.state_id.name or area.country_id.name

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("country_id", "state_id", "city", "zip_from", "zip_to")
    def _check_place(self):
        for area in self:
            territory = area.territory_id.display_name
            if not area.country_id:
                raise ValidationError(
                    self.env._(
                        "Areas of %(territory)s: a line is empty. Give a country, a"
                        " province, a city or a range of postcodes, or remove it.",
                        territory=territory,
                    )
                )
            if area.state_id and area.state_id.country_id != area.country_id:
                raise ValidationError(
                    self.env._(
                        "Areas of %(territory)s: the province %(state)s does not lie in"
                        " %(country)s. Correct Province or Country.",
                        territory=territory,
                        state=area.state_id.name,
                        country=area.country_id.name,
                    )
                )
            if area.zip_from or area.zip_to:
                area._check_zip()

    def _check_zip(self):
        """Raise unless the range of postcodes is one."""
        start, end = self.zip_from or "", self.zip_to or ""
        is_chinese = self.country_id.code == "CN"
        problem = ""
        if not start or not end:
            problem = self.env._("one of its ends is missing; give both")
        elif max(len(start), len(end)) > tools.ZIP_LENGTH:
            problem = self.env._(
                "it has more than %(number)s characters; give the first ones",
                number=tools.ZIP_LENGTH,
            )
        elif len(start) != len(end):
            problem = self.env._("its ends differ in length; write both in full")
        elif is_chinese and (len(start) != CHINESE_ZIP_LENGTH or not start.isdigit()):
            problem = self.env._(
                "a Chinese postcode has six digits; write both ends so"
            )
        elif start > end:
            problem = self.env._("it ends before it begins; exchange From and To")
        if problem:
            raise ValidationError(
                self.env._(
                    "Areas of %(territory)s, postcodes %(start)s–%(end)s: %(problem)s.",
                    territory=self.territory_id.display_name,
                    start=start,
                    end=end,
                    problem=problem,
                )
            )

    @api.constrains(
        "territory_id", "country_id", "state_id", "city", "zip_from", "zip_to"
    )
    def _check_overlap(self):
        """No place belongs to two territories of a company, and to none twice."""
        self.flush_model()
        found = self.env.execute_query(self._get_overlap_query())
        if found:
            # sudo: the other territory, to name it, whatever of it the user may see
            mine, other = self.sudo().browse(found[0])
            raise ValidationError(
                self.env._(
                    "Areas of %(territory)s: %(area)s overlaps with %(other_area)s of"
                    " %(other_territory)s. A place belongs to one territory; make one"
                    " of the two smaller or remove it.",
                    territory=mine.territory_id.display_name,
                    area=mine.display_name,
                    other_area=other.display_name,
                    other_territory=other.territory_id.display_name,
                )
            )
        # what another user does at this moment, only the database can see
        names = SQL(", ").join(map(SQL.identifier, EXCLUSIONS))
        self.env.cr.execute(SQL("SET CONSTRAINTS %s IMMEDIATE", names))
        self.env.cr.execute(SQL("SET CONSTRAINTS %s DEFERRED", names))

    def _get_overlap_query(self):
        """Return the SELECT of one pair of areas that contradict each other.

        A range may lie within a wider one, since it is more exact; of two that cross,
        neither is.
        """
        return SQL(
            """
            SELECT mine.id, other.id
              FROM truck_territory_area mine
              JOIN truck_territory_area other
                ON other.id <> mine.id AND other.is_active
               AND other.company_id = mine.company_id
               AND other.country_id = mine.country_id
               AND CASE WHEN mine.level = 'zip'
                   THEN other.level = 'zip'
                        AND other.zip_low <= mine.zip_high
                        AND mine.zip_low <= other.zip_high
                        AND (other.zip_width = mine.zip_width
                             OR (other.zip_low - mine.zip_low)
                                * (other.zip_high - mine.zip_high) > 0)
                   ELSE other.level = mine.level
                        AND other.state_id IS NOT DISTINCT FROM mine.state_id
                        AND other.city_key IS NOT DISTINCT FROM mine.city_key
                   END
             WHERE mine.is_active AND mine.id = ANY(%s)
             ORDER BY mine.id, other.id
             LIMIT 1
            """,
            self.ids,
        )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._clean_vals(vals) for vals in vals_list]
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        res = super().write(self._clean_vals(vals))
        if "territory_id" in vals:  # it may be another company's now
            self.check_access("write")
        return res

    @api.ondelete(at_uninstall=False)
    def _forget_areas(self):
        self.env.registry.clear_cache()

    @api.model
    def _clean_vals(self, vals):
        """Return values with postcodes as they are compared."""
        zips = {
            name: tools.clean_zip(vals[name])
            for name in ("zip_from", "zip_to")
            if vals.get(name)
        }
        return {**vals, **zips}
