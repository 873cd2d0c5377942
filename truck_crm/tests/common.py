from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

# Valid, check digit included; the serials are invented.
VINS = (
    "LGGA2B4D6RL300101",
    "LGGA2B4D0SL300102",
    "LZZ5CLVC7PN812345",
    "LFWSRXSJ2RAC12345",
    "LGAX4C450NH654321",
    "LZGJLDT48LX098765",
)


class TruckCrmCommon(BaseCommon):
    """A maker with a small channel, one truck product, and a user of each role.

    dealer tree (tier)                       users (login: role)
    ------------------                       -------------------
    agent South (regional agent)             seller: salesperson of agent South
      └─ dealer Nanning (dealer)             rival: another salesperson
           ├─ sub Qinzhou (sub-dealer)       key: key-account manager
           └─ haulier Beibu (transport)      manager, service, admin
    agent North (regional agent)             clerk: warehouse, no role in Truck CRM
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tiers = {
            name: cls.env.ref(f"truck_crm.truck_dealer_tier_{name}")
            for name in ("agent", "dealer", "sub_dealer", "transport")
        }
        cls._set_up_users()
        cls._set_up_dealers()
        cls._set_up_trucks()
        cls.customer = cls.env["res.partner"].create(
            {"name": "Haulier", "is_company": True}
        )

    @classmethod
    def _set_up_users(cls):
        groups = {
            "seller": "truck_crm.truck_crm_group_user",
            "rival": "truck_crm.truck_crm_group_user",
            "key": "truck_crm.truck_crm_group_key_account",
            "manager": "truck_crm.truck_crm_group_manager",
            "service": "truck_crm.truck_crm_group_service",
            "admin": "truck_crm.truck_crm_group_admin",
            "clerk": "stock.group_stock_user",
        }
        cls.users = {
            name: new_test_user(cls.env, login=f"truck_{name}", groups=group)
            for name, group in groups.items()
        }

    @classmethod
    def _set_up_dealers(cls):
        cls.south = cls._create_dealer("South", "agent", user_id=cls.users["seller"].id)
        cls.nanning = cls._create_dealer("Nanning", "dealer", cls.south)
        cls.qinzhou = cls._create_dealer("Qinzhou", "sub_dealer", cls.nanning)
        cls.beibu = cls._create_dealer("Beibu", "transport", cls.nanning)
        cls.north = cls._create_dealer("North", "agent")

    @classmethod
    def _set_up_trucks(cls):
        cls.brand = cls.env["truck.brand"].create({"name": "Own", "is_own": True})
        cls.product = cls._create_serial_product("Tractor")
        cls.model = cls.env["truck.model"].create(
            {
                "name": "T560",
                "brand_id": cls.brand.id,
                "product_tmpl_id": cls.product.product_tmpl_id.id,
                "warranty_months": 36,
                "warranty_km": 200000,
            }
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )

    @classmethod
    def _create_dealer(cls, name, tier, parent=None, **values):
        partner = cls.env["res.partner"].create({"name": name, "is_company": True})
        return cls.env["truck.dealer"].create(
            {
                "partner_id": partner.id,
                "tier_id": cls.tiers[tier].id,
                "parent_id": parent and parent.id,
                "state": "active",
                **values,
            }
        )

    @classmethod
    def _create_serial_product(cls, name, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "is_storable": True,
                "tracking": "serial",
                "list_price": 400000,
                "taxes_id": False,
                **values,
            }
        )

    @classmethod
    def _create_vehicle(cls, vin=VINS[0], **values):
        return cls.env["truck.vehicle"].create(
            {"vin": vin, "model_id": cls.model.id, **values}
        )

    @classmethod
    def _stock(cls, *vins, product=None):
        """Put serial numbers on stock and return their lots."""
        product = product or cls.product
        lots = cls.env["stock.lot"].create(
            [{"name": vin, "product_id": product.id} for vin in vins]
        )
        for lot in lots:
            cls.env["stock.quant"]._update_available_quantity(
                product, cls.warehouse.lot_stock_id, 1, lot_id=lot
            )
        return lots

    @classmethod
    def _sell(cls, quantity=1, product=None, price=400000, discount=0, **values):
        """Return a confirmed order of trucks."""
        product = product or cls.product
        line = {
            "product_id": product.id,
            "product_uom_qty": quantity,
            "price_unit": price,
            "discount": discount,
        }
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "warehouse_id": cls.warehouse.id,
                "order_line": [Command.create(line)],
                **values,
            }
        )
        order.action_confirm()
        return order

    @classmethod
    def _deliver(cls, pickings, lots=None, backorder=True):
        """Validate transfers, moving exactly ``lots`` when they are given."""
        for picking in pickings:
            picking.action_assign()
            if lots is not None:
                cls._set_lots(picking, lots)
            picking.move_ids.picked = True
            picking.with_context(
                skip_backorder=True,
                picking_ids_not_to_backorder=[] if backorder else picking.ids,
            ).button_validate()

    @classmethod
    def _set_lots(cls, picking, lots):
        picking.move_line_ids.unlink()
        for lot in lots:
            move = picking.move_ids.filtered(
                lambda m, lot=lot: m.product_id == lot.product_id
            )
            cls.env["stock.move.line"].create(
                {
                    "move_id": move[:1].id,
                    "picking_id": picking.id,
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "quantity": 1,
                    "location_id": picking.location_id.id,
                    "location_dest_id": picking.location_dest_id.id,
                }
            )

    @classmethod
    def _return(cls, picking):
        """Return a delivery as a whole and validate the return."""
        wizard = (
            cls.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        for line in wizard.product_return_moves:
            line.quantity = line.move_quantity
        action = wizard.action_create_returns()
        back = cls.env["stock.picking"].browse(action["res_id"])
        back.move_ids.picked = True
        back.button_validate()
        return back

    @classmethod
    def _find_vehicle(cls, vin=VINS[0]):
        return cls.env["truck.vehicle"].search([("vin", "=", vin)])

    @staticmethod
    def _date(text):
        return fields.Date.to_date(text)
