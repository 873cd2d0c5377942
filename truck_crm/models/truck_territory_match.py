from odoo import api, models
from odoo.tools import SQL, ormcache

from ..tools.territory import CITY_SUFFIX


class TruckTerritoryMatch(models.AbstractModel):
    """Which territory an address lies in; the part of the areas that asks in SQL.

    There is one query for one address and for all of a million: its source is either
    a list of values or the table of partners. Equal addresses are looked up once.

    Which companies' areas count: for a partner of a company those of this company, then
    of the ones above it; for a partner without company those of all companies in their
    order. The first company of which an area covers the address decides. An address
    without country lies in the country of the company whose area is asked.

    Which area counts: a postcode range (the narrower first), then a city (named with
    its province first), then a province, then a country.
    """

    _name = "truck.territory.match"
    _description = "Territory of an Address"

    @api.model
    @ormcache()
    def _has_areas(self):
        """Tell whether there is any area: without, partners cost no query."""
        # sudo: one answer for all users and companies, it is remembered
        return bool(self.sudo().search_count([("is_active", "=", True)], limit=1))

    @api.model
    def _get_address_columns(self):
        """Return the columns of an address with their types in SQL. A hook."""
        return {
            "company_id": "int4",
            "country_id": "int4",
            "state_id": "int4",
            "city": "text",
            "zip": "text",
        }

    @api.model
    def _match(self, partners):
        """Return ``{partner: territory}`` of the legal entities among partners.

        Their addresses may be typed only, not saved yet.
        """
        if not self._has_areas():
            return {}
        entities = partners.filtered(lambda partner: partner._truck_is_entity())
        if not entities:
            return {}
        columns = self._get_address_columns()
        arrays = [SQL("%s::int4[]", list(range(len(entities))))]
        for name, kind in columns.items():
            values = [self._get_sql_value(partner[name]) for partner in entities]
            arrays.append(SQL("%s::%s[]", values, SQL(kind)))
        source = SQL(
            "SELECT * FROM unnest(%s) AS address (id, %s)",
            SQL(", ").join(arrays),
            SQL(", ").join(map(SQL.identifier, columns)),
        )
        rows = self.env.execute_query(self._get_query(source))
        Territory = self.env["truck.territory"]
        return {entities[index]: Territory.browse(found) for index, found in rows}

    @api.model
    def _get_sql_value(self, value):
        """Return a field's value as the database has it."""
        if isinstance(value, models.BaseModel):
            return value._origin.id or None
        return value or None

    @api.model
    def _get_partner_source(self, partners=None):
        """Return the source of the addresses of saved partners.

        :param SQL partners: SELECT of the ids in question; all when there is none
        """
        names = ["id", *self._get_address_columns()]
        self.env["res.partner"].flush_model([*names, "is_company", "parent_id"])
        within = SQL("AND id IN (%s)", partners) if partners else SQL()
        return SQL(
            "SELECT %s FROM res_partner WHERE (is_company OR parent_id IS NULL) %s",
            SQL(", ").join(map(SQL.identifier, names)),
            within,
        )

    @api.model
    def _get_query(self, source):
        """Return the SELECT of (id, territory_id) for every row of a source.

        :param SQL source: SELECT of ``id`` and of the columns of an address
        """
        self.flush_model()
        self.env["truck.territory"].flush_model(["active", "company_id"])
        self.env["res.company"].flush_model(["parent_path", "partner_id", "sequence"])
        self.env["res.partner"].flush_model(["country_id"])
        return SQL(
            """
            WITH source AS (%(source)s),
            area AS (
                SELECT area.*, home.country_id AS home_id
                  FROM truck_territory_area area
                  JOIN res_company company ON company.id = area.company_id
                  JOIN res_partner home ON home.id = company.partner_id
                 WHERE area.is_active
            ),
            address AS (%(address)s),
            candidate AS (%(candidates)s),
            scope AS (
                SELECT company.id AS company_id, owner.id AS owner_id,
                       -length(owner.parent_path) AS place
                  FROM res_company company
                  JOIN res_company owner
                    ON company.parent_path LIKE owner.parent_path || '%%'
                 UNION ALL
                SELECT 0, id, row_number() OVER (ORDER BY coalesce(sequence, 0), id)
                  FROM res_company
            ),
            best AS (
                SELECT DISTINCT ON (candidate.id) candidate.id, candidate.territory_id
                  FROM candidate
                  JOIN address ON address.id = candidate.id
                  JOIN scope ON scope.owner_id = candidate.company_id
                            AND scope.company_id = address.company_id
                 ORDER BY candidate.id, scope.place, candidate.rank DESC,
                          candidate.detail DESC, candidate.width, candidate.area_id
            )
            SELECT unnest(address.ids) AS id, best.territory_id
              FROM address
              LEFT JOIN best ON best.id = address.id
            """,
            source=source,
            address=self._get_address_query(),
            candidates=SQL(" UNION ALL ").join(self._get_candidate_queries()),
        )

    @api.model
    def _get_address_query(self):
        """Return the SELECT of the different addresses of the source."""
        names = list(self._get_address_columns())
        others = [n for n in names if n not in ("company_id", "country_id", "zip")]
        return SQL(
            """
            SELECT row_number() OVER () AS id, array_agg(source.id) AS ids,
                   coalesce(company_id, 0) AS company_id,
                   coalesce(source.country_id, min(state.country_id)) AS country_id,
                   upper(regexp_replace(zip, '[^0-9A-Za-z]', '', 'g')) AS zip,
                   regexp_replace(lower(btrim(city)), %(end)s, '') AS city_key,
                   substring(lower(btrim(city)) FROM %(begin)s) AS prefecture_key,
                   %(others)s
              FROM source
              LEFT JOIN res_country_state state ON state.id = source.state_id
             GROUP BY %(names)s
            """,
            end=f"({CITY_SUFFIX})$",
            begin=f"^(.+?)(?:{CITY_SUFFIX}).",
            others=SQL(", ").join(SQL.identifier("source", name) for name in others),
            names=SQL(", ").join(SQL.identifier("source", name) for name in names),
        )

    @api.model
    def _get_candidate_queries(self):
        """Return a SELECT for each way in which an area covers an address. A hook.

        Columns: id of the address, area, territory, company; rank of the kind of area,
        detail within the kind (the higher wins), width (the smaller wins).
        """
        head = SQL(
            "SELECT address.id, area.id AS area_id, area.territory_id, area.company_id"
        )
        # the country of the address, else the one that the company is in
        here = SQL("area.country_id = coalesce(address.country_id, area.home_id)")
        return [
            SQL(
                """
                %s, 4 AS rank, 0 AS detail, area.zip_width AS width
                  FROM address
                  JOIN area ON area.level = 'zip' AND %s
                   AND address.zip COLLATE "C" >= area.zip_from
                   AND left(address.zip, length(area.zip_to)) COLLATE "C"
                       <= area.zip_to
                   AND length(address.zip) >= length(area.zip_from)
                """,
                head,
                here,
            ),
            # 柳州市柳北区 lies in 柳州, unless it has an area of its own
            SQL(
                """
                %s, 3, name.detail + (area.state_id IS NOT NULL)::int, 0
                  FROM address
                 CROSS JOIN LATERAL (
                       VALUES (address.city_key, 2), (address.prefecture_key, 0)
                 ) name (key, detail)
                  JOIN area ON area.level = 'city' AND area.city_key = name.key
                   AND area.city_key <> '' AND %s
                   AND (area.state_id IS NULL OR area.state_id = address.state_id)
                """,
                head,
                here,
            ),
            SQL(
                """
                %s, 2, 0, 0
                  FROM address
                  JOIN area ON area.level = 'state' AND area.state_id = address.state_id
                """,
                head,
            ),
            SQL(
                """
                %s, 1, 0, 0
                  FROM address JOIN area ON area.level = 'country' AND %s
                """,
                head,
                here,
            ),
        ]
