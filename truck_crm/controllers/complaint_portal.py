from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from .complaint_form import ComplaintForm


class ComplaintPortal(CustomerPortal, ComplaintForm):
    """Complaints in the portal: own ones, for a dealer's staff those of the branch."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "complaint_count" in counters:
            Complaint = request.env["truck.complaint"]
            values["complaint_count"] = (
                Complaint.search_count(self._get_complaint_domain())
                if Complaint.has_access("read")
                else 0
            )
        return values

    # ------------------------------------------------------------
    # LIST
    # ------------------------------------------------------------

    def _get_complaint_domain(self):
        """Return what the list is made of; the rules decide whose they are."""
        return Domain("state", "!=", "merged")

    def _get_complaint_sortings(self):
        return {
            "date": {
                "label": request.env._("Newest"),
                "order": "date_open desc, id desc",
            },
            "name": {"label": request.env._("Number"), "order": "name desc, id desc"},
            "state": {
                "label": request.env._("Status"),
                "order": "state, date_open desc, id desc",
            },
        }

    def _get_complaint_filters(self):
        done = ("solved", "closed")
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "open": {
                "label": request.env._("Open"),
                "domain": Domain("state", "not in", done),
            },
            "waiting": {
                "label": request.env._("Waiting for Your Answer"),
                "domain": Domain("state", "=", "waiting"),
            },
            "done": {
                "label": request.env._("Solved"),
                "domain": Domain("state", "in", done),
            },
        }

    def _get_complaint_search_domain(self, search):
        return (
            Domain("name", "ilike", search)
            | Domain("subject", "ilike", search)
            | Domain("reported_vehicle", "ilike", search)
        )

    @http.route(
        ["/my/complaints", "/my/complaints/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_complaints(
        self, page=1, sortby=None, filterby=None, search=None, **params
    ):
        """List the complaints that the user may see."""
        sortings, filters = (
            self._get_complaint_sortings(),
            self._get_complaint_filters(),
        )
        sortby = sortby if sortby in sortings else "date"
        filterby = filterby if filterby in filters else "all"
        domain = self._get_complaint_domain() & filters[filterby]["domain"]
        if search:
            domain &= self._get_complaint_search_domain(search[:100])
        Complaint = request.env["truck.complaint"]
        pager = portal_pager(
            url="/my/complaints",
            url_args={"sortby": sortby, "filterby": filterby, "search": search},
            total=Complaint.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        complaints = Complaint.search(
            domain,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        request.session["my_complaints_history"] = complaints.ids[:100]
        values = self._prepare_portal_layout_values() | {
            "complaints": complaints,
            "customers": complaints._get_portal_customers(),
            "page_name": "complaint",
            "pager": pager,
            "default_url": "/my/complaints",
            "searchbar_sortings": sortings,
            "searchbar_filters": filters,
            "searchbar_inputs": {
                "all": {"input": "all", "label": request.env._("Search in All")}
            },
            "search_in": "all",
            "search": search,
            "sortby": sortby,
            "filterby": filterby,
        }
        return request.render("truck_crm.portal_my_complaints", values)

    # ------------------------------------------------------------
    # ONE COMPLAINT
    # ------------------------------------------------------------

    @http.route(
        "/my/complaints/<int:complaint_id>", type="http", auth="public", website=True
    )
    def portal_my_complaint(self, complaint_id, access_token=None, **params):
        """Show one complaint to who may see it, or has its token by mail."""
        try:
            complaint = self._document_check_access(
                "truck.complaint", complaint_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        if complaint.merged_into_id:
            # its token tells that the reader may see it, the other one's does not
            return request.redirect(f"/my/complaints/{complaint.merged_into_id.id}")
        reader = complaint.with_user(request.env.user)
        values = self._get_page_view_values(
            complaint,
            access_token,
            {
                "page_name": "complaint",
                "complaint": complaint,
                "customer": reader._get_portal_customers().get(reader.id),
                "vehicles": reader._get_portal_known_vehicles(),
                "files": reader._get_portal_files(),
            },
            "my_complaints_history",
            False,
            **params,
        )
        return request.render("truck_crm.portal_my_complaint", values)

    # ------------------------------------------------------------
    # A NEW ONE
    # ------------------------------------------------------------

    @http.route(
        "/my/complaints/new", type="http", auth="user", website=True, methods=["GET"]
    )
    def portal_new_complaint(self, vehicle_id=None, **params):
        """Show the form, with the trucks of the user's company to choose from."""
        return self._render_new({"vehicle_id": str(vehicle_id or "")[:12]}, {})

    @http.route(
        "/my/complaints/new",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        max_content_length=lambda self: self._get_max_size(),
    )
    def portal_send_complaint(self, **post):
        """Make a complaint of what was typed, and show it."""
        values, errors = self._read_form(post, {"subject", "text"})
        problem = self._check_vehicle(values["vehicle"])
        if problem:
            errors["vehicle"] = problem
        files, problem = self._read_files()
        if problem:
            errors["files"] = problem
        if errors:
            return self._render_new(values, errors)
        for name in ("vehicle_id", "category_id", "mileage"):
            values[name] = self._read_number(values[name])
        complaint = request.env["truck.complaint"]._submit_from_portal(values, files)
        if not complaint.with_user(request.env.user).has_access("read"):
            # about staff: it is for the top only, and no longer shown here either
            return request.render(
                "truck_crm.complaint_web_thanks", {"number": complaint.name}
            )
        return request.redirect(complaint.access_url)

    def _render_new(self, values, errors):
        Complaint = request.env["truck.complaint"]
        return request.render(
            "truck_crm.portal_new_complaint",
            self._prepare_portal_layout_values()
            | {
                "page_name": "new_complaint",
                "values": values,
                "errors": errors,
                "vehicles": Complaint._get_portal_vehicles(),
                "categories": Complaint._get_portal_categories(),
                "is_dealer": bool(Complaint._get_portal_dealers()),
            }
            | self._describe_files(),
        )
