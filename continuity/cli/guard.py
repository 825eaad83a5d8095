"""The last step of every stage and command: errors become one clear message and an exit status."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable

from continuity.errors import ContinuityError, could_not

INTERRUPTED = 130  # the shell's convention for Ctrl-C


def run(main: Callable[[], object]) -> None:
    """Call ``main`` and exit: 0, 1 after an error's message, 130 after Ctrl-C. No traceback for bad input."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # so set by a stage while it is imported
        signal.signal(signal.SIGINT, signal.default_int_handler)
    status = 0
    try:
        main()
    except ContinuityError as error:
        _say(f"error: {error}")
        status = 1
    except KeyboardInterrupt:
        _say("interrupted: everything finished so far is kept; run the same command again to go on")
        status = INTERRUPTED
    except OSError as error:  # a full disk, a read-only folder: not a defect of this program
        _say(f"error: {could_not(error)}")
        status = 1
    sys.exit(status)


def _say(text: str) -> None:
    sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)
