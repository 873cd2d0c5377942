from babel.dates import format_skeleton
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import babel_locale_parse, date_utils, get_lang, split_every

# Shown with a decimal, as are promises kept; the others are counts.
AVERAGES = ("response_hours", "solution_hours", "solution_days", "first_contact")
RECEIVED = (
    "__count",
    "response_hours:avg",
    "promise_kept:sum",
    "promise_broken:sum",
    "reopened:sum",
    "escalated:sum",
)
PIECE = 20  # rows of a table on paper
SOLVED = ("__count", *(f"{name}:avg" for name in AVERAGES[1:]))


class TruckComplaintMonthly(models.TransientModel):
    """The service report of a month: what came in, what was solved, how fast, by whom.

    Counted are the complaints that the user may see.
    """

    _name = "truck.complaint.monthly"
    _description = "Monthly Service Report"

    month = fields.Date(
        required=True,
        default=lambda self: self._default_month(),
        help="Any day of the month.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    team_ids = fields.Many2many("truck.complaint.team", string="Teams")
    dealer_id = fields.Many2one("truck.dealer", help="With all dealers below it.")
    file = fields.Binary(readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)

    def _default_month(self):
        today = fields.Date.context_today(self)
        return date_utils.start_of(today, "month") - relativedelta(months=1)

    @api.depends("month", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._(
                "Service Report %(month)s", month=report._get_month_name()
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_print(self):
        """Return the report as PDF."""
        self.ensure_one()
        self._check_month()
        report = self.env.ref("truck_crm.action_report_truck_complaint_monthly")
        return report.report_action(self)

    def action_export(self):
        """Return the report as a sheet, with the complaints of the month.

        :return: the action that downloads it
        """
        self.ensure_one()
        self._check_month()
        self._write_sheet()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.file_name}"
            "?download=true",
            "target": "self",
        }

    def _check_month(self):
        first = date_utils.start_of(self.month, "month")
        if first > self.company_id._truck_to_local_date(fields.Datetime.now()):
            raise UserError(
                self.env._(
                    "%(month)s has not begun: choose an earlier Month.",
                    month=self._get_month_name(),
                )
            )

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    def _get_month_name(self):
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton("yMMMM", self.month, locale=locale)

    def _get_bounds(self):
        """Return the first moment of the month and that of the next one, in UTC."""
        first = date_utils.start_of(self.month, "month")
        return tuple(
            self.company_id._truck_to_utc(day)
            for day in (first, first + relativedelta(months=1))
        )

    def _get_domains(self):
        """Return the domains of what came in, was solved, open before and after."""
        begin, end = self._get_bounds()
        base = Domain("company_id", "=", self.company_id.id)
        if self.team_ids:
            base &= Domain("team_id", "in", self.team_ids.ids)
        if self.dealer_id:
            base &= Domain("dealer_id", "child_of", self.dealer_id.ids)

        def open_at(moment):
            solved_later = Domain("date_solved", ">=", moment)
            return (
                base
                & Domain("date_open", "<", moment)
                & (Domain("date_solved", "=", False) | solved_later)
            )

        def during(name):
            return base & Domain(name, ">=", begin) & Domain(name, "<", end)

        return {
            "received": during("date_open"),
            "solved": during("date_solved"),
            "open_before": open_at(begin),
            "open_after": open_at(end),
        }

    def _get_total(self):
        """Return the figures of all together, ``{name: value}``."""
        (total,) = self._get_rows(None)
        return total | {"name": self.company_id.name}

    def _get_rows(self, groupby):
        """Return the figures per group, those with most complaints first.

        A handful of queries, however many groups.

        :param groupby: field of ``truck.complaint.report``, or None for one row of all
        :return: list of dicts; ``name`` is what the group is called
        """
        Report = self.env["truck.complaint.report"]
        names = [groupby] if groupby else []
        rows = {}
        aggregates = {"received": RECEIVED, "solved": SOLVED}
        for kind, domain in self._get_domains().items():
            wanted = aggregates.get(kind, ("__count",))
            for values in Report._read_group(domain, names, wanted):
                key = values[0] if groupby else False
                figures = values[1:] if groupby else values
                row = rows.setdefault(key, {})
                row[kind] = figures[0]
                row |= dict(zip(wanted[1:], figures[1:], strict=True))
        made = [self._make_row(key, row) for key, row in rows.items()]
        return sorted(made, key=lambda row: (-row["received"], row["name"]))

    def _make_row(self, key, figures):
        """Return a row of the report from what the queries gave."""
        kept = figures.get("promise_kept:sum") or 0
        due = kept + (figures.get("promise_broken:sum") or 0)
        averages = {name: figures.get(f"{name}:avg") for name in AVERAGES}
        return {
            # sudo: names of groups in an analysis that the user may read
            "name": key.sudo().display_name if key else self.env._("None"),
            "received": figures.get("received", 0),
            "solved": figures.get("solved", 0),
            "open_before": figures.get("open_before", 0),
            "open_after": figures.get("open_after", 0),
            # False where no complaint has such a value, which is not zero
            **{n: None if v is False else v for n, v in averages.items()},
            "promises_kept": 100 * kept / due if due else None,
            "reopened": figures.get("reopened:sum") or 0,
            "escalated": figures.get("escalated:sum") or 0,
        }

    def _get_columns(self):
        """Return ``[(name, title, decimals)]`` of the columns of every table."""
        titles = {
            "received": self.env._("Received"),
            "solved": self.env._("Solved"),
            "open_before": self.env._("Open Before"),
            "open_after": self.env._("Open After"),
            "response_hours": self.env._("Answer (working hours)"),
            "solution_hours": self.env._("Solution (working hours)"),
            "solution_days": self.env._("Solution (calendar days)"),
            "first_contact": self.env._("At First Contact (%)"),
            "promises_kept": self.env._("Promises Kept (%)"),
            "reopened": self.env._("Re-Opened"),
            "escalated": self.env._("Escalated"),
        }
        decimals = dict.fromkeys((*AVERAGES, "promises_kept"), 1)
        return [(name, title, decimals.get(name, 0)) for name, title in titles.items()]

    def _get_tables(self):
        """Return ``[(title, rows)]`` of the report. A hook."""
        return [
            (self.env._("By Team"), self._get_rows("team_id")),
            (self.env._("By Dealer"), self._get_rows("dealer_id")),
            (self.env._("By Category"), self._get_rows("main_category_id")),
            (self.env._("By Region"), self._get_rows("territory_id")),
        ]

    def _get_pieces(self, rows):
        """Return rows in lists that fit on a page; one empty list without rows."""
        return list(split_every(PIECE, rows, list)) or [[]]

    def _format(self, value, decimals):
        """Return a figure as the report shows it."""
        return "–" if value is None else f"{value:,.{decimals}f}"
