from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, LockError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_list, plaintext2html

from ..models.truck_dealer_contract import ACTIVITY_TYPE


class TruckDealerTerminate(models.TransientModel):
    """Ends the relation with dealers for good, in one step, after a look at it.

    Customers go to the successor, with their open quotations. What was ordered or
    delivered stays with the dealer who sold it, opportunities with their salespeople.
    """

    _name = "truck.dealer.terminate"
    _description = "Terminate Dealers"

    dealer_ids = fields.Many2many("truck.dealer", string="Dealers", readonly=True)
    company_id = fields.Many2one("res.company", compute="_compute_preview")
    date = fields.Date(
        string="Terminated On",
        required=True,
        default=fields.Date.context_today,
        help="From this day on the successor serves the customers.",
    )
    reason = fields.Text()
    successor_id = fields.Many2one(
        "truck.dealer",
        domain="[('state', '!=', 'terminated'), ('id', 'not in', dealer_ids),"
        " ('company_id', '=', company_id)]",
        help="Who serves the customers from now on.",
    )
    child_target = fields.Selection(
        selection=[
            ("parent", "Under the dealer above"),
            ("successor", "Under the successor"),
        ],
        string="Dealers Right Below Go",
        required=True,
        default="parent",
        help="A successor from among them always goes under the dealer above.",
    )
    child_ids = fields.Many2many(
        "truck.dealer", string="Dealers Right Below", compute="_compute_preview"
    )
    is_successor_required = fields.Boolean(compute="_compute_preview")
    customer_count = fields.Integer(string="Customers", compute="_compute_preview")
    vehicle_count = fields.Integer(string="Their Vehicles", compute="_compute_preview")
    opportunity_count = fields.Integer(
        string="Their Open Opportunities", compute="_compute_preview"
    )
    quotation_count = fields.Integer(
        string="Open Quotations", compute="_compute_preview"
    )
    order_count = fields.Integer(
        string="Orders Not Fully Delivered", compute="_compute_preview"
    )
    problem = fields.Text(compute="_compute_problem")

    # ------------------------------------------------------------
    # PREVIEW
    # ------------------------------------------------------------

    @api.depends("dealer_ids")
    def _compute_preview(self):
        for wizard in self:
            ids = wizard.dealer_ids.ids
            wizard.company_id = wizard.dealer_ids[:1].company_id
            wizard.child_ids = wizard._get_children()
            wizard.customer_count = len(wizard._get_customer_ids(self.env.cr))
            wizard.vehicle_count = self._count(
                "truck.vehicle", [("owner_id.truck_dealer_id", "in", ids)]
            )
            wizard.opportunity_count = self._count(
                "crm.lead", wizard._get_opportunity_domain()
            )
            wizard.quotation_count = self._count(
                "sale.order", wizard._get_quotation_domain()
            )
            wizard.order_count = self._count("sale.order", wizard._get_order_domain())
            wizard.is_successor_required = bool(
                wizard.customer_count or wizard.quotation_count
            )

    @api.depends("dealer_ids", "successor_id", "child_target", "date")
    def _compute_problem(self):
        for wizard in self:
            wizard.problem = "\n".join(wizard._get_problems()) or False

    @api.model
    def _count(self, model_name, domain):
        # sudo: a mere number, of what is there whether or not the user may see it
        return self.env[model_name].sudo().search_count(domain)

    def _get_children(self):
        """Return the dealers right below who go on, archived ones too."""
        dealers = self.dealer_ids.with_context(active_test=False)
        return dealers.search(
            [
                ("parent_id", "in", dealers.ids),
                ("id", "not in", dealers.ids),
                ("state", "!=", "terminated"),
            ]
        )

    def _get_customer_ids(self, cr):
        """Return the ids of all customers of the dealers, as a cursor sees them."""
        self.env["res.partner"].flush_model(["truck_dealer_id"])
        cr.execute(
            SQL(
                "SELECT id FROM res_partner WHERE truck_dealer_id = ANY(%s)",
                self.dealer_ids.ids,
            )
        )
        return {partner_id for (partner_id,) in cr.fetchall()}

    def _get_opportunity_domain(self):
        return (
            Domain("type", "=", "opportunity")
            & Domain("won_status", "=", "pending")
            & Domain(
                "partner_id.commercial_partner_id.truck_dealer_id",
                "in",
                self.dealer_ids.ids,
            )
        )

    def _get_quotation_domain(self):
        """Domain of what is not sold yet and goes to the successor. A hook."""
        return Domain("truck_dealer_id", "in", self.dealer_ids.ids) & Domain(
            "state", "in", ("draft", "sent")
        )

    def _get_order_domain(self):
        return (
            Domain("truck_dealer_id", "in", self.dealer_ids.ids)
            & Domain("state", "=", "sale")
            & Domain("delivery_status", "in", ("pending", "started", "partial"))
        )

    # ------------------------------------------------------------
    # WHAT STANDS AGAINST IT
    # ------------------------------------------------------------

    def _get_problems(self):
        """Yield what the user has to settle first, one message each."""
        over = self.dealer_ids.filtered(lambda dealer: dealer.state == "terminated")
        if over:
            yield self.env._(
                "%(dealers)s: terminated already.",
                dealers=format_list(self.env, over.mapped("display_name")),
            )
        if len(self.dealer_ids.company_id) > 1:
            yield self.env._(
                "The dealers belong to several manufacturers: terminate those of one"
                " after those of the other."
            )
        if self.date and self.date > fields.Date.context_today(self):
            yield self.env._(
                "Terminated On: %(date)s is yet to come. Enter today or a day before.",
                date=format_date(self.env, self.date),
            )
        yield from self._get_successor_problems()
        yield from self._get_place_problems()

    def _get_successor_problems(self):
        successor = self.successor_id
        if successor in self.dealer_ids or successor.state == "terminated":
            yield self.env._(
                "Successor: %(dealer)s is terminated itself. Choose another dealer.",
                dealer=successor.display_name,
            )
        if successor and successor.company_id not in self.dealer_ids.company_id:
            yield self.env._(
                "Successor: %(dealer)s belongs to another manufacturer, %(company)s."
                " Choose a dealer of the same one.",
                dealer=successor.display_name,
                company=successor.company_id.name,
            )

    def _get_place_problems(self):
        """Yield why dealers right below cannot go where they are to go."""
        if self.child_target == "successor" and not self.successor_id:
            return  # told when it is confirmed
        for dealer, parent in self._get_new_parents().items():
            if dealer.id in map(int, (parent.parent_path or "").split("/")[:-1]):
                yield self.env._(
                    "%(dealer)s cannot go under %(parent)s, who stands below it. Let"
                    " the dealers right below go under the dealer above.",
                    dealer=dealer.display_name,
                    parent=parent.display_name,
                )
            else:
                problem = dealer._get_tier_problem(parent)
                if problem:
                    yield problem

    def _get_missing(self):
        """Yield what is still to be filled in."""
        if not (self.reason or "").strip():
            yield self.env._("Reason: say why the dealer is terminated.")
        if not self.successor_id:
            if self.is_successor_required:
                yield self.env._(
                    "Successor: customers or open quotations are left. Choose who takes"
                    " them over."
                )
            elif self.child_ids and self.child_target == "successor":
                yield self.env._(
                    "Successor: dealers right below are to go under it. Choose one, or"
                    " let them go under the dealer above."
                )

    def _get_new_parents(self):
        """Return ``{dealer right below: under whom it goes}``."""
        parents = {}
        for dealer in self.child_ids:
            parent = dealer.parent_id
            while parent in self.dealer_ids:
                parent = parent.parent_id
            to_successor = self.child_target == "successor"
            if to_successor and dealer != self.successor_id:
                parent = self.successor_id
            parents[dealer] = parent
        return parents

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_confirm(self):
        """Terminate the dealers, and hand over all that they leave."""
        self.ensure_one()
        self.dealer_ids.check_access("write")
        self._lock()
        problems = [*self._get_missing(), *self._get_problems()]
        if problems:
            raise UserError("\n".join(problems))
        moved = self._move_dealers_below()
        customers = self._hand_over_customers()
        quotations = self._hand_over_quotations()
        self._end()
        self._tell(customers, quotations, moved)
        return {"type": "ir.actions.act_window_close"}

    # ------------------------------------------------------------
    # BUSINESS METHODS
    # ------------------------------------------------------------

    def _lock(self):
        """Let nobody give these dealers customers, or terminate them, meanwhile.

        Whoever gives a customer a dealer holds the dealer's row until he commits. So
        with the row locked nobody is at it, and nobody will be: what he waits for has
        changed, he begins anew and is refused. Who came between the begin of this
        transaction and the lock cannot be seen in here: another one has to look.

        :raise UserError: when somebody is at it
        :raise ConcurrencyError: when somebody was; the call is then begun anew
        """
        try:
            self.dealer_ids.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody is working with %(dealers)s or their customers at this"
                    " very moment. Wait a little and try again.",
                    dealers=format_list(
                        self.env, self.dealer_ids.mapped("display_name")
                    ),
                )
            ) from error
        known = self._get_customer_ids(self.env.cr)
        with self.env.registry.cursor() as cr:
            if self._get_customer_ids(cr) - known:
                raise ConcurrencyError("a customer has come meanwhile")

    def _move_dealers_below(self):
        """Let the dealers right below stand where the user has them go."""
        moved = self.env["truck.dealer"]
        by_parent = {}
        for dealer, parent in self._get_new_parents().items():
            by_parent.setdefault(parent, []).append(dealer.id)
        # Up first: the successor may be one of them, and take in the others.
        for parent in sorted(by_parent, key=lambda dealer: dealer == self.successor_id):
            dealers = moved.browse(by_parent[parent])
            dealers.parent_id = parent
            moved |= dealers
        return moved

    def _hand_over_customers(self):
        """Give all customers to the successor; return their number."""
        if not self.successor_id:
            return 0
        # sudo: no customer is left behind, whether or not the user may see him
        partners = self.env["res.partner"].sudo()
        return len(
            partners._truck_hand_over(self.dealer_ids, self.successor_id, self.date)
        )

    def _hand_over_quotations(self):
        """Give what is not sold yet to the successor; return its number."""
        # sudo: no quotation is left behind, whether or not the user may see it
        quotations = self.env["sale.order"].sudo().search(self._get_quotation_domain())
        if quotations:
            quotations.truck_dealer_id = self.successor_id
        return len(quotations)

    def _end(self):
        self.dealer_ids.write(
            {
                "state": "terminated",
                **self.dealer_ids._prepare_termination_vals(
                    self.date, self.reason.strip(), self.successor_id
                ),
            }
        )
        self.dealer_ids.activity_unlink([ACTIVITY_TYPE])

    def _tell(self, customers, quotations, moved):
        """Leave a message on the dealers and on the successor, and on nobody else."""
        figures = {
            "dealers": format_list(self.env, self.dealer_ids.mapped("display_name")),
            "successor": self.successor_id.display_name or self.env._("nobody"),
            "customers": customers,
            "quotations": quotations,
            "moved": format_list(self.env, moved.mapped("display_name"))
            if moved
            else self.env._("none"),
        }
        text = self.env._(
            "Terminated: %(dealers)s. Successor: %(successor)s. Customers handed over:"
            " %(customers)s. Quotations handed over: %(quotations)s. Dealers moved:"
            " %(moved)s.",
            **figures,
        )
        body = plaintext2html(f"{text}\n{self.reason.strip()}")
        for dealer in self.dealer_ids | self.successor_id:
            dealer.message_post(body=body)
