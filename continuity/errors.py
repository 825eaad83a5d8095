"""Every error a user can meet, as one tree.

ContinuityError
 ├─ ConfigError        a file under ``conf/`` or ``params.yaml`` says something that cannot be done
 ├─ MasterError        a master is missing, unreadable, or changed without being accepted
 ├─ MediaError         a picture, clip or sound is missing, truncated or not what its name says
 ├─ RequestRefused     a provider does not take what a request asks for; nothing was sent
 │   ├─ ModelEnded       something is missing, and its model has ended; nothing was sent to it
 │   ├─ ConsentMissing   a real person has not agreed, or no longer agrees; nothing was sent, reused or cut
 │   └─ FrameUnfit       a shot would start from a frame without the face that it needs; nothing was sent
 ├─ JobFailed          a provider took a request and did not deliver it
 │   ├─ OutcomeUnknown   the answer to a submission was lost: it may have been accepted, and billed
 │   ├─ NotTaken         a submission was certainly not taken, and may be sent again after a while
 │   ├─ Moderated        a service refuses these words or pictures, and would refuse them again
 │   └─ ResultLost       a service no longer has what it made
 ├─ LeftAtService      a job was left with its service on purpose: a later run collects it
 ├─ ResultRejected     a delivered result is not what was asked for (length, resolution, sound)
 ├─ BudgetExceeded     going on would cost more than ``budget.max_usd``; nothing was sent
 ├─ StoreError         the store or the ledger cannot be read or written
 │   └─ LedgerMove       a job would go from one state to another that cannot follow it
 ├─ ScorerUnavailable  an encoder's weights are not on this machine and cannot be had
 └─ ProjectError       the command was not started in a project, or the project lacks a file

A message says what happened, to which shot or file, and what to do next. Stages and the command
print it alone, without a traceback, and end with a non-zero status (``continuity.guard``).
"""


class ContinuityError(Exception):
    """The root: catch it to catch everything this package raises on purpose."""


class ConfigError(ContinuityError):
    """Raised when ``conf/`` or ``params.yaml`` asks for something unknown or out of range."""


class MasterError(ContinuityError):
    """Raised when a master is missing, unreadable, or differs from its locked hash."""


class MediaError(ContinuityError):
    """Raised when a media file is missing, empty, truncated or of another kind than its name.

    ``what`` happened to which file, and the ``way_out``, are apart, so that whoever asked for a file can give the
    way out that suits it (``continuity.media.reading.way_out``).
    """

    def __init__(self, what: str, way_out: str = "") -> None:
        super().__init__(what, way_out)
        self.what, self.way_out = what, way_out

    def __str__(self) -> str:
        return f"{self.what}; {self.way_out}" if self.way_out else self.what


class RequestRefused(ContinuityError):
    """Raised before anything is sent, when a provider or model does not take a request."""


class ModelEnded(RequestRefused):
    """Raised before anything is sent to a model whose card says that it has ended."""


class ConsentMissing(RequestRefused):
    """Raised before anything is sent, reused or cut that shows a real person, or has their voice, without consent."""


class FrameUnfit(RequestRefused):
    """Raised before anything is sent, where the frame that a shot would start from lacks the face that it needs."""


class JobFailed(ContinuityError):
    """Raised when a provider accepted a request and did not deliver a result."""


class OutcomeUnknown(JobFailed):
    """Raised by an adapter when a submission's answer was lost; nothing is sent again by itself."""


class NotTaken(JobFailed):
    """Raised when nobody answered the call, or the service said to come later: nothing was taken, nothing billed.

    ``after_seconds`` is when the service wants to be asked again, where it says so.
    """

    def __init__(self, message: str, after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.after_seconds = after_seconds


class Moderated(JobFailed):
    """Raised when a service refuses what a request says or shows; it is not sent again as it is."""


class ResultLost(JobFailed):
    """Raised when a service has forgotten a job, or its result."""


class LeftAtService(ContinuityError):
    """Raised where a run that does not wait has sent what it could; no failure, and nothing is lost.

    ``sent`` is false of a job for which its service had no room beside the others.
    """

    def __init__(self, message: str, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class ResultRejected(ContinuityError):
    """Raised when a delivered result was decoded and is not what the request asked for."""


class BudgetExceeded(ContinuityError):
    """Raised before spending, when the plan would cost more than its ceiling."""


class StoreError(ContinuityError):
    """Raised when the store or ledger cannot be read or written (full disk, read-only folder)."""


class LedgerMove(StoreError):
    """Raised for a move that `continuity.jobs.states` does not have."""


class ScorerUnavailable(ContinuityError):
    """Raised when an encoder's weights are missing; never answered by a substitute encoder."""


class ProjectError(ContinuityError):
    """Raised when a command needs a project and the current folder is not one."""


def could_not(error: OSError) -> str:
    """An error of the file system as a sentence: which file, why, and the way out."""
    file = str(error.filename2 or error.filename or "").removeprefix("file:")  # FFmpeg writes addresses
    where = f"{file}: " if file else ""
    return f"{where}{error.strerror or error}; free room or mend the rights, then run again: nothing finished is lost"
