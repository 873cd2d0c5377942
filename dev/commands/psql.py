"""bin/psql: PostgreSQL's own client, on any database of the server."""

import os

from dev import postgres
from dev.process import environment


def main(argv):
    """Become psql, as the superuser where the server is ours."""
    program = str(postgres.programs() / "psql")
    env = environment(**postgres.connection(superuser=True))
    os.execve(program, [program, *(argv or ["postgres"])], env)
