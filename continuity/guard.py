"""The last step of every stage and command: errors become one clear message and an exit status."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from continuity import signals
from continuity.errors import ContinuityError, could_not


def run(main: Callable[[], object]) -> None:
    """Call ``main`` and exit: 0, or 1 after an error's message. No traceback for bad input.

    After a signal that asks for an end it is the shell's status: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP.
    """
    with signals.answered():
        status = _status_of(main)
    sys.exit(status)


def _status_of(main: Callable[[], object]) -> int:
    try:
        main()
    except ContinuityError as error:
        _say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        _say("interrupted: everything finished so far is kept; run the same command again to go on")
        return signals.status(signals.heard() or signal.SIGINT)
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that nothing fails at exit
        return signals.status(getattr(signal, "SIGPIPE", 13))
    except OSError as error:  # a full disk, a read-only folder: not a defect of this program
        _say(f"error: {could_not(error)}")
        return 1
    return 0


def _say(text: str) -> None:
    sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)
