from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, split_every

ACTIVITY_TYPE = "truck_crm.mail_activity_type_dealer_contract"


class TruckDealerContract(models.AbstractModel):
    """The contract of a dealer: that its end is noticed, and what is left of it.

    Kept apart from ``truck.dealer``, which inherits it and holds its fields.
    """

    _name = "truck.dealer.contract"
    _description = "Contract of a Dealer"

    @api.depends("contract_date_start", "contract_date_end", "state", "company_id")
    def _compute_contract_state(self):
        for dealer in self:
            start, end = dealer.contract_date_start, dealer.contract_date_end
            today, notice = dealer.company_id._truck_get_contract_days()
            if dealer.state == "terminated" or not (start or end):
                dealer.contract_state = False
            elif not end or end > notice:
                dealer.contract_state = "running"
            else:
                dealer.contract_state = "ended" if end < today else "ending"

    # ------------------------------------------------------------
    # THE DAILY JOB
    # ------------------------------------------------------------

    @api.model
    def _cron_remind_contracts(self, batch_size=100):
        """Give whoever looks after a dealer an activity before its contract ends.

        Each end is told of once: the mark is written in the transaction of the
        activity, with the dealer locked. A dealer after whom nobody looks stays due.
        """
        cron = self.env["ir.cron"]
        domain = self._get_contract_due_domain()
        due_ids = self.search(domain, order="id").ids
        cron._commit_progress(remaining=len(due_ids))
        for ids in split_every(batch_size, due_ids, list):
            # Another server may be at it: ask again once locked.
            due = self.browse(ids).try_lock_for_update().filtered_domain(domain)
            due._remind_of_contract()
            if not cron._commit_progress(len(ids)):
                return

    @api.model
    def _get_contract_due_domain(self):
        """Domain of the dealers of whose contract's end nobody was told yet."""
        waiting = (
            Domain("state", "!=", "terminated")
            & Domain("is_contract_reminded", "=", False)
            & Domain("contract_date_end", "!=", False)
        )
        ends = Domain.FALSE
        for (company,) in self._read_group(waiting, ["company_id"]):
            _today, notice = company._truck_get_contract_days()
            ends |= Domain("company_id", "=", company.id) & Domain(
                "contract_date_end", "<=", notice
            )
        return waiting & ends

    def _remind_of_contract(self):
        """Make the activity of each dealer for its salesperson, or who acts for him."""
        for dealer in self:
            user = dealer._get_salesperson()
            if not user:
                continue
            today, _notice = dealer.company_id._truck_get_contract_days()
            user = user._truck_get_substitute(today)
            dealer.with_context(lang=user.lang)._schedule_contract_activity(user)
            dealer.is_contract_reminded = True

    def _get_salesperson(self):
        """Return who looks after the dealer: its own salesperson, or one above it."""
        self.ensure_one()
        above = map(int, reversed(self.parent_path.split("/")[:-1]))
        for dealer in self.browse(above):
            if dealer.user_id.active:
                return dealer.user_id
        return self.env["res.users"]

    def _schedule_contract_activity(self, user):
        self.activity_schedule(
            ACTIVITY_TYPE,
            date_deadline=self.contract_date_end,
            summary=self.env._(
                "Contract ends on %(date)s",
                date=format_date(self.env, self.contract_date_end),
            ),
            note=self.env._("Renew the contract, or terminate the dealer."),
            user_id=user.id,
        )

    def _close_contract_reminders(self):
        """Close the activities about an end that has been changed."""
        self.activity_feedback(
            [ACTIVITY_TYPE], feedback=self.env._("The end of the contract has changed.")
        )

    # ------------------------------------------------------------
    # THE END
    # ------------------------------------------------------------

    def _get_serving_dealer(self):
        """Return who serves now what this dealer served: itself, or who came after.

        :return: none when the dealer was terminated and nobody followed it
        """
        dealer, seen = self, self.browse()
        while dealer.state == "terminated" and dealer not in seen:
            seen |= dealer
            dealer = dealer.successor_id
        return dealer - seen

    @api.model
    def _prepare_termination_vals(self, date=False, reason=False, successor=None):
        """Return what a dealer knows of its end; without arguments, nothing."""
        return {
            "termination_date": date,
            "termination_reason": reason,
            "successor_id": successor and successor.id,
        }
