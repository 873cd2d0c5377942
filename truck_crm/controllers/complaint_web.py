import uuid

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from .complaint_form import ComplaintForm

# Nobody sees this field, and who fills it in is a machine.
HONEYPOT = "website"
# What this visitor has sent: number and company.
SENT = "truck_complaint_sent"
PATHS = ["/complaint", "/complaint/<int:company_id>"]


class ComplaintWeb(http.Controller, ComplaintForm):
    """The public page: complain without an account, with a VIN or without.

    Its answers are the same whether the truck or the person is known here or not. Each
    company has its own address; without a number it is the company of the website,
    else of the public user.
    """

    @http.route(PATHS, type="http", auth="public", website=True, methods=["GET"])
    def show(self, company_id=None, vin=None, **params):
        """Show the form; ``vin`` fills in the truck, for QR codes on trucks."""
        company = self._get_company(company_id)
        return self._render(company, {"vehicle": str(vin or "")[:40]}, {})

    @http.route(
        PATHS,
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        max_content_length=lambda self: self._get_max_size(),
    )
    def send(self, company_id=None, **post):
        """Take a complaint, unless it is junk; to refuse it costs next to nothing."""
        company = self._get_company(company_id)
        # sudo: a stranger has no right to the table that counts posts
        Post = request.env["truck.complaint.web.post"].sudo()
        if post.get(HONEYPOT):
            return request.redirect(request.httprequest.path)
        nonce = Post._read_token(str(post.get("token") or ""))
        values, errors = self._read_form(post, {"text", "contact_name", "phone"})
        if not nonce:
            errors["form"] = request.env._(
                "This form could not be sent: it was open for too long, or sent too"
                " fast. Please send it once more."
            )
            return self._render(company, values, errors)
        problem = self._check_vehicle(values["vehicle"])
        if problem:
            errors["vehicle"] = problem
        if errors:
            return self._render(company, values, errors, post["token"])
        files, problem = self._read_files()
        if problem:
            return self._render(company, values, {"files": problem}, post["token"])
        if not Post._take(nonce, request.httprequest.remote_addr or ""):
            errors["form"] = request.env._(
                "Too many complaints have come in just now. Please call us, or try"
                " again in an hour."
            )
            return self._render(company, values, errors)
        # sudo: a stranger has no right to anything
        complaints = request.env["truck.complaint"].sudo().with_company(company)
        complaint = complaints._submit_from_web(values, files)
        request.session[SENT] = [complaint.name, company.id]
        return request.redirect("/complaint/thanks")

    @http.route(
        "/complaint/thanks", type="http", auth="public", website=True, methods=["GET"]
    )
    def thank(self, **params):
        """Show the number of what was just sent by this visitor."""
        if not request.session.get(SENT):
            return request.redirect("/complaint")
        number, company_id = request.session[SENT]
        values = {"number": number, "res_company": self._get_company(company_id)}
        return request.render("truck_crm.complaint_web_thanks", values)

    def _get_company(self, company_id):
        """Return the company whose page is asked for.

        :raise NotFound: when there is none, or it takes no complaints this way
        """
        # sudo: a stranger may read no company
        companies = request.env["res.company"].sudo()
        company = companies.browse(company_id or request.env.company.id).exists()
        if not company.active or not company.truck_complaint_web:
            raise NotFound
        return company

    def _render(self, company, values, errors, token=None):
        """Show the form of a company.

        :param str token: still good, so that who mistyped need not wait again
        """
        # sudo: a stranger has no right to the table that counts posts
        Post = request.env["truck.complaint.web.post"].sudo()
        return request.render(
            "truck_crm.complaint_web_form",
            {
                "company": company,
                # whose name and logo are on the page
                "res_company": company,
                "values": values,
                "errors": errors,
                "token": token or Post._make_token(uuid.uuid4().hex),
                "honeypot": HONEYPOT,
            }
            | self._describe_files(),
        )
