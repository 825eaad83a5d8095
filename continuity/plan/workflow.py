"""ComfyUI workflows in API format: read, held against what a card binds, and settled into what keys are made of.

A workflow is a mapping of node numbers to ``{class_type, inputs, _meta: {title}}``; an input is a value, or a link
``[node, slot]``. The canvas gives new numbers as it likes, so that a node is named by its title, by its class, or by
``class/title`` where neither says enough. A field of a card is ``<node>.<input>``; inputs may have points in their
names, as nodes may.

Format: ``Export (API)`` of ComfyUI 0.27, and ``validate_prompt`` in its execution.py.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from continuity.plan.ids import suggestion

PROVIDER = "comfyui"
PREFIX = "filename_prefix"  # the input by which nodes that save are told a name
KEPT = "negative_prompt"  # a request may have none; the workflow's own stands then

Graph = dict[str, dict[str, Any]]


class Unfit(ValueError):
    """A workflow is not what it should be, or has not what a card says of it; its words are for people."""


def parsed(text: str) -> Graph:
    """The nodes of a workflow, with class, inputs and title alone. Raises Unfit."""
    try:
        whole = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise Unfit(str(error) if isinstance(error, Unfit) else f"is no JSON ({error}); export it again") from None
    if isinstance(whole, dict) and isinstance(whole.get("nodes"), list):
        raise Unfit("is the canvas's own format, which no server runs; choose File, Export (API), and take that file")
    if not isinstance(whole, dict) or not whole:
        raise Unfit("holds no nodes; it must be what File, Export (API) writes")
    graph: Graph = {}
    for id, node in whole.items():
        if not isinstance(node, dict) or not isinstance(node.get("class_type"), str):
            raise Unfit(f"{id[:40]!r} is no node with a class_type; it must be what File, Export (API) writes")
        inputs, meta = node.get("inputs", {}), node.get("_meta")
        if not isinstance(inputs, dict) or not _plain(inputs):
            raise Unfit(f"node {id[:40]!r} ({node['class_type'][:60]}) has inputs that are no JSON; export it again")
        title = meta.get("title") if isinstance(meta, dict) else None
        graph[id] = {
            "class_type": node["class_type"],
            "inputs": dict(inputs),
            "_meta": {"title": title if isinstance(title, str) and title else node["class_type"]},
        }
    for id, node in graph.items():
        for name, value in node["inputs"].items():
            if (link := _link(value)) and link[0] not in graph:
                raise Unfit(
                    f"{called(graph, id)}: {name} comes from node {link[0]!r}, which is not there; export it again"
                )
    return graph


def called(graph: Mapping[str, Any], id: str) -> str:
    """A node in words: its title, and its class where that is another. ``id`` may be of no node of the graph."""
    node = graph.get(id)
    if not isinstance(node, Mapping):
        return f"node {id[:40]}"
    kind, title = str(node.get("class_type"))[:80], str((node.get("_meta") or {}).get("title") or "")[:80]
    return f'"{title}" ({kind})' if title and title != kind else f'"{kind}"'


def node_of(graph: Mapping[str, Any], name: str) -> str:
    """The number of the node of that name. Raises Unfit where there is none, or several."""
    found = [id for id, node in graph.items() if name in _names(node)]
    if len(found) == 1:
        return found[0]
    titles = sorted({_names(node)[0] for node in graph.values()})
    if not found:
        raise Unfit(f"the workflow has no node {name!r}; {suggestion(name, titles)}")
    kinds = sorted(_names(graph[id])[2] for id in found)
    raise Unfit(
        f"{len(found)} nodes of the workflow are called {name!r} ({', '.join(kinds)}); give the one that is meant a "
        "title of its own, and export it again"
    )


def input_of(graph: Mapping[str, Any], field: str) -> tuple[str, str]:
    """Node number and input of ``<node>.<input>``. Raises Unfit."""
    splits = [(field[:at], field[at + 1 :]) for at, sign in enumerate(field) if sign == "."]
    if not splits:
        raise Unfit(f"{field!r} names no input; write <title of the node>.<input>")
    named = [split for split in splits if any(split[0] in _names(node) for node in graph.values())]
    name, entry = named[0] if named else splits[-1]
    id = node_of(graph, name)
    inputs = graph[id]["inputs"]
    if entry not in inputs:
        raise Unfit(f"{called(graph, id)} has no input {entry!r}; {suggestion(entry, inputs)}")
    if link := _link(inputs[entry]):
        raise Unfit(
            f"{entry} of {called(graph, id)} comes from {called(graph, link[0])}; bind an input of that node instead"
        )
    return id, entry


def without(graph: Graph, ids: Iterable[str]) -> Graph:
    """The graph less these nodes and the links to them."""
    gone = set(ids)

    def stays(value: Any) -> bool:
        link = _link(value)
        return link is None or link[0] not in gone

    return {
        id: {**node, "inputs": {name: value for name, value in node["inputs"].items() if stays(value)}}
        for id, node in graph.items()
        if id not in gone
    }


def problems_of(graph: Graph, fields: Mapping[str, Any], result: str) -> Iterator[tuple[str, str]]:
    """(key, what is wrong there) of a card's ``fields`` and ``result``, which are sound in themselves."""
    seen: dict[tuple[str, str], str] = {}
    try:
        leading = _leading(graph, node_of(graph, result)) if result else set(graph)
    except Unfit as error:
        yield "result", str(error)
        leading = set(graph)
    for field, rule in fields.items():
        try:
            place = input_of(graph, field)
            others = [node_of(graph, name) for name in (rule.get("without", ()) if isinstance(rule, Mapping) else ())]
        except Unfit as error:
            yield f"fields.{field}", str(error)
            continue
        for id in (place[0], *others):
            if id not in leading:
                yield f"fields.{field}", f"{called(graph, id)} does not lead to the result, {result!r}"
        if place in seen:
            yield f"fields.{field}", f"is the same input as {seen[place]}"
        seen[place] = field


def settled(graph: Graph, fields: Mapping[str, Any], result: str) -> Graph:
    """The graph as it decides what is made, the same however it was numbered.

    Only what leads to the result stays. Inputs that each request fills, and the names of files that are saved, are
    null. Nodes are numbered by what they hold; those that are alike in everything are one. Raises Unfit.
    """
    graph = {id: {**node, "inputs": dict(node["inputs"])} for id, node in graph.items()}
    if result:
        leading = _leading(graph, node_of(graph, result))
        graph = {id: node for id, node in graph.items() if id in leading}
    for field, rule in fields.items():
        if (rule if isinstance(rule, str) else rule.get("from")) != KEPT:
            id, entry = input_of(graph, field)
            graph[id]["inputs"][entry] = None
    for node in graph.values():
        if isinstance(node["inputs"].get(PREFIX), str):
            node["inputs"][PREFIX] = None
    marks: dict[str, str] = {}
    for id in _order(graph):
        node = graph[id]
        inputs = {name: _linked(value, marks) for name, value in node["inputs"].items()}
        text = json.dumps([node["class_type"], node["_meta"]["title"], inputs], sort_keys=True)
        marks[id] = hashlib.sha256(text.encode()).hexdigest()
    numbers = {mark: str(number) for number, mark in enumerate(sorted(set(marks.values())), 1)}
    renumbered = {id: numbers[mark] for id, mark in marks.items()}
    new: Graph = {}
    for id, node in graph.items():
        inputs = {name: _linked(value, renumbered) for name, value in sorted(node["inputs"].items())}
        new[renumbered[id]] = {**node, "inputs": inputs}
    return {number: new[number] for number in numbers.values()}


def _names(node: Mapping[str, Any]) -> tuple[str, str, str]:
    kind = str(node.get("class_type"))
    title = str((node.get("_meta") or {}).get("title") or kind)
    return title, kind, f"{kind}/{title}"


def _link(value: Any) -> tuple[str, int] | None:
    """(node, slot) of an input that is a link; lists that are values come wrapped in ``__value__``."""
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], int):
        return value[0], value[1]
    return None


def _linked(value: Any, names: Mapping[str, str]) -> Any:
    link = _link(value)
    return [names[link[0]], link[1]] if link else value


def _before(graph: Graph) -> dict[str, set[str]]:
    return {id: {link[0] for value in node["inputs"].values() if (link := _link(value))} for id, node in graph.items()}


def _order(graph: Graph) -> list[str]:
    try:
        return list(TopologicalSorter(_before(graph)).static_order())
    except CycleError as error:
        raise Unfit(f"its links go round in a circle, through {called(graph, error.args[1][0])}") from None


def _leading(graph: Graph, result: str) -> set[str]:
    """The nodes that the result is made from, itself among them."""
    before, found, left = _before(graph), {result}, [result]
    while left:
        new = before[left.pop()] - found
        found |= new
        left += new
    return found


def _plain(value: Any) -> bool:
    """Whether a request's key can hold it: no NaN, no endless numbers."""
    if isinstance(value, dict):
        return all(map(_plain, value.values()))
    if isinstance(value, list):
        return all(map(_plain, value))
    return not isinstance(value, float) or math.isfinite(value)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for name in found if sum(name == other for other, _ in pairs) > 1)
        raise Unfit(f"says {twice[:60]!r} twice; export it again")
    return found
