"""Documents whose commands are typed: their blocks in order, as one script for a shell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conftest import TEMPLATE

BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
SHELL = ("", "sh", "bash", "shell", "console")


@dataclass(frozen=True)
class Block:
    document: str
    kind: str
    code: str

    @property
    def file(self) -> str:
        """The file of the project that it shows, by its first line; empty where it shows none."""
        found = re.match(r"# (conf/[\w/.-]+\.yaml)\n", self.code)
        return found[1] if found else ""

    @property
    def writes(self) -> str:
        """The command that writes this file."""
        return f"mkdir -p {Path(self.file).parent} && cat > {self.file} <<'END'\n{self.code}END"

    def named(self, table: Mapping[str, str]) -> str:
        return next((value for words, value in table.items() if self.code.startswith(words)), "")


def blocks_of(documents: Iterable[str]) -> list[Block]:
    found = []
    for document in documents:
        for indent, kind, code in BLOCK.findall((TEMPLATE / document).read_text(encoding="utf-8")):
            found.append(Block(document, kind, re.sub(rf"^{indent}", "", code, flags=re.MULTILINE)))
    return found


@dataclass(frozen=True)
class Typist:
    """What is typed of blocks, and what in the place of words that cannot be."""

    not_run: Mapping[str, str] = field(default_factory=dict)  # the first words of a block -> why it is not typed
    stand_ins: Mapping[str, str] = field(default_factory=dict)  # words of the documents -> what stands in for them
    before: Mapping[str, str] = field(default_factory=dict)  # the first words of a block -> what its reader has done

    def types(self, block: Block) -> bool:
        return block.kind in SHELL and not block.named(self.not_run)

    def code(self, block: Block) -> str:
        """Its commands, with what stands in for some of their words."""
        code = block.code
        for words, instead in self.stand_ins.items():
            code = code.replace(words, instead)
        return code

    def check(self, blocks: list[Block]) -> None:
        """The tables name blocks and words that are there."""
        shown = [block for block in blocks if block.kind in SHELL]
        for table in (self.not_run, self.before):
            for words in table:
                assert sum(block.code.startswith(words) for block in shown) == 1, words
        for words in self.stand_ins:
            assert any(words in block.code for block in shown if self.types(block)), words


def heading(block: Block, number: int) -> str:
    """The line of a script that says which block comes."""
    return f'echo; echo "=== {block.document} {number}"'


def said(printed: str) -> dict[str, str]:
    """What each block has printed, by its heading."""
    return dict(re.findall(r"^=== (\S+ \d+)\n(.*?)(?=^===|\Z)", printed, re.MULTILINE | re.DOTALL))
