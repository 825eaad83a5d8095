"""One value written into a YAML file of a person's, all else of it, comments and form included, left byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from continuity.errors import ConfigError

_REST_OF_LINE = re.compile(r"[^\S\r\n]*(?:[&!][^\s]*[^\S\r\n]*)*(?:#[^\r\n]*)?(\r\n|\n)")


def with_value(text: str, path: Sequence[str], key: str, value: str, name: str) -> str:
    """``text`` with ``key: value`` in the mapping at ``path``: in the place of the value that is there, else first.

    ``value`` is YAML, on one line. Raises ConfigError, naming the file by ``name``, where that would change anything
    else, as in a mapping that anchors share, or where there is no such mapping.
    """
    byhand = ConfigError(f"{name}: {'.'.join([*path, key])}: cannot be written there by this command; write it by hand")
    try:
        before = yaml.safe_load(text)
        found = _mapping(yaml.compose(text, Loader=yaml.SafeLoader), path)
        if found is None:
            raise byhand
        edited = _edited(text, *found, key, value)
        after = yaml.safe_load(edited) if edited is not None else None
    except yaml.YAMLError:
        raise byhand from None
    if edited is None or after != _changed(before, [*path, key], value):
        raise byhand
    return edited


def _mapping(node: yaml.Node | None, path: Sequence[str]) -> tuple[yaml.Node | None, yaml.MappingNode] | None:
    """(the key, if any, the mapping under it); None where it is no mapping, or stands elsewhere in the file."""
    above: yaml.Node | None = None
    for name in path:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = [(key, value) for key, value in pairs if isinstance(key, yaml.ScalarNode) and key.value == name]
        if not found:
            return None
        above, node = found[0]
        if node.start_mark.index < above.end_mark.index:  # an alias
            return None
    return (above, node) if isinstance(node, yaml.MappingNode) else None


def _edited(text: str, above: yaml.Node | None, node: yaml.MappingNode, key: str, value: str) -> str | None:
    for one, there in node.value:
        if isinstance(one, yaml.ScalarNode) and one.value == key:
            if not isinstance(there, yaml.ScalarNode) or there.start_mark.index < one.end_mark.index:
                return None
            return text[: there.start_mark.index] + value + text[there.end_mark.index :]
    if node.flow_style:
        begin = text.index("{", node.start_mark.index) + 1
        return f"{text[:begin]}{key}: {value}{', ' if node.value else ''}{text[begin:]}"
    if above is None:  # the whole file
        begin = node.value[0][0].start_mark.index
        return f"{text[:begin]}{key}: {value}\n{text[begin:]}"
    line = _REST_OF_LINE.match(text, text.index(":", above.end_mark.index) + 1)
    if line is None or not node.value:
        return None
    indent = " " * node.value[0][0].start_mark.column
    return f"{text[: line.end()]}{indent}{key}: {value}{line[1]}{text[line.end() :]}"


def _changed(whole: Any, path: Sequence[str], value: str) -> Any:
    if not path:
        return yaml.safe_load(value)
    rest = whole if isinstance(whole, Mapping) else {}
    return {**rest, path[0]: _changed(rest.get(path[0]), path[1:], value)}
