"""What the workshops have learnt: symptom, cause, remedy, and who found it helpful."""

from datetime import timedelta

from odoo.fields import Command
from odoo.tools import plaintext2html

from .desk import category
from .past import moment, set_back
from .stage import rows

# The last ones are still being written.
DRAFTS = ("ground_point", "charge_seat")
# What holds for more models than this holds for all.
MANY = 5
VOTERS = (
    *("demo_service", "demo_service2", "demo_user", "demo_user2", "demo_user3"),
    *("demo_key", "demo_manager", "demo_gm"),
)


def build(stage):
    """Enter the solutions, approve most of them, and let people vote."""
    stage.rng = stage.random("solutions")
    entries = rows("solutions")
    solutions = stage.env["truck.solution"].create(
        [_prepare_vals(stage, row) for row in entries]
    )
    stage.solutions = {
        row["key"]: solution for row, solution in zip(entries, solutions, strict=True)
    }
    approved = solutions.browse(
        solution.id for key, solution in stage.solutions.items() if key not in DRAFTS
    )
    approved.action_approve()
    for row in entries:
        solution = stage.solutions[row["key"]]
        solution.is_published = bool(row["published"]) and solution in approved
    _vote(stage, entries)
    moments = {
        solution: moment(stage.rng, stage.today - timedelta(days=350 - 3 * number))
        for number, solution in enumerate(solutions)
    }
    set_back(moments, "write_date", by=stage.users["demo_service"])
    set_back(
        {version: moments[version.solution_id] for version in solutions.version_ids},
        by=stage.users["demo_service"],
    )


def _prepare_vals(stage, row):
    models = stage.env["truck.model"].search(
        [
            ("is_own", "=", True),
            ("use", "in", row["uses"].split("|")),
            ("fuel", "in", row["fuels"].split("|")),
        ]
    )
    if len(models) > MANY:
        models = models.browse()
    return {
        "name": row["name"],
        "cause": plaintext2html(row["cause"]),
        "remedy": plaintext2html(row["remedy"].replace("；", "；\n")),
        "fault_code": row["codes"],
        "category_id": category(stage, row["category"]).id,
        "model_ids": [Command.set(models.ids)],
        "company_id": stage.company.id,
    }


def _vote(stage, entries):
    """Most who vote found it helpful; one in ten did not."""
    stage.env["truck.solution.vote"].create(
        [
            {
                "solution_id": stage.solutions[row["key"]].id,
                "user_id": stage.users[login].id,
                "value": -1 if stage.rng.random() < 0.1 else 1,
            }
            for row in entries
            for login in stage.rng.sample(VOTERS, min(int(row["votes"]), len(VOTERS)))
        ]
    )
