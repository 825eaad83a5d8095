"""Mutated configurations: a plan that survives its file, or one message that names a file; no traceback, no hang."""

from __future__ import annotations

import json
import random
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
import yaml

from continuity.errors import ConfigError, ProjectError
from continuity.plan.compose import compose
from continuity.plan.schema import Plan
from tests.conftest import TEMPLATE, Project
from tests.fuzz import rounds

MOST_SECONDS = 5.0  # of processor time
PARAMS = "series: tiny\nmodels: local\nscorer: embedded\nquality: tiny\nseed: 7\ntakes: 2\nbudget: {max_usd: 5.0}\n"
OVERRIDES = [
    "cards.puppet-video.parameters.drift=0.5",
    "series.episodes.e01.scenes.cafe.shots.t02.seconds=2",
    "+series.episodes.e01.scenes.cafe.shots.t01.takes=3",
    "executor=serial",
    "series.title='x'",
]
FILES = [  # what the tiny series is composed of, its series and the params more often
    *["conf/series/tiny.yaml"] * 6,
    *["params.yaml"] * 4,
    "conf/config.yaml",
    "conf/character/ami.yaml",
    "conf/character/kit.yaml",
    "conf/location/cafe.yaml",
    "conf/voice/ami.yaml",
    "conf/model/puppet-video.yaml",
    "conf/model/puppet-motion.yaml",
    "conf/models/local.yaml",
    "conf/quality/tiny.yaml",
    "conf/scorer/embedded.yaml",
    "conf/executor/processes.yaml",
]
# What a slip or a hostile hand may write where a value is wanted, as YAML.
VALUES = [
    *r"""yes
no
on
~
010
0o10
1_000
1:30
.5e3
1e400
-1
0
2.0
'2'
1e9
1000000000
99999999999999999999999
.nan
-.inf
2026-12-24
=
<<
nan
???
{}
[]
{a: 1}
[1]
[ami, ami]
!!int 5
!!python/object/apply:os.system [ls]
!!binary aGk=
&a *a
&a [*a]
*nowhere
${oc.env:HOME}
${oc.decode:'[1]'}
${a.${b}}
${seed}
${.title}
${nowhere}
${series}
\${x}
"\${x}"
../../x
/etc/passwd
file:///etc
pkg://hydra.conf
con
text
size
hydra
_target_
ami
kit
cafe
happy
é אבג 🦊
%TAG
@a
`a
|
>
-
?
#
{{ }}
"\0"
"\ud800"
"a\nb"
""".splitlines(),
    "x" * 5000,
    "[" * 60 + "]" * 60,
    "{a: " * 40 + "}" * 40,
]
KEYS = ["no", "12", "~", "size", "_target_", "hydra", "defaults", "<<", "a.b", "é", "x" * 300, "? [a]", "text", "takes"]


def marked(random: random.Random, values: Any) -> str:
    """A tree as YAML with one place in it changed; ``HERE`` and ``KEY`` stand where raw YAML is to be put."""
    copy = json.loads(json.dumps(values))
    places = list(_places(copy))
    holder, key = random.choice(places)
    match random.randrange(7):
        case 0 if isinstance(holder, dict):
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder["KEY"] = holder.pop(key)
        case 2 if isinstance(holder, dict):
            holder["KEY"] = "HERE"
        case 3:
            other, at = random.choice(places)
            holder[key] = json.loads(json.dumps(other[at])) if other is not holder else "HERE"
        case 4:
            holder[key] = [holder[key]]
        case _:
            holder[key] = "HERE"
    return yaml.safe_dump(copy, sort_keys=False, allow_unicode=True, width=1000)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from _places(value[key])


def structure(random: random.Random, content: bytes) -> bytes:
    text = marked(random, yaml.safe_load(content))
    return text.replace("HERE", random.choice(VALUES)).replace("KEY", random.choice(KEYS)).encode()


def edit(random: random.Random, content: bytes) -> bytes:
    """What a person may well mean: another number, more words, a comment, other quotes."""
    text = content.decode()
    match random.randrange(4):
        case 0:
            numbers = list(re.finditer(r"\b\d+(\.\d+)?\b", text))
            number = random.choice(numbers)[0] if numbers else ""
            return text.replace(number, str(random.choice([0, 1, 2, 0.5, 3, 12, 24, 400, 10**6])), 1).encode()
        case 1:
            return re.sub(
                r"\b(Ami|Kit|[Tt]he|a)\b", random.choice(["é 🦊", "Ami", "{kit}", "无"]), text, count=2
            ).encode()
        case 2:
            return text.replace("\n", f"  # {random.choice(VALUES)[:20]}\n", 1).encode()
        case _:
            return text.replace('"', "'").encode()


def override(random: random.Random, content: bytes) -> bytes:
    """As `structure`, with an override that is sound or mutated itself."""
    texts = random.sample(OVERRIDES, 2)
    key, _, value = texts[0].partition("=")
    mutated = random.choice(
        [
            f"{key}={random.choice(VALUES)}",
            f"{random.choice('+~')}{key}",
            f"{key}.{random.choice(KEYS)}={value}",
            f"hydra.{key}={value}",
            f"{key}@{random.choice(KEYS)}={value}",
            texts[0][: random.randrange(len(texts[0]))],
            f"{key}={{a: [{value}, {random.choice(VALUES)}]}}",
        ]
    )
    return content + yaml.safe_dump({"overrides": [texts[1], mutated]}, allow_unicode=True, width=9999).encode()


def lines(random: random.Random, content: bytes) -> bytes:
    """Lines lost, doubled, swapped and shifted, as in a merge gone wrong."""
    rows = content.splitlines(keepends=True)
    at, other = random.randrange(len(rows)), random.randrange(len(rows))
    match random.randrange(6):
        case 0:
            rows.pop(at)
        case 1:
            rows.insert(at, rows[other])
        case 2:
            rows[at], rows[other] = rows[other], rows[at]
        case 3:
            rows[at] = random.choice([b" ", b"\t", b"  ", b"- "]) + rows[at]
        case 4:
            rows[at:at] = [b"<<<<<<< HEAD\n", rows[other], b"=======\n", rows[at], b">>>>>>> other\n"]
        case _:
            rows[at:at] = random.choice([[b"---\n"], [b"# @package _global_\n"], [b"%YAML 1.1\n"], [b"...\n"]])
    return b"".join(rows)


def damage(random: random.Random, content: bytes) -> bytes:
    """Bytes flipped, lost, put in, cut off; another encoding."""
    at = random.randrange(len(content))
    end = min(len(content), at + random.randrange(1, 40))
    return random.choice(
        [
            content[:at],
            content[:at] + content[end:],
            content[:at] + random.randbytes(random.randrange(1, 9)) + content[at:],
            content[:at] + bytes([content[at] ^ 1 << random.randrange(8)]) + content[at + 1 :],
            content[:at] + content[at:end][::-1] + content[end:],
            content[:at] + random.choice(VALUES).encode() + content[at:],
            b"\xef\xbb\xbf" + content,
            content.decode().encode("utf-16"),
            content.replace(b"\n", b"\r\n"),
            content[:at] + b"\0" * 100 + content[at:],
            b"",
        ]
    )


def bomb(random: random.Random, content: bytes) -> bytes:
    """What is small and means much: aliases of aliases, references to references, depth, length."""
    levels = random.randrange(5, 60)
    aliases = "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, levels))
    references = "".join(f"r{n}: ${{.r{n - 1}}}${{.r{n - 1}}}\n" for n in range(1, levels))
    added = random.choice(
        [
            f"b0: &b0 [x]\n{aliases}",
            f"r0: xxxxxxxx\n{references}",
            f"deep: {'[' * levels * 50}\n",
            "".join(f"{'  ' * n}d{n}:\n" for n in range(levels)),
            f"long: {'x' * (levels << 14)}\n",
            "".join(f"k{n}: v\n" for n in range(levels * 100)),
            f"n: {'9' * levels * 100}\n",
        ]
    )
    return content + added.encode()


MUTATIONS: list[Callable[[random.Random, bytes], bytes]] = [
    *[structure] * 6,
    *[edit] * 3,
    *[override] * 2,
    *[lines] * 2,
    *[damage] * 2,
    bomb,
]


def mutated(seed: int, root: Path) -> tuple[str, bytes]:
    """A file of the project and its new content."""
    source = random.Random(f"conf {seed}")
    mutation = source.choice(MUTATIONS)
    file = "params.yaml" if mutation is override else source.choice(FILES)
    content = (root / file).read_bytes()
    return file, mutation(source, content)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(TEMPLATE / "conf", tmp_path / "conf")
    (tmp_path / "params.yaml").write_text(PARAMS)
    return tmp_path


def judged(root: Path) -> str:
    """What composing came to: ``"planned"`` or ``"refused"``; fails on anything else."""

    def no_constant(name: str) -> NoReturn:
        raise AssertionError(f"the plan holds {name}")

    began = time.process_time()
    try:
        plan = compose(root)
    except (ConfigError, ProjectError) as error:
        message = str(error)
        assert re.search(r"conf/[\w/-]+\.yaml|params\.yaml|conf/\w+/", message), message
        assert str(root) not in message
        assert len(message.splitlines()) <= 10 and len(message) < 8000
        return "refused"
    finally:
        assert time.process_time() - began < MOST_SECONDS
    text = plan.model_dump_json()
    json.loads(text, parse_constant=no_constant)
    assert Plan.model_validate_json(text) == plan
    return "planned"


def test_a_mutated_configuration_is_planned_or_refused_with_a_message(root: Path) -> None:
    outcomes = {"planned": 0, "refused": 0}
    for seed in rounds(short=16, soak=600):
        file, content = mutated(seed, root)
        sound = (root / file).read_bytes()
        (root / file).write_bytes(content)
        try:
            outcomes[judged(root)] += 1
        except BaseException as error:
            error.add_note(f"seed {seed}, {file}")
            raise
        finally:
            (root / file).write_bytes(sound)
    assert min(outcomes.values()) > 0, outcomes


@pytest.mark.parametrize("words", [("python", "-m", "stages.compose"), ("continuity", "check")])
def test_the_commands_say_the_same_without_a_traceback(new_project: Project, words: tuple[str, ...]) -> None:
    for seed in rounds(short=1, soak=15):
        file, content = mutated(1000 + seed, new_project.root)
        sound = (new_project.root / file).read_bytes()
        (new_project.root / file).write_bytes(content)
        done = new_project.command(*words)
        said = done.stdout + done.stderr
        assert done.returncode in (0, 1) and "Traceback" not in said, f"seed {1000 + seed}, {file}:\n{said}"
        (new_project.root / file).write_bytes(sound)
