import time
from typing import NamedTuple

from odoo import models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import search_text

# What the ways to find take on PostgreSQL 17, in microseconds; their ratio decides.
ROW, POSTING = 2.5, 0.04  # reading a row by its grams; taking one gram's row in
LEGAL_FORM = 0.05  # share of names that have what has no grams, at least
FURTHER = 4  # times as many names are walked as would do if hits were spread evenly


class Limits(NamedTuple):
    """How many hits, and names, are looked at."""

    box: int = 200  # so many are looked at for a box,
    list: int = 2_000  # and for a list: not all are in its domain
    known: int = 1_000  # all of so many are known, beyond a term is frequent
    sorted: int = 4_000  # for a list, all of so many are put in order of names
    listed: int = 40_000  # of more, the names are walked through instead,
    window: int = 40_000  # so many of them, the first


class TruckPartnerHits(models.AbstractModel):
    """What a term finds in the narrow rows of ``truck.partner.search``.

    Grams under one GIN index lead to candidates, the words themselves are compared
    too. An index of names, which holds all that is compared, gives names that begin
    with a term, and those that have it somewhere if these are many. Which way is the
    shorter one is guessed beforehand, by what PostgreSQL knows of grams' frequency.
    """

    _name = "truck.partner.hits"
    _description = "Hits of a Search Term"

    def _get_limits(self):
        return Limits()

    # ------------------------------------------------------------
    # FINDING
    # ------------------------------------------------------------

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

    def _find_best(self, term, needed, active=False):
        """Return so many hits of a term, best first, and whether these are all.

        Best are names that begin with the term, then others. Both are in order of
        names, but of a frequent term the others are those that are met first.

        :param str term: what somebody typed
        :param int needed: how many are wanted at least, if there are so many
        :param bool active: leave out archived partners
        :return: the ids, and whether there are no others
        :rtype: tuple(list(int), bool)
        """
        limits, guess = self._get_limits(), self._guess(term)
        ids = self._find_beginning(term, needed, active)
        # Chinese characters are in names, others may be in numbers or initials too.
        if len(ids) < needed and guess > limits.listed and not term.isascii():
            ids += self._find_others(term, needed - len(ids), active)
        if len(ids) >= needed:
            return ids, False
        is_sorted = needed > limits.known and guess <= limits.sorted
        hits, complete = self._find(
            term, active, limits.sorted if is_sorted else needed
        )
        return hits if complete else list(dict.fromkeys(ids + hits)), complete

    def _find(self, term, active=False, most=0):
        """Return the hits of a term, best first, and whether these are all.

        Of a frequent term these are just the hits that were met first.

        :param str term: what somebody typed
        :param bool active: leave out archived partners
        :param int most: how many hits are looked for
        :return: the ids, and whether there are no others
        :rtype: tuple(list(int), bool)
        """
        self._flush()
        known = self._get_limits().known
        most = most or known
        ids = self._find_by_grams(term, most + 1, active)
        if len(ids) <= min(most, known):
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

    def _find_others(self, term, limit, active):
        """Return the first by name whose names have the term, but do not begin so.

        Only the first names are looked at: those where so many can be expected.
        """
        alias = SQL.identifier("search")
        total = self._get_shares(_hour())[0]
        window = int(FURTHER * limit * total / self._guess(term))
        hits = SQL(
            "%s AND NOT (%s)",
            self._get_in_name(alias, term),
            self._get_beginning(alias, term),
        )
        names = SQL(
            """(
                SELECT partner_id, name, active
                  FROM truck_partner_search
                 ORDER BY name COLLATE "C", partner_id
                 LIMIT %s
            )""",
            min(window, self._get_limits().window),
        )
        return self._find_by_name(hits, limit, active, names)

    def _find_by_name(self, condition, limit, active, names=None):
        self._flush()
        return self._select(
            """
            SELECT partner_id
              FROM %(names)s AS search
             WHERE %(condition)s AND %(active)s
             ORDER BY name COLLATE "C", partner_id
             LIMIT %(limit)s
            """,
            names=names or SQL("truck_partner_search"),
            condition=condition,
            active=SQL("active") if active else SQL("true"),
            limit=limit,
        )

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
            limit=self._get_limits().known,
        )
        holders = (
            Vehicle._field_to_sql(query.table, name, query)
            for name in ("owner_id", "operator_id")
        )
        rows = self.env.execute_query(query.select(*holders))
        return sorted({partner_id for row in rows for partner_id in row if partner_id})

    def _select(self, query, **parameters):
        """Return the ids that a query of one column gives."""
        rows = self.env.execute_query(SQL(query, **parameters))
        return [partner_id for (partner_id,) in rows]

    # ------------------------------------------------------------
    # GUESSING
    # ------------------------------------------------------------

    def _guess(self, term):
        """Return how many hits a term has, about; 0 as long as nothing is known."""
        total, shares, least = self._get_shares(_hour())
        for word in search_text.split_words(term):
            grams = search_text.get_word_grams(word)
            total *= min(
                (shares.get(gram, least) for gram in grams), default=LEGAL_FORM
            )
        return total

    def _pick_grams(self, grams):
        """Return those of a term's grams that lead to its hits at the least cost.

        A gram that many rows have costs more to look up than it saves of reading rows.
        """
        total, shares, least = self._get_shares(_hour())
        if not shares:
            return sorted(grams)
        picked, rows = [], total
        for share, gram in sorted((shares.get(gram, least), gram) for gram in grams):
            if picked and rows * (1 - share) * ROW < total * share * POSTING:
                break
            picked.append(gram)
            rows *= share
        return picked

    @tools.ormcache("hour")
    def _get_shares(self, hour):
        """Return what PostgreSQL has gathered on the frequency of grams.

        :param int hour: of the clock; asked once per hour
        :return: the number of rows; ``{gram: share of the rows that have it}`` for the
            most frequent; the share of the least frequent of these
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT reltuples, most_common_elems::text::text[],
                       most_common_elem_freqs
                  FROM pg_stats
                  JOIN pg_class ON pg_class.oid = 'truck_partner_search'::regclass
                 WHERE schemaname = current_schema
                   AND tablename = 'truck_partner_search_grams_idx'
                   AND most_common_elems IS NOT NULL
                """
            )
        )
        if not rows:
            return 0, {}, 0
        ((total, grams, shares),) = rows
        # Behind the shares of the grams stand three figures of another kind.
        shares = dict(zip(grams, shares, strict=False))
        return total, shares, min(shares.values())

    # ------------------------------------------------------------
    # CONDITIONS
    # ------------------------------------------------------------

    def _get_condition(self, alias, term, active=False):
        """Return SQL that is true for the rows that a term finds."""
        words = search_text.split_words(term)
        grams = set().union(*map(search_text.get_word_grams, words))
        # The words themselves are compared, too.
        conditions = [
            SQL(
                "(%(row)s.name LIKE %(like)s OR %(row)s.terms LIKE %(like)s)",
                row=alias,
                like=f"%{_escape(word)}%",
            )
            for word in words
        ]
        if grams:
            picked = self._pick_grams(grams)
            sql = SQL("string_to_array(%s.grams, ' ') @> %s", alias, picked)
            conditions.insert(0, sql)
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


def _hour():
    return int(time.time() // 3600)


def _escape(word):
    """Return a word for LIKE, in which no character stands for others."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
