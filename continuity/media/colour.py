"""HDR and wide gamut brought to BT.709, as a player without an HDR screen shows them; ordinary frames are left alone.

Light is counted in units of reference white, 203 cd/m² (ITU-R BT.2408, table 1). Sources of the formulas: BT.2100-2
tables 4 (PQ) and 5 (HLG), BT.1886 (the gamma of an SDR screen), BT.2390 section 5.4 (a knee in PQ's own scale, applied
to the largest component, so that hues stay).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, VideoReformatter

WHITE = 203.0  # cd/m² of reference white
PEAK = 1000.0  # cd/m²: the nominal screen of HLG and the usual one of PQ; what is brighter is shown as bright as this
KNEE = 140.0  # cd/m²: faces and most of a scene lie below, and stay as they are

# As in ITU-T H.273: AVColorTransferCharacteristic, AVColorPrimaries and AVColorSpace
_PQ, _HLG = 16, 18
_UNNAMED = 2
_BT709 = 1
_PRIMARIES = {  # x, y of red, green, blue and white
    _BT709: (0.640, 0.330, 0.300, 0.600, 0.150, 0.060, 0.3127, 0.3290),
    9: (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290),  # BT.2020
    11: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.314, 0.351),  # DCI-P3
    12: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290),  # Display P3
}
_WIDE = (9, 11, 12)
_GAMMAS = {4: 2.2, 5: 2.8, 17: 2.6}  # of the SDR transfers that differ from BT.1886
_SRGB = 13
_GAMMA = 2.4  # BT.1886
_CODES = 4096  # 12 bits: as fine as PQ is ever stored
_STEPS = 1 << 14  # of tables over the root of light
_BAND = 16  # rows worked on at once: they stay in the processor's cache


def is_foreign(frame: Any) -> bool:
    """Whether a decoded frame would be shown wrong as BT.709: PQ, HLG, or primaries wider than BT.709's."""
    return frame.color_trc in (_PQ, _HLG) or frame.color_primaries in _WIDE


def matrix(frame: Any) -> Colorspace | None:
    """The YUV matrix to assume where a frame names none; None for its own.

    BT.2020 for HDR and BT.2020 primaries; else by size, as mpv does: BT.709 above standard definition.
    """
    if frame.colorspace != _UNNAMED:
        return None
    if frame.color_trc in (_PQ, _HLG) or frame.color_primaries == 9:
        return Colorspace.BT2020
    return Colorspace.ITU709 if frame.width >= 1280 or frame.height > 576 else None


def to_bt709(
    frame: Any, reformatter: VideoReformatter, width: int | None = None, height: int | None = None,
    scaling: str = "BICUBIC",
) -> VideoFrame:  # fmt: skip
    """A foreign frame as rgb24 of BT.709, full range, scaled before the conversion."""
    coded = reformatter.reformat(
        frame, width, height, "rgb48le", interpolation=scaling, src_colorspace=matrix(frame), threads=1
    ).to_ndarray()
    trc, primaries = frame.color_trc, frame.color_primaries
    is_hdr = trc in (_PQ, _HLG)
    if primaries not in _PRIMARIES:
        primaries = 9 if is_hdr else _BT709
    shown = np.empty(coded.shape, np.uint8)
    for top in range(0, len(coded), _BAND):
        band = slice(top, top + _BAND)
        shown[band] = _shown(coded[band], trc, primaries, is_hdr)
    return VideoFrame.from_ndarray(shown, "rgb24")


def _shown(coded: np.ndarray, trc: int, primaries: int, is_hdr: bool) -> np.ndarray:
    """(h, w, 3) uint16 RGB as coded to uint8 BT.709."""
    light = _light(trc).take(coded >> 4)
    if trc == _HLG:
        light = _on_hlg_screen(light)
    light = cv2.transform(light, _to_bt709_primaries(primaries))
    if is_hdr:
        brightest = light.max(axis=2) * np.float32(WHITE / PEAK)
        light *= _rolled_off().take(_step(brightest))[..., None]
    return _codes(_BT709 if is_hdr else trc).take(_step(light))


def _step(light: np.ndarray) -> np.ndarray:
    """Places in tables over the root of light, 0 to 1: what lies outside is clipped."""
    return (np.sqrt(np.clip(light, 0, 1)) * np.float32(_STEPS - 1) + np.float32(0.5)).astype(np.uint16)


@cache
def _light(trc: int) -> np.ndarray:
    """(_CODES,) float32: light of every code. Of HLG it is the scene's, 0 to 1."""
    code = np.arange(_CODES) / (_CODES - 1)
    if trc == _PQ:
        light = _pq_to_nits(code) / WHITE
    elif trc == _HLG:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        light = np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)
    elif trc == _SRGB:
        light = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    else:
        light = code ** _GAMMAS.get(trc, _GAMMA)
    return light.astype(np.float32)


@cache
def _codes(trc: int) -> np.ndarray:
    """(_STEPS,) uint8: the inverse of `_light` for SDR, over the root of light."""
    light = np.linspace(0, 1, _STEPS) ** 2
    if trc == _SRGB:
        code = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    else:
        code = light ** (1 / _GAMMAS.get(trc, _GAMMA))
    return (code * 255 + 0.5).astype(np.uint8)


def _on_hlg_screen(scene: np.ndarray) -> np.ndarray:
    """BT.2100's opto-optical transfer for a screen of PEAK, whose gamma is 1.2."""
    luminance = scene @ np.array([0.2627, 0.6780, 0.0593], np.float32)
    return scene * (cv2.pow(luminance, 0.2) * np.float32(PEAK / WHITE))[..., None]


@cache
def _rolled_off() -> np.ndarray:
    """(_STEPS,) float32: factor by which light shrinks, over the root of its share of PEAK.

    In PQ's scale light keeps its value up to the knee, then nears white exponentially. BT.2390's own curve, a
    Hermite spline, would have to begin at 93 cd/m² and show reference white as 233 of 255; this shows it as 241.
    """
    light = np.linspace(0, 1, _STEPS) ** 2 * PEAK
    level, knee, white = _nits_to_pq(light), float(_nits_to_pq(KNEE)), float(_nits_to_pq(WHITE))
    room = white - knee
    shown = np.where(level <= knee, level, white - room * np.exp(-np.maximum(level - knee, 0) / room))
    return np.divide(_pq_to_nits(shown), light, out=np.ones(_STEPS), where=light > 0).astype(np.float32)


_M1, _M2, _C1, _C2, _C3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128


def _pq_to_nits(code: np.ndarray) -> np.ndarray:
    power = code ** (1 / _M2)
    return 10000 * (np.maximum(power - _C1, 0) / (_C2 - _C3 * power)) ** (1 / _M1)


def _nits_to_pq(nits: np.ndarray | float) -> np.ndarray:
    power = (np.asarray(nits) / 10000) ** _M1
    return ((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2


@cache
def _to_bt709_primaries(primaries: int) -> np.ndarray:
    """(3, 3) float32 on linear RGB; white stays white (Bradford where the white points differ)."""
    theirs, ours = _PRIMARIES[primaries], _PRIMARIES[_BT709]
    bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    cones = (bradford @ _xyz(*ours[6:])) / (bradford @ _xyz(*theirs[6:]))
    adapted = np.linalg.inv(bradford) @ np.diag(cones) @ bradford
    return (np.linalg.inv(_rgb_to_xyz(ours)) @ adapted @ _rgb_to_xyz(theirs)).astype(np.float32)


def _rgb_to_xyz(primaries: tuple[float, ...]) -> np.ndarray:
    columns = np.stack([_xyz(*primaries[at : at + 2]) for at in (0, 2, 4)], axis=1)
    return columns * np.linalg.solve(columns, _xyz(*primaries[6:]))


def _xyz(x: float, y: float) -> np.ndarray:
    return np.array([x / y, 1.0, (1 - x - y) / y])
