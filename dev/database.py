"""Databases with their filestores: make, clone, rename, drop."""

import os
import re
import shutil
import time

from dev import postgres
from dev.build import locked
from dev.paths import DATA_DIR
from dev.process import environment, run
from dev.say import Refusal

FILESTORE = DATA_DIR / "filestore"
CLONE = re.compile(r"truck_crm_run_(\d+)_\d+")


def sql(statement, database="postgres"):
    """Run statements as Odoo's role; return the rows as lists of strings."""
    psql = [postgres.programs() / "psql", "-XqAt", "-F", "\t", "-v", "ON_ERROR_STOP=1"]
    env = environment(**postgres.connection())
    rows = run(*psql, "-d", database, "-c", statement, env=env)
    return [row.split("\t") for row in rows.splitlines()]


def names():
    """Return the names of all databases."""
    return {name for (name,) in sql("SELECT datname FROM pg_database")}


def comment(name):
    """Return what `set_comment` has noted about a database."""
    rows = sql(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        f" WHERE datname = '{name}'"
    )
    return rows[0][0]


def set_comment(name, text):
    """Note something about a database that its clones do not inherit."""
    sql(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")


def create(name):
    """Make an empty database, sorted by code point and knowing Chinese letters."""
    sql(
        f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"
        " LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
    )
    sql("CREATE EXTENSION IF NOT EXISTS pg_trgm", name)


def clone(source, name=None):
    """Copy a database and its filestore; return the copy's name.

    Without a name it is one for this process only, which `drop_leftovers` knows.
    The files are hard links: Odoo names them by content and never writes into them.
    """
    name = name or f"truck_crm_run_{os.getpid()}_{time.monotonic_ns()}"
    drop(name)
    with locked(f"database-{source}"):  # nobody may be changing it meanwhile
        if (FILESTORE / source).exists():
            shutil.copytree(FILESTORE / source, FILESTORE / name, copy_function=os.link)
        disconnect(source)
        sql(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    return name


def rename(source, name):
    """Give a database its final name; the database comes last, as the proof of both."""
    shutil.rmtree(FILESTORE / name, ignore_errors=True)
    if (FILESTORE / source).exists():
        (FILESTORE / source).rename(FILESTORE / name)
    disconnect(source)
    sql(f'ALTER DATABASE "{source}" RENAME TO "{name}"')


def drop(name):
    """Remove a database and its files, whoever is connected."""
    command = f'DROP DATABASE IF EXISTS "{name}"'
    try:
        sql(f"{command} WITH (FORCE)")
    except Refusal:
        # An autovacuum is the server's own: a drop without force sends it away.
        sql(command)
    shutil.rmtree(FILESTORE / name, ignore_errors=True)


def touch(name):
    """Note that a database is used now, in the time of its filestore."""
    (FILESTORE / name).mkdir(parents=True, exist_ok=True)
    os.utime(FILESTORE / name)


def last_use(name):
    """Return when `touch` was called last, 0 for never."""
    folder = FILESTORE / name
    return folder.stat().st_mtime if folder.exists() else 0


def disconnect(name):
    """End the sessions on a database, which would keep it from being copied.

    A worker of autovacuum gives way by itself, and we may not end it.
    """
    sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )


def drop_leftovers():
    """Remove the clones of runs that were killed before they could do it."""
    for name in names():
        found = CLONE.fullmatch(name)
        if found and not os.path.exists(f"/proc/{found[1]}"):
            drop(name)
