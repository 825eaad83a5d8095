"""How WAV files are laid out (RIFF, and RF64 for long ones): is the sound there that the header promises?"""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN = 0xFFFFFFFF  # the length that programs write which stream into a pipe, and RF64 files


@dataclass(frozen=True)
class Data:
    """The chunk of samples: where it begins, how many bytes the header promises (None: all that follow),
    and how many there are."""

    begin: int
    promised: int | None
    present: int


def data_chunk(file: bytes) -> Data | None:
    """None for what is no WAV, or holds no chunk of samples."""
    if file[:4] not in (b"RIFF", b"RF64", b"BW64") or file[8:12] != b"WAVE":
        return None
    at, long = 12, UNKNOWN
    while at + 8 <= len(file):
        name, size = file[at : at + 4], int.from_bytes(file[at + 4 : at + 8], "little")
        if name == b"ds64":
            long = int.from_bytes(file[at + 16 : at + 24], "little")
        if name == b"data":
            begin = at + 8
            size = long if size == UNKNOWN else size
            unwritten = size == 0 and int.from_bytes(file[4:8], "little") + 8 <= begin  # the recorder was cut off
            return Data(begin, None if size == UNKNOWN or unwritten else size, len(file) - begin)
        at += 8 + size + size % 2
    return None


def with_unknown_length(file: bytes, data: Data) -> bytes:
    """The same file, to be read to its end."""
    return file[: data.begin - 4] + UNKNOWN.to_bytes(4, "little") + file[data.begin :]
