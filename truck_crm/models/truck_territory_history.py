from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class TruckTerritoryHistory(models.Model):
    """A customer came from one territory to another, and maybe to another salesperson.

    Written by re-cutting, for all customers in one statement, and when an address
    changes.
    """

    _name = "truck.territory.history"
    _description = "Territory History"
    _inherit = ["truck.in.use.mixin"]
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    territory_from_id = fields.Many2one(
        "truck.territory",
        string="Old Territory",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    territory_to_id = fields.Many2one(
        "truck.territory",
        string="New Territory",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    user_from_id = fields.Many2one(
        "res.users", string="Salesperson Before", readonly=True, ondelete="restrict"
    )
    user_to_id = fields.Many2one(
        "res.users", string="Salesperson After", readonly=True, ondelete="restrict"
    )
    is_handover = fields.Boolean(
        string="Other Salesperson",
        compute="_compute_is_handover",
        search="_search_is_handover",
    )
    date = fields.Date(required=True, readonly=True)
    changed_by_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")

    @api.depends("user_from_id", "user_to_id")
    def _compute_is_handover(self):
        for row in self:
            row.is_handover = row.user_from_id != row.user_to_id

    @api.model
    def _search_is_handover(self, operator, value):
        if operator != "in":
            return NotImplemented

        def to_sql(model, alias, query):
            return SQL(
                "%s IS DISTINCT FROM %s",
                model._field_to_sql(alias, "user_from_id", query),
                model._field_to_sql(alias, "user_to_id", query),
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _record(self, before):
        """Write down who of some partners stands in another territory than before.

        :param dict before: the territory by partner
        """
        today = self.env.company._truck_to_local_date(fields.Datetime.now())
        # sudo: the history is nobody's to write; who corrects an address, in the
        # accounts or in the warehouse, need not read territories
        before = {partner.sudo(): old.sudo() for partner, old in before.items()}
        return self.sudo().create(
            [
                {
                    "partner_id": partner.id,
                    "territory_from_id": old.id,
                    "territory_to_id": partner.truck_territory_id.id,
                    "user_from_id": partner.user_id.id,
                    "user_to_id": partner.user_id.id,
                    "date": today,
                    "changed_by_id": self.env.uid,
                    "company_id": (partner.truck_territory_id or old).company_id.id,
                }
                for partner, old in before.items()
                if partner.truck_territory_id != old
            ]
        )
