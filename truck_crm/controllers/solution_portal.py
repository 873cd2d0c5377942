from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

LONGEST_SEARCH = 500
FOUND = 20


class SolutionPortal(CustomerPortal):
    """Solutions that are published: portal users read these pages, nothing else."""

    def _get_solutions(self):
        # sudo: portal users have no right on solutions; each page asks by the domain
        return request.env["truck.solution"].sudo()

    def _get_solution_domain(self):
        """Return what is shown in the portal."""
        companies = request.env.company.parent_ids.ids
        return (
            Domain("is_published", "=", True)
            & Domain("state", "=", "approved")
            & Domain("company_id", "in", [False, *companies])
        )

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "solution_count" in counters:
            domain = self._get_solution_domain()
            values["solution_count"] = self._get_solutions().search_count(domain)
        return values

    @http.route(
        ["/my/solutions", "/my/solutions/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_solutions(self, page=1, search=None, **params):
        """List the published solutions, or those that fit a text, best first."""
        Solution, domain = self._get_solutions(), self._get_solution_domain()
        search, pager = (search or "")[:LONGEST_SEARCH].strip(), None
        if search:
            solutions = Solution._find(search, FOUND, domain)
        else:
            pager = portal_pager(
                url="/my/solutions",
                total=Solution.search_count(domain),
                page=page,
                step=self._items_per_page,
            )
            solutions = Solution.search(
                domain, limit=self._items_per_page, offset=pager["offset"]
            )
        return request.render(
            "truck_crm.portal_my_solutions",
            self._prepare_portal_layout_values()
            | {
                "page_name": "solution",
                "solutions": solutions,
                "search": search,
                "pager": pager,
            },
        )

    @http.route(
        "/my/solutions/<int:solution_id>", type="http", auth="user", website=True
    )
    def portal_my_solution(self, solution_id, **params):
        """Show one solution, without its cause."""
        domain = self._get_solution_domain() & Domain("id", "=", solution_id)
        solution = self._get_solutions().search(domain)
        if not solution:
            return request.redirect("/my/solutions")
        solution.attachment_ids.generate_access_token()
        return request.render(
            "truck_crm.portal_my_solution",
            self._prepare_portal_layout_values()
            | {
                "page_name": "solution",
                "solution": solution,
                "files": solution.attachment_ids,
            },
        )
