"""What the tests of stand-ins share: a picture or a clip asked of any service, through a server of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from continuity.jobs.runner import Terms, make_all
from continuity.jobs.store import Store, Stored
from continuity.jobs.wanted import Wanted
from continuity.plan.schema import Budget, Executor, Kind, Service
from continuity.plan.workflow import settled
from continuity.rehearsal.server import Server
from continuity.request import Request

FIELDS = {"prompt": "prompt", "seed": "seed", "image_size.width": "width", "image_size.height": "height"}


@dataclass(frozen=True)
class Scene:
    """One service, with a card of our own making."""

    name: str
    key_env: str
    model: str
    result: str
    kind: Kind = "image"
    fields: Mapping[str, Any] = field(default_factory=lambda: FIELDS)
    form: Mapping[str, Any] = field(default_factory=dict)
    reconciles: bool = False  # the service says what became of a lost answer
    proves_absence: bool = True  # also that a request never came, where it reconciles
    direction: Mapping[str, Any] = field(default_factory=dict)
    replays: bool = False  # a lost submission is sent again, and the service knows that it is the same
    names_jobs: bool = False  # the job's id is our own
    in_answer: bool = False  # the result comes in the answer to the submission: nothing is asked about later
    lacks: frozenset[tuple[str, str]] = (
        frozenset()
    )  # faults, and on what, that it cannot have or answers in its own way

    def asked(self, seed: int = 1) -> Wanted:
        moves = {"seconds": 2.0, "fps": 24} if self.kind == "video" else {}
        resolution = None if self.kind == "voice" else (320, 180)
        request = Request(
            self.kind, self.name, self.model, "a red lantern", seed, subject="props/lantern", resolution=resolution,
            direction=self.direction,
            form={"fields": self.fields, **self.form}, card={"result": self.result, "leaves_out": ["seed"]}, **moves,
        )  # fmt: skip
        return Wanted(request, 0.03)

    def terms(self, server: Server, **settings: object) -> Terms:
        there = Service(name=self.name, base_url="https://localhost", key_env=self.key_env, poll_seconds=3)
        uploads = {name: value for name, value in settings.items() if name.startswith("uploads_")}
        service = server.service(there.model_copy(update=uploads))
        service = service.model_copy(update={name: settings[name] for name in settings.keys() - uploads.keys()})
        return Terms(Executor(kind="serial"), Budget(max_usd=1), "test", {self.name: service})

    def make(
        self, server: Server, store: Store, wanted: list[Wanted] | None = None, **settings: object
    ) -> dict[str, Stored]:
        return make_all(wanted or [self.asked()], store, self.terms(server, **settings), lambda _: None, "test")

    def submissions(self, server: Server) -> int:
        return len(server.stage.books.jobs(self.name))


FAL = Scene("fal", "FAL_KEY", "fal-ai/flux-2-pro", "images[0].url")
BFL = Scene(
    "bfl", "BFL_API_KEY", "flux-2-pro", "result.sample",
    fields={
        "prompt": "prompt", "seed": "seed", "width": {"from": "width", "step": 16},
        "height": {"from": "height", "step": 16}, "output_format": {"value": "png"},
    },
    lacks=frozenset({("refused as moderated", "submit")}),  # it takes the request, and the job ends as moderated
)  # fmt: skip
DASHSCOPE = Scene(
    "dashscope", "DASHSCOPE_API_KEY", "video-generation/video-synthesis/wan3.0-video", "output.video_url", "video",
    {
        "input.prompt": "prompt", "parameters.duration": "seconds", "parameters.ratio": "aspect",
        "parameters.seed": "seed",
    },
    reconciles=True, proves_absence=False,
)  # fmt: skip
EACHLABS = Scene("eachlabs", "EACHLABS_API_KEY", "flux-2-pro", "output")
KLING = Scene(
    "kling", "KLING_API_KEY", "videos/omni-video/kling-v3-omni", "videos[0].url", "video",
    {"prompt": "prompt", "duration": {"from": "seconds", "as": "text"}, "aspect_ratio": "aspect"},
    {"durations": [3, 4, 5]}, reconciles=True,
)  # fmt: skip
KLING_NEWER = Scene(
    "kling", "KLING_API_KEY", "omni-video/kling-3.0-omni", "outputs[0].url", "video",
    {"@prompt": "prompt", "settings.duration": "seconds", "settings.aspect_ratio": "aspect"},
    {"durations": [3, 4, 5]}, reconciles=True,
)  # fmt: skip
GEMINI = Scene(
    "gemini", "GEMINI_API_KEY", "gemini-omni-1.2-flash", "", "video",
    {
        "@text": "prompt", "response_format.type": {"value": "video"},
        "response_format.duration": {"from": "seconds", "text": "{}s"},
    },
)  # fmt: skip
RUNWAY = Scene(
    "runway", "RUNWAYML_API_SECRET", "text_to_video/gen4.5", "output[0]", "video",
    {"promptText": "prompt", "ratio": {"value": "1280:720"}, "duration": "seconds", "seed": "seed"},
    lacks=frozenset({("refused as moderated", "submit")}),  # it takes the request, and the task fails as moderated
)  # fmt: skip

COMFY_ROUTER = Scene(
    "comfy-router", "COMFY_API_KEY", "kling/kling-v3-omni/requests", "data.task_result.videos[0].url", "video",
    {"prompt": "prompt", "duration": {"from": "seconds", "as": "text"}, "aspect_ratio": "aspect"},
    {"durations": [3, 4, 5]}, replays=True,
)  # fmt: skip

REPLICATE = Scene(
    "replicate", "REPLICATE_API_TOKEN", "black-forest-labs/flux-2-pro", "output", reconciles=True, proves_absence=False
)
RUNWARE = Scene(
    "runware", "RUNWARE_API_KEY", "klingai:kling-video@o3-standard", "videoURL", "video",
    {"positivePrompt": "prompt", "duration": "seconds", "width": "width", "height": "height"},
    {"durations": [3, 4, 5]}, replays=True, names_jobs=True,
)  # fmt: skip


def node(kind: str, title: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs, "_meta": {"title": title}}


GRAPH = {
    "3": node("CLIPTextEncode", "Prompt", text="", clip=["9", 0]),
    "5": node("KSampler", "Sampling", seed=0, positive=["3", 0]),
    "7": node("SaveImage", "Saved", filename_prefix="ComfyUI", images=["5", 0]),
    "9": node("CLIPLoader", "Text encoder", clip_name="a.safetensors"),
}
BOUND = {"Prompt.text": "prompt", "Sampling.seed": "seed"}
COMFYUI = Scene(
    "comfyui", "COMFYUI_KEY", "mine", "", fields=BOUND, form={"workflow": settled(GRAPH, BOUND, "Saved")},
    reconciles=True, names_jobs=True,
    lacks=frozenset(
        {("refused as moderated", "submit"), ("wrong region", "submit"), ("moderated", "poll"), ("forgotten", "poll")}
    ),
)  # fmt: skip
ELEVENLABS = Scene(
    "elevenlabs", "ELEVENLABS_API_KEY", "eleven_multilingual_v2", "", "voice",
    {
        "@voice": "voice", "@output_format": {"value": "wav_24000"}, "text": "prompt", "model_id": "model",
        "seed": "seed",
    },
    reconciles=True, proves_absence=False, in_answer=True, direction={"voice": "EXAVITQu4vr4xnSDxMaL"},
    lacks=frozenset(
        {("moderated", "poll"), ("fails", "poll"), ("forgotten", "poll"), ("not JSON", "result")}
    ),
)  # fmt: skip
MODELARK = Scene(
    "modelark", "ARK_API_KEY", "dreamina-seedance-2-0-260128", "content.video_url", "video",
    {"@text": "prompt", "ratio": "aspect", "duration": "seconds", "seed": "seed"}, {"durations": [4, 5]},
    reconciles=True, proves_absence=False,
)  # fmt: skip
OPENAI = Scene(
    "openai", "OPENAI_API_KEY", "gpt-image-2", "",
    fields={"prompt": "prompt", "@size": {"from": "aspect", "of": {"16:9": "1536x864"}}, "n": {"value": 1}},
    in_answer=True,
)  # fmt: skip
OPENAI_VIDEOS = Scene(
    "openai-videos", "OPENAI_VIDEOS_API_KEY", "sora-2", "", "video",
    {
        "prompt": "prompt", "seconds": {"from": "seconds", "as": "text"},
        "@size": {"from": "aspect", "of": {"16:9": "1280x720"}},
    },
    {"durations": [4, 8, 12]}, reconciles=True, proves_absence=False,
)  # fmt: skip
GEMINI_PICTURE = Scene(
    "gemini", "GEMINI_API_KEY", "gemini-3-pro-image", "",
    fields={
        "@text": "prompt", "generationConfig.imageConfig.aspectRatio": "aspect", "generationConfig.seed": "seed",
        "generationConfig.responseModalities": {"value": ["IMAGE"]},
    },
)  # fmt: skip
SCENES = [
    FAL,
    BFL,
    DASHSCOPE,
    EACHLABS,
    ELEVENLABS,
    KLING,
    KLING_NEWER,
    GEMINI,
    MODELARK,
    OPENAI,
    OPENAI_VIDEOS,
    REPLICATE,
    RUNWARE,
    RUNWAY,
    COMFY_ROUTER,
    COMFYUI,
]
