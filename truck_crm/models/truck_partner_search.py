from psycopg2.errors import SerializationFailure

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import search_text

KEY = "truck_crm.partner_search"
FILLED = "truck_crm.partner_search_filled"
# By what a partner is found, besides its name: numbers by their digits alone.
CODES = ("ref", "email", "vat", "company_registry")
PHONES = ("phone", "truck_mobile", "truck_fax")
# A change of these makes the terms anew.
COLUMNS = {"complete_name", "active", "commercial_partner_id", "company_id"}
COLUMNS |= {*CODES, *PHONES}
MOST_HITS = 1000  # up to here all hits are looked at, beyond a term is frequent
MOST_LISTED = 20_000  # for a list, up to here all are put in order of names
LONGEST_NAME = 400  # characters: PostgreSQL's indexes take no more than 2,700 bytes


class TruckPartnerSearch(models.Model):
    """What a partner is found by: its name, its numbers, and how the name is read.

    One narrow row per partner, kept in the transaction that changes the partner, read
    by SQL alone. Names are stored as they are compared (``tools/search_text.py``);
    their grams are found by one GIN index, their beginning by another. Grams only lead
    to candidates: the words themselves are compared too.
    """

    _name = "truck.partner.search"
    _description = "Search Terms of Partners"
    _log_access = False
    _rec_name = "name"

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    name = fields.Char()
    terms = fields.Text()
    grams = fields.Text()
    active = fields.Boolean()

    _partner_uniq = models.UniqueIndex("(partner_id)")
    # A short list of what is new keeps searching fast right after writing.
    _grams_idx = models.Index(
        "USING gin (string_to_array(grams, ' ')) WITH (gin_pending_list_limit = 256)"
    )
    # Frequent terms walk through it in order of names, and touch nothing else.
    _name_idx = models.Index('(name COLLATE "C", partner_id) INCLUDE (active)')

    # ------------------------------------------------------------
    # KEEPING
    # ------------------------------------------------------------

    def _mark(self, partner_ids):
        """Make the terms of partners anew before the transaction ends, or is searched.

        :param partner_ids: ids of partners of which columns were written
        """
        callbacks = self.env.cr.precommit
        if KEY not in callbacks.data:
            callbacks.data[KEY] = set()
            callbacks.add(self._refresh_marked)
        callbacks.data[KEY].update(partner_ids)

    def _refresh_marked(self):
        marked = self.env.cr.precommit.data.get(KEY)
        if marked:
            partner_ids = list(marked)
            marked.clear()
            self._refresh(partner_ids)

    def _refresh(self, partner_ids=None):
        """Make the terms of partners, and of the companies that they belong to.

        :param partner_ids: ids; without, all partners that have no terms yet are done,
            committed batch by batch: killed, the next call carries on
        """
        if partner_ids is None:
            self._fill()
            return
        self._write_rows(partner_ids)

    def _write_rows(self, partner_ids, log_exceptions=True):
        """Insert or update the rows of partners and of their companies."""
        rows = [self._prepare_row(*values) for values in self._read(partner_ids)]
        if not rows:
            return
        query = SQL(
            """
            INSERT INTO truck_partner_search AS old
                   (partner_id, active, name, terms, grams)
            VALUES %s
            ON CONFLICT (partner_id) DO UPDATE
               SET active = EXCLUDED.active,
                   name = EXCLUDED.name,
                   terms = EXCLUDED.terms,
                   grams = EXCLUDED.grams
             WHERE (old.active, old.name, old.terms)
                   IS DISTINCT FROM
                   (EXCLUDED.active, EXCLUDED.name, EXCLUDED.terms)
            """,
            SQL(", ").join(rows),
        )
        self.env.cr.execute(query, log_exceptions=log_exceptions)

    def _fill(self, batch_size=1000):
        """Make the terms of all partners that have none, in order of their ids."""
        cron, cursor = self.env["ir.cron"], 0
        while partner_ids := self._get_missing(cursor, batch_size):
            try:
                self._write_rows(partner_ids, log_exceptions=False)
            except SerializationFailure:
                # Somebody is writing one of them, or another process fills, too:
                # look again at what is missing.
                self.env.cr.rollback()
                continue
            cursor = partner_ids[-1]
            if not cron._commit_progress(len(partner_ids)):
                return
        self._set_filled()

    def _set_filled(self):
        """Let the terms be searched from now on."""
        # So that the first search is planned as well as later ones.
        self.env.cr.execute("ANALYZE truck_partner_search")
        # sudo: whoever fills it, the state is the database's
        self.env["ir.config_parameter"].sudo().set_param(FILLED, "1")

    def _get_missing(self, cursor, limit):
        """Return the ids of the next partners without terms."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id
                  FROM res_partner AS partner
                 WHERE id > %s
                   AND NOT EXISTS (
                       SELECT FROM truck_partner_search WHERE partner_id = partner.id
                   )
                 ORDER BY id
                 LIMIT %s
                """,
                cursor,
                limit,
            )
        )
        return [partner_id for (partner_id,) in rows]

    def _read(self, partner_ids):
        """Read what partners, and the companies of contacts, are found by."""
        phones = SQL(", ").join(SQL.identifier("number", name) for name in PHONES)
        codes = SQL(", ").join(SQL.identifier("partner", name) for name in CODES)
        return self.env.execute_query(
            SQL(
                """
                SELECT id, active, complete_name, concat_ws(' ', %(codes)s),
                       -- a company is found by the phones of its people as well,
                       -- but not of those whom another manufacturer keeps to itself
                       (SELECT string_agg(concat_ws('|', %(phones)s), '|')
                          FROM res_partner AS number
                         WHERE (id = partner.id OR commercial_partner_id = partner.id)
                           AND (company_id IS NULL OR company_id = partner.company_id
                                OR id = partner.id))
                  FROM res_partner AS partner
                 WHERE id IN (
                       SELECT unnest(ARRAY[id, commercial_partner_id])
                         FROM res_partner
                        WHERE id = ANY(%(ids)s)
                 )
                 ORDER BY id
                """,
                codes=codes,
                phones=phones,
                ids=list(partner_ids),
            )
        )

    def _prepare_row(self, partner_id, active, name, codes, phones):
        """Return one row of VALUES."""
        name = search_text.normalise(name)
        numbers = filter(None, map(search_text.digits, (phones or "").split("|")))
        codes = search_text.normalise(codes)
        codes = " ".join([*codes.split(), *dict.fromkeys(numbers)])
        initials = search_text.get_initials(name)
        grams = search_text.get_name_grams(name)
        grams |= search_text.get_number_grams(codes)
        grams = grams.union(*map(search_text.get_name_grams, initials))
        return SQL(
            "(%s, %s, %s, %s, %s)",
            partner_id,
            bool(active),
            name[:LONGEST_NAME],
            " ".join([codes, *initials, name[LONGEST_NAME:]]).strip(),
            " ".join(sorted(grams)),
        )

    # ------------------------------------------------------------
    # FINDING
    # ------------------------------------------------------------

    def _is_filled(self):
        """Tell whether every partner has its terms: since the first filling, always."""
        # sudo: read by everybody who searches
        return self.env["ir.config_parameter"].sudo().get_param(FILLED) == "1"

    def _flush(self):
        """Bring what is searched up to date within the transaction."""
        self.env["res.partner"].flush_model(COLUMNS)
        self._refresh_marked()

    def _get_limits(self):
        """Return up to how many hits all are looked at, and all put in order."""
        return MOST_HITS, MOST_LISTED

    def _get_domain(self, term):
        """Domain of the partners that a term finds, for ``res.partner``.

        :param str term: what somebody typed; each of its words must be there
        """
        ids, complete = self._find(term)
        if complete:
            return Domain("id", "in", ids)
        condition = self._get_condition(SQL.identifier(self._table), term)
        query = SQL("(SELECT partner_id FROM truck_partner_search WHERE %s)", condition)
        return Domain("id", "in", query)

    def _find(self, term, active=False, most=None):
        """Return the hits of a term, best first, and whether these are all.

        Best are names that begin with the term, then others, each in order of names.
        Of a frequent term these are just the hits that were met first.

        :param str term: what somebody typed
        :param bool active: leave out archived partners
        :param int most: how many hits are looked for
        :return: the ids, and whether there are no others
        :rtype: tuple(list(int), bool)
        """
        self._flush()
        most = most or self._get_limits()[0]
        ids = self._find_by_grams(term, most + 1, active)
        if len(ids) <= self._get_limits()[0]:
            ids = list(dict.fromkeys(ids + self._find_by_vehicle(term)))
        return ids[:most], len(ids) <= most

    def _find_by_grams(self, term, limit, active=False):
        """Return hits in order, of those that are met first if there are too many."""
        return self._select(
            # Materialized, so that it is planned as if all hits were wanted.
            """
            WITH hit AS MATERIALIZED (
                SELECT partner_id, name
                  FROM truck_partner_search AS search
                 WHERE %(condition)s
            ), few AS (
                SELECT * FROM hit LIMIT %(limit)s
            )
            SELECT partner_id FROM few ORDER BY %(order)s
            """,
            condition=self._get_condition(SQL.identifier("search"), term, active),
            limit=limit,
            order=self._get_order(SQL.identifier("few"), term),
        )

    def _find_beginning(self, term, limit, active=False):
        """Return the first whose names begin with the term, in order of names."""
        alias = SQL.identifier("search")
        return self._find_by_name(self._get_beginning(alias, term), limit, active)

    def _find_others(self, term, limit, active=False, window=None):
        """Return the first by name of all hits whose names do not begin so.

        :param int window: look at so many names only, the first ones; where a term is
            frequent, they have enough
        """
        alias = SQL.identifier("search")
        if term.isascii():
            if window:
                return []  # may be a number or initials: names would not tell
            hits = self._get_hidden_condition(alias, term)
        else:  # only names have Chinese characters, nearly: their index is enough
            hits = self._get_in_name(alias, term)
        hits = SQL("%s AND NOT (%s)", hits, self._get_beginning(alias, term))
        return self._find_by_name(hits, limit, active, window)

    def _find_by_name(self, condition, limit, active, window=None):
        self._flush()
        names = SQL("truck_partner_search")
        if window:
            names = SQL(
                """(
                    SELECT partner_id, name, active
                      FROM truck_partner_search
                     ORDER BY name COLLATE "C", partner_id
                     LIMIT %s
                )""",
                window,
            )
        return self._select(
            """
            SELECT partner_id
              FROM %(names)s AS search
             WHERE %(condition)s AND %(active)s
             ORDER BY name COLLATE "C", partner_id
             LIMIT %(limit)s
            """,
            names=names,
            condition=condition,
            active=SQL("active") if active else SQL("true"),
            limit=limit,
        )

    def _select(self, query, **parameters):
        """Return the ids that a query of one column gives."""
        rows = self.env.execute_query(SQL(query, **parameters))
        return [partner_id for (partner_id,) in rows]

    def _find_by_vehicle(self, term):
        """Return the owners and operators of vehicles with this part of plate or VIN.

        Only of vehicles that the user may see.
        """
        part = search_text.get_vehicle_part(term)
        Vehicle = self.env["truck.vehicle"].with_context(active_test=False)
        if not part or not Vehicle.has_access("read"):
            return []
        # Without an order: it would walk through all vehicles in that order.
        query = Vehicle._search(
            Domain("vin", "ilike", part) | Domain("plate", "ilike", part),
            limit=self._get_limits()[0],
        )
        holders = (
            Vehicle._field_to_sql(query.table, name, query)
            for name in ("owner_id", "operator_id")
        )
        rows = self.env.execute_query(query.select(*holders))
        return sorted({partner_id for row in rows for partner_id in row if partner_id})

    def _get_condition(self, alias, term, active=False):
        """Return SQL that is true for the rows that a term finds."""
        words = search_text.split_words(term)
        grams = set().union(*map(search_text.get_word_grams, words))
        comparison = self._get_comparison(alias, term, active)
        if not grams:
            return comparison
        return SQL(
            "string_to_array(%s.grams, ' ') @> %s AND %s",
            alias,
            sorted(grams),
            comparison,
        )

    def _get_hidden_condition(self, alias, term):
        """Return the same, with the comparison hidden from PostgreSQL's guess.

        It knows how frequent grams are, and would take the comparison for something
        that thins them out further.
        """
        words = search_text.split_words(term)
        grams = set().union(*map(search_text.get_word_grams, words))
        comparison = self._get_comparison(alias, term)
        if not grams:
            return comparison
        return SQL(
            "CASE WHEN %s THEN true ELSE false END"
            " AND string_to_array(%s.grams, ' ') @> %s",
            comparison,
            alias,
            sorted(grams),
        )

    def _get_comparison(self, alias, term, active=False):
        """Return SQL that compares the words themselves, without any index."""
        conditions = [
            SQL(
                "(%(row)s.name LIKE %(like)s OR %(row)s.terms LIKE %(like)s)",
                row=alias,
                like=f"%{_escape(word)}%",
            )
            for word in search_text.split_words(term)
        ]
        if active:
            conditions.append(SQL("%s.active", alias))
        return SQL(" AND ").join(conditions)

    def _get_in_name(self, alias, term):
        """Return SQL that is true when the name has all words."""
        return SQL(" AND ").join(
            SQL('%s.name COLLATE "C" LIKE %s', alias, f"%{_escape(word)}%")
            for word in search_text.split_words(term)
        )

    def _get_beginning(self, alias, term):
        """Return SQL that is true when the name begins with the first word."""
        first, *others = search_text.split_words(term)
        beginning = SQL('%s.name COLLATE "C" LIKE %s', alias, f"{_escape(first)}%")
        if others:  # else it would be guessed that both together are rare
            return SQL("%s AND %s", beginning, self._get_in_name(alias, term))
        return beginning

    def _get_order(self, alias, term):
        """Return SQL of the order of hits; see `_find` and `_find_others`."""
        classes = [self._get_beginning(alias, term)]
        if not term.isascii():
            classes.append(self._get_in_name(alias, term))
        return SQL(
            '%(classes)s, %(row)s.name COLLATE "C", %(row)s.partner_id',
            classes=SQL(", ").join(SQL("(%s) DESC", one) for one in classes),
            row=alias,
        )


def _escape(word):
    """Return a word for LIKE, in which no character stands for others."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
