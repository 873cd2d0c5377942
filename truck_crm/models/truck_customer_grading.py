from odoo import models


class TruckCustomerGrading(models.AbstractModel):
    """How rows of ``truck.customer.metrics`` get their grade and return class."""

    _name = "truck.customer.grading"
    _description = "Grading"

    def _grade(self, partner_ids=None):
        """Give the rows of these commercial entities (all if None) grade and class.

        Called by ``_refresh`` in the same transaction, after the figures are there.

        :param partner_ids: list of ids of ``res.partner``, or None
        """
