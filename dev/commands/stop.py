"""`python3 dev stop`: stop the database server of the cache."""

from dev import postgres


def main(argv):
    """Stop the server; the next command that needs it starts it again."""
    postgres.Server(postgres.FOLDER, postgres.programs()).stop()
    return 0
