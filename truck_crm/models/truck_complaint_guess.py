from odoo import api, models
from odoo.fields import Domain

from ..tools import complaint_text


class TruckComplaintGuess(models.AbstractModel):
    """Who a complaint that came in is from, and what it is about.

    A guess only fills in what it is sure of. It asks as superuser, since nobody may be
    there who could ask; what it finds is shown to who may see the complaint.
    """

    _name = "truck.complaint.guess"
    _description = "Complaint From Outside"

    @api.model
    def _guess_vals(self, company, email=None, subject=None, body=None):
        """Return who a mail is from, and which trucks it names.

        :param company: of the complaint
        :param str email: of the sender, normalised
        :return: customer and contact (none if several could be meant), vehicles, and
            the dealer when he wrote himself
        """
        vehicles = self._find_vehicles(
            company,
            complaint_text.find_vins(subject) or complaint_text.find_vins(body),
            complaint_text.find_plates(subject) or complaint_text.find_plates(body),
        )
        senders = self._find_senders(company, email)
        customer = self._pick_customer(senders.commercial_partner_id, vehicles)
        dealer = self._find_dealer(company, customer, senders)
        if dealer and dealer.tier_id.is_reseller:
            # he writes for a customer of his: whoever has the truck
            customer = self._get_holders(vehicles)
            customer = customer if len(customer) == 1 else dealer.partner_id
        contacts = senders.filtered(
            lambda p: p.commercial_partner_id == customer and p != customer
        )
        vals = {
            "partner_id": customer.id,
            "contact_id": contacts.id if len(contacts) == 1 else False,
            "vehicle_ids": vehicles.ids,
        }
        return vals | ({"dealer_id": dealer.id} if dealer else {})

    @api.model
    def _find_senders(self, company, email):
        """Return the people outside with this address."""
        if not email:
            return self.env["res.partner"]
        partners = self.env["res.partner"].sudo()
        return partners.search(
            Domain("email_normalized", "=", email)
            & Domain("partner_share", "=", True)
            & Domain("company_id", "in", [False, *company.parent_ids.ids])
        )

    @api.model
    def _find_vehicles(self, company, vins, plates):
        """Return the vehicles of a company with these VINs or plates."""
        vehicles = self.env["truck.vehicle"].sudo()
        if not vins and not plates:
            return vehicles
        return vehicles.search(
            (Domain("vin", "in", vins) | Domain("plate", "in", plates))
            & Domain("company_id", "in", [False, *company.parent_ids.ids])
        )

    @api.model
    def _get_holders(self, vehicles):
        """Return who has vehicles: the operator, where it is not the owner."""
        holders = self.env["res.partner"].sudo()
        for vehicle in vehicles:
            holders |= (vehicle.operator_id or vehicle.owner_id).commercial_partner_id
        return holders

    @api.model
    def _pick_customer(self, customers, vehicles):
        """Return the customer when there is one only, or one with these vehicles."""
        if len(customers) > 1:
            customers &= (
                vehicles.owner_id | vehicles.operator_id
            ).commercial_partner_id
        return customers if len(customers) == 1 else customers.browse()

    @api.model
    def _find_dealer(self, company, customer, people):
        """Return the dealer who writes himself: by his company, or by his staff."""
        dealers = self.env["truck.dealer"].sudo()
        dealers = dealers.search(
            Domain("company_id", "in", company.parent_ids.ids)
            & (
                Domain("partner_id", "in", customer.ids)
                | Domain("staff_ids.partner_id", "in", people.ids)
            )
        )
        return dealers if len(dealers) == 1 else dealers.browse()
