from odoo import api, models
from odoo.exceptions import ValidationError


class TruckDealerPlace(models.AbstractModel):
    """Where in the channel a dealer may stand.

    Kept apart from ``truck.dealer``, which inherits it and holds its fields.
    """

    _name = "truck.dealer.place"
    _description = "Place of a Dealer"

    @api.constrains("parent_id", "tier_id")
    def _check_tier(self):
        """A dealer stands where its tier allows, and so do those right below it."""
        for dealer in self | self.child_ids:
            problem = dealer._get_tier_problem(dealer.parent_id)
            if problem:
                raise ValidationError(problem)

    def _get_tier_problem(self, parent):
        """Tell why this dealer's tier cannot stand under ``parent``, or an empty one.

        :return: the message for the user, or None when it can
        """
        self.ensure_one()
        tier = self.tier_id
        if parent and parent.tier_id not in tier.parent_tier_ids:
            return self.env._(
                "Tier of %(dealer)s: a %(tier)s cannot stand under a %(parent_tier)s"
                " (%(parent)s). Allowed above it: %(allowed)s.",
                dealer=self.display_name,
                tier=tier.name,
                parent_tier=parent.tier_id.name,
                parent=parent.display_name,
                allowed=tier._get_allowed_text(),
            )
        if not parent and not tier.is_root:
            return self.env._(
                "Stands Under of %(dealer)s: a %(tier)s cannot stand directly under the"
                " manufacturer. Allowed above it: %(allowed)s.",
                dealer=self.display_name,
                tier=tier.name,
                allowed=tier._get_allowed_text(),
            )
        return None

    @api.constrains("state", "parent_id")
    def _check_terminated(self):
        """What is over leaves nobody behind: no customers, and no dealer below."""
        for dealer in self | self.child_ids:
            parent = dealer.parent_id
            if parent.state == "terminated" and dealer.state != "terminated":
                raise ValidationError(
                    self.env._(
                        "Stands Under of %(dealer)s: %(parent)s is terminated. Choose"
                        " another dealer above it.",
                        dealer=dealer.display_name,
                        parent=parent.display_name,
                    )
                )
        over = self.filtered(lambda dealer: dealer.state == "terminated")
        # sudo: no customer is left behind, whether or not the user may see him
        left = over.sudo()._get_customers(limit=1)
        if left:
            raise ValidationError(
                self.env._(
                    "State of %(dealer)s: it still serves customers, such as"
                    " %(customer)s. Terminate it with the button Terminate, which asks"
                    " who takes them over.",
                    dealer=left.truck_dealer_id.display_name,
                    customer=left.display_name,
                )
            )
