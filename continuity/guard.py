"""The last step of every stage and command: errors become one clear message and an exit status."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

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
        status = _told(main)
        sys.stdout.flush()  # while a reader that has gone can still be answered: at exit nothing can
        return status
    except BrokenPipeError:  # `| head` has read enough
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):  # so that nothing fails at exit
            try:
                stream.flush()
            except BrokenPipeError:
                os.dup2(nowhere, stream.fileno())
        return signals.status(getattr(signal, "SIGPIPE", 13))


def _told(main: Callable[[], object]) -> int:
    try:
        main()
    except ContinuityError as error:
        _say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        _say("interrupted: everything finished so far is kept; run the same command again to go on")
        return signals.status(signals.heard() or signal.SIGINT)
    except SystemExit as asked:  # a command that has found something wrong, or argparse, which has said what
        if asked.code is None or isinstance(asked.code, int):
            return asked.code or 0
        raise
    except BrokenPipeError:
        raise
    except OSError as error:  # a full disk, a read-only folder: not a defect of this program
        _say(f"error: {could_not(error)}")
        return 1
    return 0


def _say(text: str) -> None:
    with suppress(BrokenPipeError):  # who reads the one may be gone, and who reads the other not
        sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)
