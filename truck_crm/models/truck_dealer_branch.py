from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class TruckDealerBranch(models.AbstractModel):
    """What hangs on a dealer and on all below it.

    Kept apart from ``truck.dealer``, which inherits it and holds its fields.
    """

    _name = "truck.dealer.branch"
    _description = "Branch of a Dealer"

    @api.depends("user_id", "parent_id")
    @api.depends_context("uid")
    def _compute_is_in_my_branch(self):
        mine = self.filtered_domain(self._search_is_in_my_branch("in", [True]))
        mine.is_in_my_branch = True
        (self - mine).is_in_my_branch = False

    @api.model
    def _search_is_in_my_branch(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Runs inside record rules: bypass them, or it would ask itself for ever.
        heads = self.sudo().with_context(active_test=False)
        heads = heads.search([("user_id", "=", self.env.uid)])
        return Domain("id", "child_of", heads.ids)

    # ------------------------------------------------------------
    # COUNTS
    # ------------------------------------------------------------

    @api.depends("child_ids")
    def _compute_branch_counts(self):
        """Count what hangs on each dealer and on all below it, the dealer included.

        One query for the branches and one per kind of record, whatever the size.
        """
        branch = self._fetch_branch()
        customers = self._count_customers(branch)
        vehicles = self._count_vehicles(branch)
        totals = {dealer_id: [0, 0, 0, 0] for dealer_id in self.ids}
        for dealer, ancestor_id in branch._iterate_places(totals):
            total = totals[ancestor_id]
            sold, known = vehicles.get(dealer.id, (0, 0))
            total[0] += dealer.active and ancestor_id != dealer.id
            total[1] += customers.get(dealer.id, 0)
            total[2] += sold
            total[3] += known
        for dealer in self:
            below, served, sold, known = totals.get(dealer.id, (0, 0, 0, 0))
            own_sold, own_known = vehicles.get(dealer.id, (0, 0))
            dealer.branch_count = below
            dealer.customer_count = served
            dealer.vehicle_count = sold
            dealer.visibility = known / sold if sold else 0
            dealer.own_customer_count = customers.get(dealer.id, 0)
            dealer.own_vehicle_count = own_sold
            dealer.own_visibility = own_known / own_sold if own_sold else 0

    @api.depends("child_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_truck_complaint_count(self):
        """Count the complaints of each dealer and of all below it."""
        branch = self._fetch_branch()
        groups = self.env["truck.complaint"]._read_group(
            [("dealer_id", "in", branch.ids), ("state", "!=", "merged")],
            ["dealer_id"],
            ["__count"],
        )
        counts = {dealer.id: count for dealer, count in groups}
        totals = dict.fromkeys(self.ids, 0)
        for dealer, ancestor_id in branch._iterate_places(totals):
            totals[ancestor_id] += counts.get(dealer.id, 0)
        for dealer in self:
            dealer.truck_complaint_count = totals.get(dealer.id, 0)

    def _truck_get_complaint_domain(self):
        """Complaints of a dealer are those of its whole branch."""
        return Domain("dealer_id", "child_of", self.ids)

    def _fetch_branch(self):
        """Return these dealers and all below them, archived ones too."""
        return self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self.ids)], ["parent_path", "active", "company_id"]
        )

    def _iterate_places(self, ancestor_ids):
        """Yield (dealer, id of a dealer above it or its own) for some ancestors."""
        for dealer in self:
            for ancestor_id in map(int, dealer.parent_path.split("/")[:-1]):
                if ancestor_id in ancestor_ids:
                    yield dealer, ancestor_id

    @api.model
    def _count_customers(self, dealers):
        """Return ``{dealer id: number of customers}``, as the user sees them."""
        groups = self.env["res.partner"]._read_group(
            [("truck_dealer_id", "in", dealers.ids)], ["truck_dealer_id"], ["__count"]
        )
        return {dealer.id: count for dealer, count in groups}

    @api.model
    def _count_vehicles(self, dealers):
        """Return ``{dealer id: (vehicles, those with a known end customer)}``.

        The end customer is known when there is an owner who does not resell; a
        transport company registers the trucks it buys, and is one. One scan of the
        index for both figures, with the rules of the user.
        """
        Vehicle = self.env["truck.vehicle"]
        query = Vehicle._search([("dealer_id", "in", dealers.ids)])
        dealer = Vehicle._field_to_sql(query.table, "dealer_id", query)
        owner = Vehicle._field_to_sql(query.table, "owner_id", query)
        # sudo: who resells is no secret, and may be a dealer of another company
        resellers = self.env["truck.dealer"].sudo().with_context(active_test=False)
        resellers = resellers._search([("tier_id.is_reseller", "=", True)])
        known = SQL(
            "count(*) FILTER (WHERE %(owner)s IS NOT NULL"
            " AND %(owner)s NOT IN %(resellers)s)",
            owner=owner,
            resellers=resellers.subselect(
                SQL.identifier(resellers.table, "partner_id")
            ),
        )
        query.groupby = dealer
        rows = self.env.execute_query(query.select(dealer, SQL("count(*)"), known))
        return {dealer_id: (count, known) for dealer_id, count, known in rows}
