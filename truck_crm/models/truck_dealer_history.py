from odoo import api, fields, models
from odoo.fields import Command

# What makes up a dealer's place in the channel: a change of any opens a new row.
PLACE_FIELDS = {"parent_id", "tier_id", "user_id"}


class TruckDealerHistory(models.Model):
    """Where a dealer stood in the channel, from when to when.

    The rows are written by the dealer whenever its place changes; people correct the
    days only. The open row, without an end, is what holds now.
    """

    _name = "truck.dealer.history"
    _description = "Dealer History"
    _inherit = ["truck.history.mixin"]
    _order = "date_from desc nulls last, id desc"
    _rec_name = "dealer_id"

    dealer_id = fields.Many2one(
        "truck.dealer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    parent_id = fields.Many2one(
        "truck.dealer",
        string="Stood Under",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: directly under the manufacturer.",
    )
    tier_id = fields.Many2one(
        "truck.dealer.tier",
        string="Tier",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    moved_dealer_ids = fields.Many2many(
        "truck.dealer",
        relation="truck_dealer_history_moved_rel",
        column1="history_id",
        column2="dealer_id",
        string="Moved Along",
        readonly=True,
        context={"active_test": False},
        help="Dealers below that came along on this move; they keep who stands right"
        " above them.",
    )
    moved_count = fields.Integer(string="Dealers Moved Along", readonly=True)
    date_from = fields.Date(
        string="From", help="Empty: since before the history was kept."
    )
    date_to = fields.Date(string="To")

    _open_uniq = models.UniqueIndex(
        "(dealer_id) WHERE date_to IS NULL",
        "Only one place of a dealer can be the present one: give the earlier one an"
        " end.",
    )
    _check_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_from <= date_to)",
        "The history of a dealer cannot end before it begins: correct From or To.",
    )

    @api.model
    def _record(self, dealers):
        """Write down where these dealers stand now.

        The row open so far ends today; a row begun today was a slip of the hand and
        goes.

        :return: the new rows
        """
        today = fields.Date.context_today(self)
        open_rows = self.search(
            [("dealer_id", "in", dealers.ids), ("date_to", "=", False)]
        ).grouped("dealer_id")
        changed, moved = dealers.browse(), dealers.browse()
        for dealer in dealers:
            row = open_rows.get(dealer, self.browse())
            if row and all(row[name] == dealer[name] for name in PLACE_FIELDS):
                continue
            changed |= dealer
            if row and row.parent_id != dealer.parent_id:
                moved |= dealer
            row._close(today)
        # The unique index sees the database: close the old rows before opening new.
        self.flush_model(["date_to"])
        below = self._get_below(moved)
        return self.create(
            [
                self._prepare_vals(dealer, today, below.get(dealer.id, []))
                for dealer in changed
            ]
        )

    @api.model
    def _get_below(self, dealers):
        """Return ``{dealer id: ids of all below it}``, by one query."""
        below = {dealer_id: [] for dealer_id in dealers.ids}
        if below:
            for dealer, ancestor_id in dealers._fetch_branch()._iterate_places(below):
                if dealer.id != ancestor_id:
                    below[ancestor_id].append(dealer.id)
        return below

    @api.model
    def _prepare_vals(self, dealer, date, below_ids):
        return {
            "dealer_id": dealer.id,
            "date_from": date,
            "moved_dealer_ids": [Command.set(below_ids)],
            "moved_count": len(below_ids),
            **{name: dealer[name].id for name in PLACE_FIELDS},
        }
