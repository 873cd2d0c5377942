from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

# Of a confirmed order, what the figures of customers are made of.
FACTS = {"company_id", "date_order", "partner_id", "state"}


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = [
        "sale.order",
        "truck.interaction.mixin",
        "truck.complaint.subject",
        "truck.in.use.mixin",
    ]

    _truck_interaction_field = "order_id"
    _truck_complaint_field = "order_id"
    _truck_subscription_field = "partner_id"

    truck_dealer_id = fields.Many2one(
        "truck.dealer",
        string="Dealer",
        compute="_compute_truck_dealer_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        domain="[('state', '!=', 'terminated')]",
        help="Dealer through whom the trucks are sold.",
    )
    truck_end_customer_id = fields.Many2one(
        "res.partner",
        string="End Customer",
        check_company=True,
        help="For whom a dealer buys the trucks; they become the owner of the vehicles."
        " Empty: the customer of the order.",
    )
    truck_operator_id = fields.Many2one(
        "res.partner",
        string="Operator",
        check_company=True,
        help="Who runs the trucks, when that is not the owner: the driver whose truck"
        " is registered in the name of a transport company.",
    )
    truck_vehicle_count = fields.Integer(
        string="Vehicles",
        compute="_compute_truck_vehicle_count",
        groups="truck_crm.truck_crm_group_user,truck_crm.truck_crm_group_service",
    )

    def _auto_init(self):
        # Made before the ORM would fill it: old orders stay without a dealer instead
        # of being recomputed one by one while the addon is installed.
        if not column_exists(self.env.cr, self._table, "truck_dealer_id"):
            create_column(self.env.cr, self._table, "truck_dealer_id", "int4")
        return super()._auto_init()

    def _create(self, data_list):
        orders = super()._create(data_list)
        confirmed = [
            order.id
            for order, data in zip(orders, data_list, strict=True)
            if data["stored"].get("state") == "sale"
        ]
        if confirmed:
            self.env["truck.customer.metrics.mark"]._add("order", confirmed)
        return orders

    def _write_multi(self, vals_list):
        # Here and not in write(): also what is computed reaches the database here.
        after, before = [], []
        for order, vals in zip(self, vals_list, strict=True):
            if not FACTS.isdisjoint(vals):
                after.append(order.id)
            if vals.get("state") in ("draft", "cancel") or "partner_id" in vals:
                before.append(order.id)
        marks = self.env["truck.customer.metrics.mark"]
        if after:
            marks._add("order", after)
        if before:
            marks._add("partner", self._truck_get_stored_partners(before))
        return super()._write_multi(vals_list)

    def _truck_get_stored_partners(self, order_ids):
        """Return the customers of confirmed orders in the database, before writing."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT partner_id FROM sale_order
                    WHERE id = ANY(%s) AND state = 'sale'""",
                order_ids,
            )
        )
        return [partner_id for (partner_id,) in rows]

    @api.depends("partner_id", "company_id")
    def _compute_truck_dealer_id(self):
        for order in self:
            dealer = order.partner_id._truck_get_dealer(order.company_id)
            order.truck_dealer_id = dealer

    def _compute_truck_vehicle_count(self):
        groups = self.env["truck.vehicle"]._read_group(
            [("sale_line_id.order_id", "in", self.ids)], ["sale_line_id"], ["__count"]
        )
        self.truck_vehicle_count = 0
        for line, count in groups:
            line.order_id.truck_vehicle_count += count

    def action_truck_view_vehicles(self):
        """Open the vehicles delivered on these orders."""
        return self.env["truck.vehicle"]._action_view(
            [("sale_line_id.order_id", "in", self.ids)]
        )

    def _truck_prepare_interaction_vals(self):
        return {
            **self._truck_prepare_customer_vals(self.partner_id),
            "order_id": self.id,
            "company_id": self.company_id.id,
        }

    def _truck_prepare_complaint_vals(self):
        return {"partner_id": self.partner_id.id, "order_id": self.id}

    def _truck_get_subscribed(self):
        return self.partner_id.commercial_partner_id

    def _truck_get_date(self):
        """Return the day of the order where the company is."""
        self.ensure_one()
        return self.company_id._truck_to_local_date(self.date_order)
