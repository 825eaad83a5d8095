"""Being told to end: Ctrl-C, `kill`, a closed terminal, a machine that shuts down. All are answered in one way.

The first signal asks for an end in good order: it is raised as KeyboardInterrupt, what is in the making is finished
and kept. The second ends the process at once; what that leaves half made is swept by the next run
(``continuity.temporaries``), and workers go with their parent (``continuity.executor``).
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)  # the last two are of Unix and of Windows
SHOW_CURSOR = b"\x1b[?25h"

_heard: int | None = None  # the first signal that asked this process to end
_held = 0  # how many `unbroken` blocks the main thread is in
_owed = False  # a signal came in such a block, and is raised at its end
_unbroken = threading.RLock()
_look: Callable[[], None] | None = None  # what may send this process a signal, if only it is looked for


class Terminated(KeyboardInterrupt):
    """SIGTERM and its like: answered as Ctrl-C is, with another exit status."""


def heard() -> int | None:
    """The signal by which this process has been told to end, if it has."""
    return _heard


def status(number: int) -> int:
    """The exit status after a signal, by the shell's convention: 130 after Ctrl-C, 143 after SIGTERM."""
    return 128 + number


def end_without_a_word() -> None:
    """Let Ctrl-C end the process silently, until `answered`: while Python imports there is nothing to tidy up."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def answered() -> Iterator[None]:
    """Raise KeyboardInterrupt, or Terminated, at the first signal in the block, and end the process at the second.

    A signal that is ignored, as under ``nohup``, stays so.
    """
    global _heard, _owed
    _heard, _owed = None, False
    before = {number: handler for number in ENDING if (handler := signal.getsignal(number)) is not None}
    before = {number: handler for number, handler in before.items() if handler is not signal.SIG_IGN}
    for number in before:
        signal.signal(number, _answer)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _heard, _owed = None, False


def _answer(number: int, _: FrameType | None) -> None:
    global _heard, _owed
    if _heard is not None:
        if os.isatty(2):
            os.write(2, SHOW_CURSOR)  # a progress bar hides it, and has no time to undo that
        os._exit(status(number))
    _heard = number
    if _held:
        _owed = True
    else:
        raise _interruption(number)


def insist() -> None:
    """Between two items of work: raise the first signal again, which a library's own handler may have swallowed.

    What `on_insisting` names is called before.
    """
    if _look is not None:
        _look()
    if _heard is not None and not _held:
        raise _interruption(_heard)


def on_insisting(look: Callable[[], None]) -> None:
    """Call ``look``, which may send a signal to this process, whenever `insist` is called."""
    global _look
    _look = look


def _interruption(number: int) -> KeyboardInterrupt:
    return KeyboardInterrupt() if number == signal.SIGINT else Terminated()


def note(number: int) -> None:
    """Remember a signal in a process whose work goes on until its parent has heard of it."""
    global _heard
    _heard = _heard or number


@contextmanager
def unbroken() -> Iterator[None]:
    """Raise no first signal before the block has ended: what is sent must not be cut from its answer.

    For the main thread, and for moments.
    """
    global _held, _owed
    with _unbroken:
        _held += 1
        try:
            yield
        finally:
            _held -= 1
    if _owed and not _held and _heard is not None:
        _owed = False
        raise _interruption(_heard)


def end_when_whole(number: int, patience_seconds: float) -> None:
    """From another thread: end the process once the main thread is in no `unbroken` block, or patience is at an end."""
    _unbroken.acquire(timeout=patience_seconds)
    os._exit(status(number))
