"""Where everything lies. Nothing is written into the checkout."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEV = ROOT / "dev"
CACHE = Path(
    os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "truck_crm"
).absolute()
DOWNLOADS = CACHE / "downloads"
LOCKS = CACHE / "locks"
LOGS = CACHE / "logs"
# Odoo's files belong to databases, so each database server has its own
SERVER = "-".join(filter(None, map(os.environ.get, ("PGHOST", "PGPORT"))))
DATA_DIR = CACHE / f"data{re.sub(r'[^a-zA-Z0-9]+', '-', SERVER and '-' + SERVER)}"
