from odoo import api, models


class TruckCustomerContactMetrics(models.AbstractModel):
    """The part of a customer's figures that interactions make."""

    _name = "truck.customer.contact.metrics"
    _description = "Contacts in Figures"

    @api.model
    def _update_contacts(self, partner_ids=None):
        """Bring last contact and contacts of 12 months up to date.

        :param partner_ids: ids of commercial entities, or None for all
        :return: number of rows written
        """
        return 0
