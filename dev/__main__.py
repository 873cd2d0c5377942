"""Entry of every launcher in `bin/`: `python3 dev COMMAND [ARGUMENT...]`."""

import importlib
import sys
from pathlib import Path

# Run as a folder, Python puts dev/ itself on the path; the package lies one above.
sys.path[0] = str(Path(__file__).resolve().parent.parent)


def main():
    """Run the command named by the first argument, turning refusals into one line."""
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit("truck_crm needs Python 3.11 or newer, this is " + sys.version)
    from dev.say import Refusal

    command = importlib.import_module(f"dev.commands.{sys.argv[1]}")
    try:
        sys.exit(command.main(sys.argv[2:]))
    except Refusal as refusal:
        sys.exit(f"error: {refusal}")
    except KeyboardInterrupt:
        sys.exit(130)


main()
