"""A comparison in sentences, for the terminal and for the page."""

from __future__ import annotations

from continuity.comparison.compared import VERDICTS, Comparison, Row, Whole
from continuity.comparison.sides import HERE


def of(name: str) -> str:
    """Whose scaled identity it is, as it stands in a sentence."""
    return "that here" if name == HERE else f"that of {name}"


def of_run(name: str) -> str:
    return name if name == HERE else f"in {name}"


def whole(found: Comparison) -> str:
    """The difference over all rows with its interval, or why there is none."""
    one = found.whole
    if one.difference is None:
        return f"Scaled identity {of_run(found.now)} and {of_run(found.before)} cannot be compared: {one.reason}."
    return (
        f"Scaled identity {of_run(found.now)} less {of(found.before)}: {signed(one.difference)} ({interval(one)}; "
        f"{one.pairs} {'look' if one.pairs == 1 else 'looks'} in shots){verdict(one)}."
    )


def same(found: Comparison) -> str:
    """That nothing was compared, and how something would be; empty where the runs differ."""
    if not found.same:
        return ""
    return (
        f"Both sides are the same: {found.now} and {found.before} have the same clip in every shot. Name the run that "
        "you mean: `dvc exp show --only-changed` lists experiments, `git log --oneline` commits."
    )


def verdict(one: Whole) -> str:
    """What follows from it, after a colon, and from which p; or why nothing does."""
    because = one.reason
    if one.verdict in ("drifted", "better", "within noise") and one.p is not None:
        because = f"p {written_p(one.p)}"
    return f": {one.verdict}" + (f" ({because})" if because else "")


def interval(one: Whole) -> str:
    """Its 95 % interval."""
    if one.low is None or one.high is None:
        return "one shot has no interval"
    return f"95 % interval over shots {signed(one.low)} to {signed(one.high)}"


def worth(found: Comparison) -> str:
    """What the references are worth, where ``found`` is with them against without."""
    one = found.whole
    if one.difference is None:
        return f"What the references are worth is not known: {one.reason}."
    because = one.reason or (f"p {written_p(one.p)}" if one.p is not None else "")
    word = f"{one.verdict}, " if one.verdict in ("within noise", "not known") else ""
    return f"The references are worth {signed(one.difference)} of scaled identity ({interval(one)}; {word}{because})."


def counted(found: Comparison) -> str:
    """How many rows have which verdict."""
    if not found.rows:
        return "The two runs have no character in any shot in common."
    each = [f"{number} {word}" for word in VERDICTS if (number := found.count(word))]
    return f"Of {len(found.rows)} characters in shots: {', '.join(each)}."


def on_model(row: Row) -> str:
    """Whether the select passes, and whether it did before where that has changed."""
    names = {True: "yes", False: "no", None: "no verdict"}
    now, before = names[row.passed], names[row.passed_before]
    return now if now == before else f"{before} → {now}"


def signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.3f}".replace("-", "−")


def written_p(p: float) -> str:
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}" if p < 0.01 else f"{p:.2f}"
