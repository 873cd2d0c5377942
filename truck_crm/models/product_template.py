from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    # One at most; a One2many because the link is held by the model.
    truck_model_ids = fields.One2many(
        "truck.model",
        inverse_name="product_tmpl_id",
        string="Truck Model",
        context={"active_test": False},
    )

    @api.constrains("tracking")
    def _check_truck_tracking(self):
        self.truck_model_ids._check_product_tracking()

    def action_truck_view_model(self):
        """Open the truck model that is sold as this product."""
        self.ensure_one()
        return self.truck_model_ids._get_records_action(name=self.env._("Truck Model"))
