from odoo import api, models
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition
from odoo.tools import SQL

from ..tools import search_text
from .truck_partner_search import COLUMNS


class ResPartnerFinder(models.AbstractModel):
    """The doors by which partners are found, all led to ``truck.partner.search``.

    A person types into the box of a many2one (``name_search``) or into the search box
    of a list (``web_search_read``); both get names that begin with the term first.
    Everything else that searches by name goes through ``_search_display_name``.
    """

    _name = "res.partner.finder"
    _description = "Finding Partners"

    # ------------------------------------------------------------
    # KEEPING THE TERMS
    # ------------------------------------------------------------

    def _create(self, data_list):
        partners = super()._create(data_list)
        self.env["truck.partner.search"]._mark(partners._ids)
        return partners

    def _write_multi(self, vals_list):
        # Here and not in write(): names of contacts are computed from their company's.
        marked = [
            partner.id
            for partner, vals in zip(self, vals_list, strict=True)
            if not COLUMNS.isdisjoint(vals)
        ]
        if any("commercial_partner_id" in vals for vals in vals_list):
            marked += self._truck_get_stored_companies()
        if marked:
            self.env["truck.partner.search"]._mark(marked)
        return super()._write_multi(vals_list)

    def unlink(self):
        """Delete partners; their companies are no longer found by their phones."""
        companies = set(self.commercial_partner_id.ids) - set(self.ids)
        res = super().unlink()
        self.env["truck.partner.search"]._mark(companies)
        return res

    def _truck_get_stored_companies(self):
        """Return the companies that these belong to in the database, before writing."""
        rows = self.env.execute_query(
            SQL(
                "SELECT commercial_partner_id FROM res_partner"
                " WHERE id = ANY(%s) AND commercial_partner_id IS NOT NULL",
                list(self._ids),
            )
        )
        return [company_id for (company_id,) in rows]

    # ------------------------------------------------------------
    # FINDING
    # ------------------------------------------------------------

    @api.model
    def _search_display_name(self, operator, value):
        if not self._truck_is_term(operator, value):
            return super()._search_display_name(operator, value)
        return self.env["truck.partner.search"]._get_domain(value)

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        if not limit or not self._truck_is_term(operator, name):
            return super().name_search(name, domain, operator, limit)
        ids = self._truck_find_first(name, Domain(domain or Domain.TRUE), limit)
        return [(p.id, p.display_name) for p in self.browse(ids).sudo()]

    @api.model
    @api.readonly
    def web_search_read(
        self, domain, specification, offset=0, limit=None, order=None, count_limit=None
    ):
        term, rest = self._truck_split_term(domain)
        if not term or not limit or order:
            return super().web_search_read(
                domain, specification, offset, limit, order, count_limit
            )
        page, count = self._truck_find_page(term, rest, offset, limit, count_limit)
        return {"length": count, "records": self.browse(page).web_read(specification)}

    def _truck_is_term(self, operator, value):
        """Tell whether a search by name is one that the terms can answer."""
        return (
            operator == "ilike"
            and isinstance(value, str)
            and search_text.is_term(value)
            and self.env["truck.partner.search"]._is_filled()
        )

    def _truck_split_term(self, domain):
        """Return the term that a domain looks for by name, if any, and all its rest."""
        domain = Domain(domain)
        parts = domain.children if isinstance(domain, DomainAnd) else (domain,)
        for part in parts:
            if (
                isinstance(part, DomainCondition)
                and part.field_expr == "display_name"
                and self._truck_is_term(part.operator, part.value)
            ):
                return part.value, Domain.AND(other for other in parts if other != part)
        return None, domain

    def _truck_find_first(self, term, domain, limit):
        """Return the ids of the best hits of a term within a domain."""
        search = self.env["truck.partner.search"]
        active = self._truck_asks_active(domain)
        limits = search._get_limits()
        for needed in (limits.box, limits.list):
            hits, complete = search._find_best(term, needed, active)
            ids = self._truck_keep(hits, domain, limit)
            if complete or len(ids) >= limit:
                return ids[:limit]
        return self._truck_find_all(term, domain, limit)

    def _truck_find_page(self, term, domain, offset, limit, count_limit):
        """Return the ids on a page of the hits within a domain, and how many there are.

        :param int count_limit: count no further than this, as the web client asks
        :rtype: tuple(list(int), int)
        """
        end = offset + limit
        enough = max(end, count_limit) if count_limit else None
        search = self.env["truck.partner.search"]
        needed, active = search._get_limits().list, self._truck_asks_active(domain)
        hits, complete = search._find_best(term, needed, active)
        ids = self._truck_keep(hits, domain, enough)
        if complete:
            return ids[offset:end], min(len(ids), enough or len(ids))
        page = ids[offset:end]
        if len(page) < limit:  # behind those that are known come all others
            start = max(0, offset - len(ids))
            others = domain & Domain("id", "not in", hits)
            page += self._truck_find_all(term, others, limit - len(page), start)
        if count_limit and len(ids) >= count_limit:
            return page, max(count_limit, offset + len(page))
        return page, self._truck_count(term, domain, count_limit)

    def _truck_count(self, term, domain, count_limit):
        """Count the hits of a term within a domain, no further than asked."""
        query = self._truck_join_terms(term, domain)
        query.limit = count_limit or None
        hits = query.subselect(SQL("1"))
        ((count,),) = self.env.execute_query(
            SQL("SELECT count(*) FROM %s AS hit", hits)
        )
        return count

    def _truck_keep(self, ids, domain, needed=None):
        """Return those of ids that are in a domain and readable, in the same order.

        :param int needed: how many are enough; a few more may be returned
        """
        kept, size = [], len(ids) if needed is None else needed + 100
        while ids and (needed is None or len(kept) < needed):
            some, ids = ids[:size], ids[size:]
            found = self._search(domain & Domain("id", "in", some)).get_result_ids()
            kept += filter(set(found).__contains__, some)
            size = len(ids)
        return kept

    def _truck_find_all(self, term, domain, limit, offset=0):
        """Return a page of the hits of a frequent term in a domain that has few.

        :return: ids, in the same order as those of `truck.partner.search._find`
        """
        query = self._truck_join_terms(term, domain)
        search = self.env["truck.partner.search"]
        return search._select(
            # Materialized: else it would walk through all names in their order.
            """
            WITH hit AS MATERIALIZED (%(hits)s)
            SELECT partner_id FROM hit
             ORDER BY %(order)s LIMIT %(limit)s OFFSET %(offset)s
            """,
            hits=query.select(SQL('"search".partner_id'), SQL('"search".name')),
            order=search._get_order(SQL.identifier("hit"), term),
            limit=limit,
            offset=offset,
        )

    def _truck_join_terms(self, term, domain):
        """Return the query of a domain, joined with the hits of a term as `search`."""
        query = self._search(domain)
        search = self.env["truck.partner.search"]
        alias = SQL.identifier("search")
        query.add_join(
            "JOIN",
            "search",
            search._table,
            SQL("%s.partner_id = %s", alias, SQL.identifier(self._table, "id")),
        )
        query.add_where(search._get_condition(alias, term))
        return query

    def _truck_asks_active(self, domain):
        """Tell whether archived partners are left out, as `_search` does it."""
        return self.env.context.get("active_test", True) and not any(
            condition.field_expr == "active" for condition in domain.iter_conditions()
        )
