from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import clean_context


class TruckCustomerReassign(models.TransientModel):
    """Customers go to another salesperson, with what is open if it is to follow."""

    _name = "truck.customer.reassign"
    _description = "Reassign Customers"

    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        required=True,
        readonly=True,
        context={"active_test": False},
    )
    user_id = fields.Many2one(
        "res.users",
        string="New Salesperson",
        domain="[('share', '=', False)]",
        help="Who looks after these customers from now on.",
    )
    with_activities = fields.Boolean(
        string="Activities", default=True, help="What they have planned goes along."
    )
    with_leads = fields.Boolean(
        string="Leads and Opportunities",
        default=True,
        help="Open ones of the former salespeople go along.",
    )
    with_quotations = fields.Boolean(
        string="Quotations",
        default=True,
        help="Not yet confirmed ones of the former salespeople go along.",
    )
    reason = fields.Char(help="Noted in the chatter of each customer.")
    # Preview
    customer_count = fields.Integer(string="To Move", compute="_compute_counts")
    former_user_ids = fields.Many2many(
        "res.users", string="Former Salespeople", compute="_compute_former_user_ids"
    )
    unassigned_count = fields.Integer(
        string="Without a Salesperson", compute="_compute_counts"
    )
    activity_count = fields.Integer(string="Open Activities", compute="_compute_counts")
    lead_count = fields.Integer(string="Open Leads", compute="_compute_counts")
    quotation_count = fields.Integer(
        string="Open Quotations", compute="_compute_counts"
    )

    @api.depends("partner_ids", "user_id")
    def _compute_former_user_ids(self):
        for wizard in self:
            wizard.former_user_ids = wizard._get_moving().user_id

    @api.depends("partner_ids", "user_id", "with_leads", "with_quotations")
    def _compute_counts(self):
        for wizard in self:
            customers = wizard._get_moving()
            wizard.customer_count = len(customers)
            wizard.unassigned_count = len(customers.filtered(lambda c: not c.user_id))
            leads, quotations = wizard._get_leads(), wizard._get_quotations()
            wizard.lead_count = len(leads)
            wizard.quotation_count = len(quotations)
            wizard.activity_count = len(
                wizard._get_activities(
                    leads if wizard.with_leads else leads.browse(),
                    quotations if wizard.with_quotations else quotations.browse(),
                )
            )

    def _get_moving(self):
        """Return the customers that change hands: whose the user is not yet."""
        self.ensure_one()
        customers = self.partner_ids._origin
        return customers.filtered(
            lambda c: not self.user_id or c.user_id != self.user_id
        )

    def _get_open_domain(self):
        """Return the domain of what the former salespeople have open with them."""
        customers = self._get_moving()
        return Domain(
            [
                ("partner_id.commercial_partner_id", "in", customers.ids),
                ("user_id", "in", customers.user_id.ids),
            ]
        )

    def _get_leads(self):
        """Return the open leads that can go along."""
        return self.env["crm.lead"].search(
            self._get_open_domain() & Domain("won_status", "=", "pending")
        )

    def _get_quotations(self):
        """Return the quotations that can go along."""
        return self.env["sale.order"].search(
            self._get_open_domain() & Domain("state", "in", ("draft", "sent"))
        )

    def _get_activities(self, leads, quotations):
        """Return what is planned by the former salespeople with these.

        :param leads: leads whose activities count
        :param quotations: quotations whose activities count
        """
        customers = self._get_moving()
        people = self.env["res.partner"].search(
            [("commercial_partner_id", "in", customers.ids)]
        )
        reasons = Domain.OR(
            Domain("res_model", "=", records._name)
            & Domain("res_id", "in", records.ids)
            for records in (customers | people, leads, quotations)
        )
        return self.env["mail.activity"].search(
            reasons & Domain("user_id", "in", customers.user_id.ids)
        )

    def action_confirm(self):
        """Give the customers to the new salesperson, all or none.

        :raise UserError: without a new salesperson, or when nobody would move
        """
        self.ensure_one()
        self = self.with_env(self.env(context=clean_context(self.env.context)))
        if not self.user_id:
            raise UserError(
                self.env._("New Salesperson: choose who looks after these customers.")
            )
        customers = self._get_moving()
        if not customers:
            raise UserError(
                self.env._(
                    "New Salesperson: %(user)s looks after all of these customers"
                    " already. Choose somebody else.",
                    user=self.user_id.name,
                )
            )
        leads = self._get_leads() if self.with_leads else self.env["crm.lead"]
        orders = self.env["sale.order"]
        if self.with_quotations:
            orders = self._get_quotations()
        if self.with_activities:
            # nobody wants a mail for each
            activities = self._get_activities(leads, orders)
            activities.with_context(mail_activity_quick_update=True).write(
                {"user_id": self.user_id.id}
            )
        for records in (leads, orders):
            records.with_context(mail_auto_subscribe_no_notify=True).write(
                {"user_id": self.user_id.id}
            )
        customers._truck_assign(self.user_id, self.reason)
        return {"type": "ir.actions.act_window_close"}
