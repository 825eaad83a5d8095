"""Model cards from their files: what they bind is held against the workflow that they name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from continuity.errors import ConfigError
from continuity.plan import workflow
from continuity.plan.conf_files import Files
from continuity.plan.config import CardConfig, ServiceConfig
from continuity.plan.fields import problems_of
from continuity.plan.problems import Problems
from continuity.plan.schema import ModelCard, Service
from continuity.plan.translated import translated

OPEN_WEIGHTS = "diffusers"  # the provider that runs models on this machine


def _place(file: str, path: Sequence[str | int]) -> str:
    return ": ".join(filter(None, (file, ".".join(map(str, path)))))


def _at(file: str, *path: str) -> str:
    return _place(file, path)


def all_cards(root: Path) -> dict[str, ModelCard]:
    """Every card of a project, those that its series does not use too: by id, in the order of their names.

    Raises ConfigError for a file that is no card.
    """
    files, problems = Files(root), Problems()
    cards = {}
    for id in files.options("model"):
        file = f"conf/model/{id}.yaml"
        with translated(partial(_place, file)):
            config = CardConfig.model_validate(files.conf(f"model/{id}"))
        cards[id] = record_of(id, config, files, problems, partial(_at, file))
    problems.raise_if_any()
    return cards


def all_services(root: Path) -> dict[str, Service]:
    """Every service of a project as ``conf/provider/`` has it, by provider; overrides are not looked at.

    Raises ConfigError for a file that is none.
    """
    files = Files(root)
    services = {}
    for name in files.options("provider"):
        with translated(partial(_place, f"conf/provider/{name}.yaml")):
            config = ServiceConfig.model_validate(files.conf(f"provider/{name}"))
        services[name] = Service(name=name, **config.model_dump())
    return services


def record_of(id: str, config: CardConfig, files: Files, problems: Problems, where: Callable[..., str]) -> ModelCard:
    """The card, with its workflow read; what is wrong with either is added to ``problems``."""
    values = config.model_dump(mode="json", exclude={"workflow"})
    wrong: list[tuple[tuple[str, ...], str]] = [(("fields", name), said) for name, said in problems_of(config.fields)]
    if config.price.picture_usd and config.kind != "image":
        wrong.append((("price", "picture_usd"), "is for pictures; a clip's price is per call or per second"))
    unknown = [card for card in config.replaced_by if not files.is_option(f"model/{card}")]
    wrong += [(("replaced_by",), f"there is no card conf/model/{card}.yaml") for card in unknown]
    for part, given in (("weights", config.weights), ("needs", config.needs)):
        if (given is None) == (config.provider == OPEN_WEIGHTS):
            wrong.append(((part,), f"is for the provider {OPEN_WEIGHTS}, which needs it"))
    graph: workflow.Graph = {}
    if (config.workflow is None) == (config.provider == workflow.PROVIDER):
        wrong.append((("workflow",), f"is for the provider {workflow.PROVIDER}, which needs one"))
    elif config.workflow is not None and not wrong:
        try:
            whole = workflow.parsed(files.text(config.workflow))
            wrong += [((key,), said) for key, said in workflow.problems_of(whole, config.fields, config.result)]
            graph = {} if wrong else workflow.settled(whole, config.fields, config.result)
        except workflow.Unfit as error:
            wrong.append((("workflow",), f"{config.workflow} {error}"))
        except ConfigError as error:
            wrong.append((("workflow",), str(error)))
    for path, said in wrong:
        problems.add(where(*path), said)
    return ModelCard(id=id, **values, workflow=graph)
