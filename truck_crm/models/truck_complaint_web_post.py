import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import hash_sign, hmac, verify_hash_signed

SCOPE = "truck_crm.complaint_form"
KEPT_DAYS = 2


class TruckComplaintWebPost(models.Model):
    """What was taken from the public page: a token is good once, an address limited.

    A post is taken by one statement that counts and inserts; the unique indexes decide
    when two come at once. What is refused leaves nothing behind.
    """

    _name = "truck.complaint.web.post"
    _description = "Post of the Public Complaint Page"
    _log_access = False

    nonce = fields.Char(required=True, readonly=True)
    address = fields.Char(required=True, readonly=True)
    hour = fields.Datetime(required=True, readonly=True, index=True)
    position = fields.Integer(required=True, readonly=True)

    _nonce_uniq = models.UniqueIndex("(nonce)", "This form was sent already.")
    _address_uniq = models.UniqueIndex(
        "(address, hour, position)", "Too many complaints from this address."
    )

    @api.model
    def _get_limit(self, name):
        """Return a limit of the public page, from the system parameters."""
        # sudo: strangers are measured by it
        value = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param(f"truck_crm.complaint_web_{name}")
        )
        return int(value)

    @api.model
    def _make_token(self, nonce):
        """Return the signed token of a form that is shown now.

        :param str nonce: a random text
        """
        return hash_sign(
            self.env(su=True),
            SCOPE,
            [nonce, int(time.time())],
            expiration_hours=self._get_limit("hours"),
        )

    @api.model
    def _read_token(self, token):
        """Return the nonce of a token; None when it is forged, expired or too young.

        Costs no query but the secret, which is cached.
        """
        try:
            nonce, shown = verify_hash_signed(self.env(su=True), SCOPE, token)
        except (TypeError, ValueError):  # nothing signed, or not by us
            return None
        is_read = time.time() - shown >= self._get_limit("seconds")
        return nonce if is_read else None

    @api.model
    def _take(self, nonce, address):
        """Take a post, if its token was not used and its address sends not too many.

        :param str nonce: of the token
        :param str address: of the network; kept as a key that does not tell it
        :rtype: bool
        """
        hour = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        key = hmac(self.env(su=True), SCOPE, _get_network(address))
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO truck_complaint_web_post (nonce, address, hour, position)
                SELECT %(nonce)s, %(key)s, %(hour)s, count(*)
                  FROM truck_complaint_web_post
                 WHERE address = %(key)s AND hour = %(hour)s
                HAVING count(*) < %(most)s
                   AND %(all)s > (
                       SELECT count(*) FROM truck_complaint_web_post
                        WHERE hour = %(hour)s
                   )
                ON CONFLICT DO NOTHING
                RETURNING id
                """,
                nonce=nonce,
                key=key,
                hour=hour,
                most=self._get_limit("per_address"),
                all=self._get_limit("per_hour"),
            )
        )
        return bool(rows)

    @api.autovacuum
    def _gc_old(self):
        """Forget what no token can come back for."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        old = self.search([("hour", "<", limit)], limit=10_000)
        done = len(old)
        old.unlink()
        return done, 0 if done < 10_000 else 1


def _get_network(address):
    """Return what one subscriber has: an IPv4 address, half of an IPv6 one."""
    return ":".join(address.split(":")[:4]) if ":" in address else address
