import time
from itertools import accumulate

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL, html2plaintext

from ..tools import solution_text

MOST_CANDIDATES = 2_000  # are compared with a text: those that its rare grams lead to
LEAST_SHARE = 0.2  # of the grams, or of the symptom's, to count as found
FOUND = 200  # for a list


class TruckSolutionSearch(models.AbstractModel):
    """Finding solutions by a text, Chinese or not, in order of how well they fit.

    Each solution has the keys of its grams in two columns that SQL alone reads:
    ``grams`` of all it says, under a GIN index, and ``symptom_grams`` of its symptom.
    It fits by the share of the text's grams that it has, and by the share of its
    symptom that the text has. A fault code that is the same comes first.
    """

    _name = "truck.solution.search"
    _description = "Solution That Is Found by a Text"

    search_text = fields.Char(
        string="Problem", compute="_compute_search_text", search="_search_search_text"
    )

    def _compute_search_text(self):
        self.search_text = False

    @api.model
    def _search_search_text(self, operator, value):
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        return Domain("id", "in", [row[0] for row in self._rank(value, FOUND)])

    @api.model
    def _search_display_name(self, operator, value):
        if operator == "ilike" and isinstance(value, str) and value.strip():
            return Domain("search_text", "ilike", value) | Domain(
                "name", "ilike", value
            )
        return super()._search_display_name(operator, value)

    @api.model
    @api.readonly
    def web_search_read(
        self, domain, specification, offset=0, limit=None, order=None, count_limit=None
    ):
        """Without an order, what fits best comes first."""
        texts = [
            condition.value
            for condition in Domain(domain).iter_conditions()
            if condition.field_expr == "search_text" and condition.operator == "ilike"
        ]
        if order or len(texts) != 1:
            return super().web_search_read(
                domain, specification, offset, limit, order, count_limit
            )
        found = self.search(domain)
        ids = [row[0] for row in self._rank(texts[0], FOUND) if row[0] in found._ids]
        ids += [id_ for id_ in found._ids if id_ not in ids]
        page = self.browse(ids[offset : offset + limit if limit else None])
        return {"length": len(ids), "records": page.web_read(specification)}

    # ------------------------------------------------------------
    # KEYS
    # ------------------------------------------------------------

    def init(self):
        """Add the columns of keys, which no field of Odoo can hold, and their index."""
        if self._abstract:
            return
        table = SQL.identifier(self._table)
        for column in ("grams", "symptom_grams"):
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s integer[]",
                    table,
                    SQL.identifier(column),
                )
            )
        self.env.cr.execute(
            SQL(
                "CREATE INDEX IF NOT EXISTS %s ON %s USING gin (grams)",
                SQL.identifier(f"{self._table}__grams_index"),
                table,
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        solutions = super().create(vals_list)
        solutions._index()
        return solutions

    def write(self, vals):
        res = super().write(vals)
        if not vals.keys().isdisjoint(self._get_indexed_fields()):
            self._index()
        return res

    @api.model
    def _get_indexed_fields(self):
        """Return the fields of which solutions are found."""
        return ("name", "cause", "remedy", "fault_code", "model_ids")

    def _index(self):
        """Write the keys of these solutions."""
        if not self:
            return
        rows = []
        for solution in self:
            models_names = " ".join(solution.model_ids.mapped("display_name"))
            texts = (
                solution.name,
                models_names,
                *map(_plain, (solution.cause, solution.remedy)),
            )
            keys = solution_text.get_keys(" ".join(filter(None, texts)), most=2_000)
            keys += solution_text.get_code_keys(
                f"{solution.fault_code or ''} {solution.name}"
            )
            symptom = solution_text.get_keys(solution.name)
            rows.append(SQL("(%s, %s::int[], %s::int[])", solution.id, keys, symptom))
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s AS solution
                   SET grams = new.grams, symptom_grams = new.symptom_grams
                  FROM (VALUES %(rows)s) AS new (id, grams, symptom_grams)
                 WHERE solution.id = new.id
                """,
                table=SQL.identifier(self._table),
                rows=SQL(", ").join(rows),
            )
        )

    # ------------------------------------------------------------
    # FINDING
    # ------------------------------------------------------------

    @api.model
    def _find(self, text, limit=10, domain=Domain.TRUE):
        """Return the solutions that fit a text, best first.

        :param str text: what somebody typed, plain
        :param int limit: how many at most
        :param domain: of which solutions; the user's rules come on top
        """
        return self.browse(row[0] for row in self._rank(text, limit, domain))

    @api.model
    def _rank(self, text, limit, domain=Domain.TRUE):
        """Return (id, has a fault code, score) of what fits a text, best first."""
        keys = solution_text.get_keys(text)
        codes = solution_text.get_code_keys(text)
        if not keys and not codes:
            return []
        self.flush_model()
        return self.env.execute_query(self._get_rank_query(keys, codes, limit, domain))

    @api.model
    def _get_rank_query(self, keys, codes, limit, domain=Domain.TRUE):
        query = self._search(Domain(domain), order="id")
        return SQL(
            """
            WITH hit AS MATERIALIZED (
                SELECT id, grams, symptom_grams, use_count, vote_score
                  FROM %(table)s
                 WHERE grams && %(leads)s::int[]
            ), fit AS (
                SELECT id, use_count, vote_score,
                       grams && %(codes)s::int[] AS has_code,
                       (SELECT count(*) FROM unnest(grams) AS key
                         WHERE key = ANY(%(keys)s::int[]))::float
                       / greatest(cardinality(%(keys)s::int[]), 1) AS share,
                       (SELECT count(*) FROM unnest(symptom_grams) AS key
                         WHERE key = ANY(%(keys)s::int[]))::float
                       / greatest(least(cardinality(symptom_grams),
                                        cardinality(%(keys)s::int[])), 1) AS symptom
                  FROM hit
                 WHERE id IN %(allowed)s
            )
            SELECT id, has_code, share + symptom
              FROM fit
             WHERE has_code OR share >= %(least)s OR symptom >= %(least)s
             ORDER BY has_code DESC, round((share + symptom)::numeric, 2) DESC,
                      use_count DESC, vote_score DESC, id DESC
             LIMIT %(limit)s
            """,
            table=SQL.identifier(self._table),
            leads=self._pick_leads(keys) + codes,
            keys=keys,
            codes=codes,
            allowed=query.subselect(),
            least=LEAST_SHARE,
            limit=limit,
        )

    @api.model
    def _pick_leads(self, keys):
        """Return the keys of a text that lead to what fits, the rarest first.

        All of them, unless they led to more solutions than can be compared.
        """
        counts, others = self._get_counts(int(time.time() // 3600))
        ordered = sorted(keys, key=lambda key: counts.get(key, others))
        totals = accumulate(counts.get(key, others) for key in ordered)
        number = sum(total <= MOST_CANDIDATES for total in totals)
        return ordered[: max(number, 4)]

    @api.model
    @tools.ormcache("hour")
    def _get_counts(self, hour):
        """Return ``{key: how many solutions have it}``, and the same of other keys.

        As PostgreSQL has gathered it of the frequent ones; asked once per hour.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT most_common_elems::text::int[], most_common_elem_freqs,
                       (SELECT reltuples FROM pg_class WHERE oid = %s::regclass)
                  FROM pg_stats
                 WHERE schemaname = current_schema AND tablename = %s
                   AND attname = 'grams' AND most_common_elems IS NOT NULL
                """,
                self._table,
                self._table,
            )
        )
        if not rows:
            return {}, 0
        keys, shares, size = rows[0]
        counts = {key: share * size for key, share in zip(keys, shares, strict=False)}
        return counts, min(counts.values()) / 2


def _plain(html):
    return html2plaintext(html) if html else ""
