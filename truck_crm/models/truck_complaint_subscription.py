from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL, format_list

# By what new cases are picked, each with the field of the complaint.
CRITERIA = ("partner_id", "dealer_id", "vehicle_id", "category_id")


class TruckComplaintSubscription(models.Model):
    """Somebody wants to hear of new complaints: of a customer, dealer, vehicle, topic.

    Whoever fits becomes a follower of the case and is told of it, if he may read it.
    """

    _name = "truck.complaint.subscription"
    _description = "Complaint Subscription"
    _order = "user_id, id"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users",
        string="User",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        index=True,
        ondelete="cascade",
    )
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        index="btree_not_null",
        ondelete="cascade",
    )
    dealer_id = fields.Many2one(
        "truck.dealer",
        string="Dealer and All Below",
        index="btree_not_null",
        ondelete="cascade",
    )
    vehicle_id = fields.Many2one(
        "truck.vehicle",
        string="Vehicle",
        index="btree_not_null",
        ondelete="cascade",
    )
    category_id = fields.Many2one(
        "truck.complaint.category",
        string="Category and All Below",
        index="btree_not_null",
        ondelete="cascade",
    )

    _once_uniq = models.UniqueIndex(
        "(user_id, coalesce(partner_id, 0), coalesce(dealer_id, 0),"
        " coalesce(vehicle_id, 0), coalesce(category_id, 0))",
        "This is followed already.",
    )
    _check_criteria = models.Constraint(
        "CHECK(num_nonnulls(partner_id, dealer_id, vehicle_id, category_id) > 0)",
        "Subscription without a customer, dealer, vehicle or category: choose one at"
        " least.",
    )

    @api.depends("user_id", *CRITERIA)
    def _compute_display_name(self):
        for row in self:
            names = [row[name].display_name for name in CRITERIA if row[name]]
            row.display_name = format_list(self.env, names)

    def _is_only(self, name):
        """Tell whether nothing but one criterion picks the cases."""
        self.ensure_one()
        return not any(self[other] for other in CRITERIA if other != name)

    def write(self, vals):
        res = super().write(vals)
        if "user_id" in vals:  # for whom it has become is asked, too
            self.check_access("write")
        return res

    @api.model
    def _find(self, complaints):
        """Return ``{user id: ids of complaints}`` that subscriptions lead to.

        One query; whether the user may read them is not asked here.
        """
        complaints.flush_recordset()
        for model in (self._name, "truck.dealer", "truck.complaint.category"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT subscription.user_id, complaint.id
                  FROM truck_complaint AS complaint
                  LEFT JOIN truck_dealer AS dealer ON dealer.id = complaint.dealer_id
                  LEFT JOIN truck_complaint_category AS category
                    ON category.id = complaint.category_id
                  JOIN truck_complaint_subscription AS subscription
                    ON subscription.active
                   AND (subscription.partner_id IS NULL
                        OR subscription.partner_id = complaint.partner_id)
                   AND (subscription.dealer_id IS NULL
                        OR subscription.dealer_id = ANY (
                            string_to_array(trim('/' FROM dealer.parent_path), '/')
                            ::int[]))
                   AND (subscription.category_id IS NULL
                        OR subscription.category_id = ANY (
                            string_to_array(trim('/' FROM category.parent_path), '/')
                            ::int[]))
                   AND (subscription.vehicle_id IS NULL
                        OR EXISTS (
                            SELECT FROM truck_complaint_truck_vehicle_rel AS rel
                             WHERE rel.truck_complaint_id = complaint.id
                               AND rel.truck_vehicle_id = subscription.vehicle_id))
                  JOIN res_users ON res_users.id = subscription.user_id
                   AND res_users.active
                 WHERE complaint.id = ANY(%s)
                """,
                complaints.ids,
            )
        )
        found = defaultdict(list)
        for user_id, complaint_id in rows:
            found[user_id].append(complaint_id)
        return found
