from odoo import api, fields, models

from .truck_contact_limit import MOST


class TruckContactWarning(models.AbstractModel):
    """Warns whoever is about to contact a person once too often; blocks nothing.

    A model that inherits it tells whom it contacts, and shows the field.
    """

    _name = "truck.contact.warning"
    _description = "Warning of Too Many Contacts"

    truck_contact_warning = fields.Text(
        string="Contact Limit", compute="_compute_truck_contact_warning"
    )

    @api.depends(lambda self: self._truck_get_contact_triggers())
    @api.depends_context("company", "uid", "lang")
    def _compute_truck_contact_warning(self):
        Limit = self.env["truck.contact.limit"]
        for record in self:
            partners, kind = record._truck_get_planned_contact()
            # ids: of somebody who is being changed, what is saved counts
            partners = partners._origin[:MOST]
            record.truck_contact_warning = bool(partners) and Limit._get_warning(
                partners, kind=kind
            )

    @api.model
    def _truck_get_contact_triggers(self):
        """Return the fields that tell whom it is about, for ``api.depends``."""
        return []

    def _truck_get_planned_contact(self):
        """Return the persons to be contacted, and the kind of contact.

        The kind is one that can count (``truck_contact_limit.COUNTED_BY``), or None
        when it is not known; no persons when nobody of ours contacts them.
        """
        return self.env["res.partner"], None
