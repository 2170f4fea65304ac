"""The one place where an error becomes words on the terminal: English first, then Indonesian."""

import sys
from collections.abc import Callable

from edge.config.load import ConfigError
from edge.net.helper import HelperGone
from edge.net.netns import NetnsMissing
from edge.outbox.errors import OutboxError
from edge.schema.errors import SchemaError, StoreError
from edge.service.build import BoxRefused
from modem_drivers.errors import ModemError

REFUSED = 1


def explained(program: Callable[[], object]) -> int:
    """Run *program*; return its exit status, or print what is wrong and return 1."""
    try:
        program()
    except SystemExit as exc:
        return exc.code if isinstance(exc.code, int) else 0
    except (BoxRefused, StoreError, OutboxError, ModemError) as exc:
        complain(exc.text, exc.text_id)
        return REFUSED
    except (ConfigError, SchemaError, HelperGone, NetnsMissing) as exc:
        complain(str(exc))
        return REFUSED
    return 0


def complain(text: str, text_id: str = "") -> None:
    """Print an error for people on standard error."""
    print(f"pantau: {text}", file=sys.stderr)
    if text_id:
        print(f"pantau: (id) {text_id}", file=sys.stderr)
