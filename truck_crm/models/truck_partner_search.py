from psycopg2.errors import SerializationFailure

from odoo import fields, models
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
LONGEST_NAME = 400  # characters: PostgreSQL's indexes take no more than 2,700 bytes


class TruckPartnerSearch(models.Model):
    """What a partner is found by: its name, its numbers, and how the name is read.

    One narrow row per partner, kept in the transaction that changes the partner, read
    by SQL alone (``truck_partner_hits.py``). Names are stored as they are compared
    (``tools/search_text.py``).
    """

    _name = "truck.partner.search"
    _description = "Search Terms of Partners"
    _inherit = ["truck.partner.hits"]
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
    # STATE
    # ------------------------------------------------------------

    def _is_filled(self):
        """Tell whether every partner has its terms: since the first filling, always."""
        # sudo: read by everybody who searches
        return self.env["ir.config_parameter"].sudo().get_param(FILLED) == "1"

    def _flush(self):
        """Bring what is searched up to date within the transaction."""
        self.env["res.partner"].flush_model(COLUMNS)
        self._refresh_marked()
