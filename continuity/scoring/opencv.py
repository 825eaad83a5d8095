"""OpenCV as scoring uses it: one code path on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import cv2


@contextmanager
def one_code_path() -> Iterator[None]:
    """Without Intel's IPP, whose cubic scaling and flow depend on the CPU it finds, and on one thread.

    Put back after: others in this process may draw with OpenCV, and what they draw must not depend on scoring.
    """
    threads, ipp = cv2.getNumThreads(), cv2.ipp.useIPP()
    cv2.setNumThreads(1)  # takes are scored by one process per core
    cv2.ipp.setUseIPP(False)
    try:
        yield
    finally:
        cv2.ipp.setUseIPP(ipp)
        cv2.setNumThreads(threads)
