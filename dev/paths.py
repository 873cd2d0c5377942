"""Where everything lies. Nothing is written into the checkout."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEV = ROOT / "dev"
CACHE = Path(
    os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "truck_crm"
).absolute()
DOWNLOADS = CACHE / "downloads"
LOCKS = CACHE / "locks"
LOGS = CACHE / "logs"
DATA_DIR = CACHE / "data"
