"""Frame rates, exactly: whole ones as ``24``, those of television and phones as fractions, ``30000/1001``.

In JSON a whole rate is a number and any other is a text. Nothing counts frames with a rounded decimal: at 29.97 for
30000/1001 an hour would be wrong by four frames.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

MOST = 1000  # frames per second
_FINEST = 1001  # below the line of a rate: what encoders and containers keep

# As people and players call them -> what they are.
CALLED = {
    float(name): Fraction(whole * 1000, 1001)
    for whole, names in ((24, ("23.976", "23.98")), (30, ("29.97",)), (60, ("59.94",)), (120, ("119.88",)))
    for name in names
}
_FRACTION = re.compile(r"([1-9]\d{0,6})/([1-9]\d{0,3})")


def exact(value: object) -> int | Fraction:
    """A rate from how it is written: ``24``, ``"30000/1001"``, or ``29.97``, which means 30000/1001.

    A fraction that comes to a whole number is that number. Raises ValueError saying what would do.
    """
    if isinstance(value, bool):
        raise ValueError(_wanted(value))
    if isinstance(value, int):
        rate = Fraction(value)
    elif isinstance(value, Fraction):
        rate = value
    elif isinstance(value, float) and value in CALLED:
        rate = CALLED[value]
    elif isinstance(value, str) and (parts := _FRACTION.fullmatch(value)):
        rate = Fraction(int(parts[1]), int(parts[2]))
    else:
        raise ValueError(_wanted(value))
    if not 0 < rate <= MOST or rate.denominator > _FINEST:
        raise ValueError(_wanted(value))
    return rate.numerator if rate.denominator == 1 else rate


def _wanted(value: object) -> str:
    names = ", ".join(f"{name:g}" for name in CALLED)
    return f"must be a whole number of frames a second, a fraction as 30000/1001, or one of {names}, got {value!r:.60}"


def written(rate: int | Fraction) -> int | str:
    """As JSON holds it, and a key: ``24``, ``"30000/1001"``."""
    return rate if isinstance(rate, int) else f"{rate.numerator}/{rate.denominator}"


def called(rate: int | float | Fraction) -> str:
    """As people say it: ``24``, ``29.97``, ``23.976``."""
    return next((f"{name:g}" for name, meant in CALLED.items() if meant == rate), f"{float(rate):g}")


def told(rate: int | Fraction) -> str:
    """For people who may have written the short form: ``29.97 frames per second, exactly 30000/1001``."""
    exactly = "" if isinstance(rate, int) else f", exactly {written(rate)}"
    return f"{called(rate)} frames per second{exactly}"


def _validated(value: Any) -> int | Fraction:
    try:
        return exact(value)
    except ValueError as error:
        raise PydanticCustomError("rate", "{what}", {"what": str(error)}) from None


Rate = Annotated[int | Fraction, PlainValidator(_validated), PlainSerializer(written, return_type=int | str)]
