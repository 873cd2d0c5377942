"""One story: the truck maker 龙腾重卡, its channel, its customers and their trucks.

Each chapter is a module with a ``build(stage)``; what it makes, later ones find on the
stage. The rows that a reader may want to change stand in ``data/*.csv``.
"""

from . import (
    catalogue,
    changes,
    channel,
    company,
    competitors,
    complaints,
    contacts,
    customers,
    dealer_files,
    desk,
    emergencies,
    expenses,
    fleets,
    grades,
    greetings,
    handover,
    interactions,
    invoices,
    languages,
    leads,
    personal,
    portal,
    returns,
    sales,
    silence,
    solutions,
    territories,
    today,
    trust,
    users,
    vehicles,
    yards,
)
from .stage import Stage

CHAPTERS = (
    company,
    users,
    catalogue,
    territories,
    channel,
    customers,
    contacts,
    sales,
    returns,
    yards,
    invoices,
    vehicles,
    competitors,
    fleets,
    changes,
    dealer_files,
    leads,
    personal,
    handover,
    expenses,
    trust,
    grades,
    greetings,
    interactions,
    desk,
    solutions,
    complaints,
    emergencies,
    today,
    silence,
    portal,
)


def is_told(env):
    """Tell whether the demo company is in the database already."""
    users = env["res.users"].with_context(active_test=False)
    return bool(users.search_count([("login", "=like", "demo\\_admin")], limit=1))


def tell(env):
    """Build all chapters, in their order."""
    languages.load(env)
    stage = Stage(env)
    for chapter in CHAPTERS:
        chapter.build(stage)
    env.flush_all()
