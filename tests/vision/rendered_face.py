"""A face with known truth: the canonical mesh in a portrait's skin, turned by known angles, eyes turned likewise.

The canonical mesh is read from the model's own bundle. What of the portrait lies outside the mesh (hair, ears, neck)
is bent back behind it. Eyeballs are spheres seen through the eyelids, which follow the eyes up and down.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from appliance.vision.face_landmarks import FaceLandmarks
from appliance.vision.head_pose import facing_lens, rotation

Points = NDArray[np.float64]
Picture = NDArray[np.uint8]

UPPER = {
    "right": (33, 246, 161, 160, 159, 158, 157, 173, 133),
    "left": (263, 466, 388, 387, 386, 385, 384, 398, 362),
}
LOWER = {
    "right": (133, 155, 154, 153, 145, 144, 163, 7, 33),
    "left": (362, 382, 381, 380, 374, 373, 390, 249, 263),
}
LIDS = {"right": (27, 28, 29), "left": (257, 258, 259)}
"""skin above the eyes"""
BALL_CM, IRIS_CM, PUPIL_CM = 1.2, 0.59, 0.22
"""radii. Source: adult eyes: axial length about 24 mm, iris 11.8 mm"""
BALL_BEHIND_CM = 0.95
"""centre of the eyeball behind the line between the corners of the eye"""
UPPER_LID_CM, LOWER_LID_CM = 0.36, 0.51
"""edges of the lids above and below the centre when the eye looks straight ahead: as the medians of eight people"""
IRIS_COLOUR, PUPIL_COLOUR = (78.0, 52.0, 36.0), (14.0, 12.0, 12.0)
FINE = 6
"""eyes are drawn this much larger and scaled down"""
BEHIND_CM = -9.0
"""nothing of the head lies farther back than this on the canonical face's z axis"""
RIM_CM, RIM_AHEAD_CM = (2.5, 1.9), 1.3
"""a pair of glasses: half width and height of a lens, its distance before the eyes (our choice)"""
RIM_COLOUR, GLARE = (30.0, 26, 24), 0.35
"""dark; and how much of a lens's reflection is white"""
SURFACE_COUNT = 520
"""points of the head's surface along each axis"""
BACKGROUND = 120
"""grey where nothing of the portrait is"""


@dataclass(frozen=True, eq=False)
class Portrait:
    """A picture of a face, seen from the front, with its landmarks."""

    rgb: Picture
    points_px: Points
    """(468, 2)"""
    mesh_cm: Points
    """(468, 3) canonical, x right, y up, z towards the lens"""


@dataclass(frozen=True)
class Pose:
    """What is true of a rendered picture."""

    yaw_deg: float
    """of the head against the lens; likewise below"""
    pitch_deg: float
    roll_deg: float
    gaze_yaw_deg: float
    """of the eyes against the lens"""
    gaze_pitch_deg: float
    place_cm: tuple[float, float, float] = (0.0, 0.0, -50.0)
    """of the face, the lens being at 0, 0, 0"""
    open_ratio: float = 1.0
    """of the eyes; 1 is as usual"""
    eye_height_cm: float = 0.19
    """centre of the eyeball above the line between the corners of the eye; the median of eight people"""
    rim_cm: float = 0.0
    """thickness of the frame of glasses; 0: none are worn"""


def canonical_mesh(bundle: Path) -> Points:
    """The 468 vertices of the canonical face, centimetres, out of ``face_landmarker.task``."""
    with zipfile.ZipFile(bundle) as archive:
        content = archive.read("geometry_pipeline_metadata_landmarks.binarypb")
    mesh = max((value for _, value in _fields(content) if isinstance(value, bytes)), key=len)
    floats = [
        struct.unpack("<f", value)[0]
        for kind, value in _fields(mesh)
        if kind == 3 and isinstance(value, bytes)
    ]
    return np.array(floats, dtype=np.float64).reshape(468, 5)[:, :3]


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field of a protocol-buffer message."""
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        if key & 7 == 0:
            value, at = _varint(content, at)
            yield key >> 3, value
            continue
        size, at = (4, at) if key & 7 == 5 else _varint(content, at)
        yield key >> 3, content[at : at + size]
        at += size


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


def portrait_of(rgb: Picture, landmarks: FaceLandmarks, bundle: Path) -> Portrait:
    """A picture with one face as a portrait."""
    face = landmarks.find(rgb).face
    assert face is not None
    points = face.landmarks[:468, :2].astype(np.float64) * (rgb.shape[1], rgb.shape[0])
    return Portrait(rgb, points, canonical_mesh(bundle))


def random_pose(
    rng: np.random.Generator, calibrating: bool = False, open_ratio: float = 1.0, eye_height_cm: float = 0.19
) -> Pose:
    """A head within 30 degrees, 42 to 70 cm away; every second one looks within 10 degrees of the lens, evenly over
    that disc, the others anywhere else the eyes can turn to. A calibrating one sits straight and looks at the lens.
    """
    far_cm = rng.uniform(42, 70)
    place = (rng.uniform(-0.15, 0.15) * far_cm, rng.uniform(-0.1, 0.1) * far_cm, -far_cm)
    if calibrating:
        yaw, pitch, roll = rng.uniform(-1, 1, 3) * (5, 5, 3)
        across, up = rng.normal(0, 1, 2)
        return Pose(yaw, pitch, roll, across, up, place, open_ratio, eye_height_cm)
    yaw, pitch, roll = rng.uniform(-1, 1, 3) * (30, 20, 15)
    near = rng.uniform() < 0.5
    while True:
        off, way = 10 * np.sqrt(rng.uniform()), rng.uniform(0, 2 * np.pi)
        at_lens = off * np.cos(way), off * np.sin(way)
        across, up = at_lens if near else (rng.uniform(-35, 35), rng.uniform(-25, 20))
        if abs(across - yaw) <= 38 and abs(up - pitch) <= 25 and (near or np.hypot(across, up) >= 10):
            return Pose(yaw, pitch, roll, across, up, place, open_ratio, eye_height_cm)
        near = near and rng.uniform() < 0.9  # a head turned far away may not reach the lens


class Renderer:
    """Pictures of one portrait's face in any pose."""

    def __init__(
        self, portrait: Portrait, width: int = 640, height: int = 480, fov_deg: float = 63.0
    ) -> None:
        self._portrait = portrait
        self._size = width, height
        self._focal_px = height / 2 / np.tan(np.radians(fov_deg / 2))
        self._surface, self._colours = _surface(portrait)

    def render(self, pose: Pose) -> Picture:
        """The picture; (H, W, 3) uint8."""
        place = np.array(pose.place_cm)
        turn = facing_lens(place) @ rotation(*np.radians((pose.yaw_deg, pose.pitch_deg, pose.roll_deg)))
        picture = self._splat(self._surface @ turn.T + place)
        target = place + facing_lens(place) @ _direction(pose) * np.linalg.norm(place)
        for side in ("right", "left"):
            self._eye(picture, side, pose, turn, target)
            if pose.rim_cm:
                self._lens(picture, side, pose, turn)
        return np.asarray(cv2.GaussianBlur(picture, (3, 3), 0.6), dtype=np.uint8)

    def _project(self, cm: Points) -> Points:
        width, height = self._size
        scale = self._focal_px / -cm[..., 2]
        return np.stack((width / 2 + cm[..., 0] * scale, height / 2 - cm[..., 1] * scale), axis=-1)

    def _splat(self, cm: Points) -> Picture:
        width, height = self._size
        places = np.floor(self._project(cm)).astype(int)
        inside = ((places >= 0) & (places < (width, height))).all(axis=1)
        depth = cm[inside, 2].astype(np.float32)
        order = np.argsort(depth)  # far first, near over it
        x, y = places[inside][order].T
        picture = np.zeros((height, width, 3), dtype=np.uint8)
        filled = np.zeros((height, width), dtype=np.uint8)
        picture[y, x], filled[y, x] = self._colours[inside][order], 1
        around = cv2.blur(picture.astype(np.float32), (7, 7))
        share = cv2.blur(filled.astype(np.float32), (7, 7))[..., None]
        behind = np.where(share > 0.2, around / np.maximum(share, 0.2), BACKGROUND)
        return np.asarray(np.where(filled[..., None] > 0, picture, behind), dtype=np.uint8)

    def _eye(self, picture: Picture, side: str, pose: Pose, turn: Points, target: Points) -> None:
        """Draw an eye, large, and put it into the picture at its size."""
        mesh, place = self._portrait.mesh_cm, np.array(pose.place_cm)
        corners = mesh[[UPPER[side][0], UPPER[side][-1]]].mean(axis=0)
        centre = turn @ np.add(corners, (0.0, pose.eye_height_cm, -BALL_BEHIND_CM)) + place
        looks = (target - centre) / np.linalg.norm(target - centre)
        up = float((turn.T @ looks)[1])
        was = mesh[list(UPPER[side] + LOWER[side])]
        now = np.concatenate(
            (
                _lid(
                    mesh[list(UPPER[side])],
                    corners[1] + pose.eye_height_cm + UPPER_LID_CM * pose.open_ratio + 0.8 * BALL_CM * up,
                ),
                _lid(
                    mesh[list(LOWER[side])],
                    corners[1] + pose.eye_height_cm - LOWER_LID_CM * pose.open_ratio + 0.3 * BALL_CM * up,
                ),
            )
        )
        was_px, now_px = (self._project(lids @ turn.T + place) for lids in (was, now))
        both = np.concatenate((was_px, now_px))
        left, top = np.maximum(np.floor(both.min(axis=0)).astype(int) - 3, 0)
        right, bottom = np.ceil(both.max(axis=0)).astype(int) + 3
        part = picture[top:bottom, left:right]
        if part.size == 0:
            return
        large = np.asarray(
            cv2.resize(part, None, fx=FINE, fy=FINE, interpolation=cv2.INTER_CUBIC), dtype=np.uint8
        )
        skin = np.median([self._colour(i) for i in LIDS[side]], axis=0)
        _fill(large, (was_px - (left, top)) * FINE, skin)
        self._ball(large, (now_px - (left, top)) * FINE, (left, top), centre, looks, skin)
        picture[top:bottom, left:right] = cv2.resize(large, part.shape[1::-1], interpolation=cv2.INTER_AREA)

    def _lens(self, picture: Picture, side: str, pose: Pose, turn: Points) -> None:
        """One half of a pair of glasses: a rim, a bridge, and a reflection that covers part of the eye."""
        corners = self._portrait.mesh_cm[[UPPER[side][0], UPPER[side][-1]]].mean(axis=0)
        across, up = RIM_CM
        place, inwards = np.array(pose.place_cm), -np.sign(corners[0])
        around = np.linspace(0, 2 * np.pi, 40)
        rim = np.stack((across * np.cos(around), up * np.sin(around), np.zeros(40)), axis=1)
        bridge = np.array([(inwards * across, 0.3, 0), (-corners[0], 0.5, 0.4)])
        glare = rim * 0.3 + (0.7, 0.5, 0.0)  # a lamp above: at the same side of both lenses
        ahead = np.add(corners, (0.0, -0.2, RIM_AHEAD_CM))
        rim_px, bridge_px, glare_px = (
            np.round(self._project((part + ahead) @ turn.T + place) * 16).astype(np.int32)
            for part in (rim, bridge, glare)
        )
        shining = picture.copy()
        cv2.fillPoly(shining, [glare_px], (255, 255, 255), cv2.LINE_AA, 4)
        picture[:] = cv2.addWeighted(shining, GLARE, picture, 1 - GLARE, 0)
        thick = max(1, round(pose.rim_cm * self._focal_px / -place[2]))
        for line, closed in ((rim_px, True), (bridge_px, False)):
            cv2.polylines(picture, [line], closed, RIM_COLOUR, thick, cv2.LINE_AA, 4)

    def _colour(self, landmark: int) -> NDArray[np.uint8]:
        x, y = np.round(self._portrait.points_px[landmark]).astype(int)
        return np.asarray(self._portrait.rgb[y, x], dtype=np.uint8)

    def _ball(
        self,
        large: Picture,
        lids: Points,
        corner: tuple[int, int],
        centre: Points,
        looks: Points,
        skin: Points,
    ) -> None:
        """Every pixel between the lids shows what its ray meets first on the eyeball."""
        y, x = np.nonzero(_mask(large, lids))
        if not len(y):
            return
        width, height = self._size
        across, down = corner[0] + (x + 0.5) / FINE - width / 2, corner[1] + (y + 0.5) / FINE - height / 2
        rays = np.stack((across, -down, np.full(len(x), -self._focal_px)), axis=1)
        rays /= np.linalg.norm(rays, axis=1, keepdims=True)
        along = rays @ centre
        reach = np.maximum(along**2 - centre @ centre + BALL_CM**2, 0.0)
        normal = (rays * (along - np.sqrt(reach))[:, None] - centre) / BALL_CM
        off = np.arccos(np.clip(normal @ looks, -1, 1))
        white = 0.5 * np.array([225.0, 220, 215]) * min(1.0, float(skin.max()) / 190) + 0.5 * skin
        colour = np.where((off < np.arcsin(IRIS_CM / BALL_CM))[:, None], IRIS_COLOUR, white)
        colour = np.where((off < np.arcsin(PUPIL_CM / BALL_CM))[:, None], PUPIL_COLOUR, colour)
        lid_shadow = 0.6 + 0.4 * np.clip((y - y.min()) / (2.0 * FINE), 0, 1)
        large[y, x] = np.clip(colour * lid_shadow[:, None], 0, 255)


def _lid(line: Points, height_cm: float) -> Points:
    """A lid's line with its middle at a height of the face."""
    moved = line.copy()
    middle = line[len(line) // 2, 1]
    moved[:, 1] += (height_cm - middle) * np.sin(np.linspace(0, np.pi, len(line)))
    return moved


def _direction(pose: Pose) -> Points:
    return rotation(*np.radians((pose.gaze_yaw_deg, pose.gaze_pitch_deg, 0.0)))[:, 2]


def _mask(picture: Picture, polygon: Points) -> NDArray[np.uint8]:
    mask = np.zeros(picture.shape[:2], dtype=np.uint8)
    cv2.fillPoly(mask, [np.round(polygon * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
    return mask


def _fill(picture: Picture, polygon: Points, colour: Points) -> None:
    wide = cv2.dilate(_mask(picture, polygon), np.ones((FINE, FINE), np.uint8))
    picture[wide > 0] = colour


def _surface(portrait: Portrait) -> tuple[Points, Picture]:
    """Points of the head in canonical space and their colours."""
    points = portrait.points_px
    low, high = points.min(axis=0), points.max(axis=0)
    size = float((high - low).max())
    height, width = portrait.rgb.shape[:2]
    left, top = np.maximum(low - 0.75 * size, 0)
    right, bottom = np.minimum(high + 0.75 * size, (width - 1, height - 1))
    coarse = np.stack(np.meshgrid(np.linspace(left, right, 60), np.linspace(top, bottom, 60)), axis=-1)
    bent = _bend(points, portrait.mesh_cm, coarse.reshape(-1, 2)).reshape(60, 60, 3)
    bent[..., 2] = np.maximum(bent[..., 2], BEHIND_CM)
    fine = (SURFACE_COUNT, SURFACE_COUNT)
    surface = cv2.resize(bent.astype(np.float32), fine, interpolation=cv2.INTER_CUBIC)
    part = portrait.rgb[int(top) : int(bottom) + 1, int(left) : int(right) + 1]
    colours = cv2.resize(
        part, fine, interpolation=cv2.INTER_AREA if part.shape[0] > SURFACE_COUNT else cv2.INTER_LINEAR
    )
    return surface.reshape(-1, 3).astype(np.float64), np.asarray(colours.reshape(-1, 3), dtype=np.uint8)


def _bend(known: Points, values: Points, asked: Points) -> Points:
    """Thin-plate spline through known values. Source: Bookstein 1989, "Principal Warps"."""
    count = len(known)
    system = np.zeros((count + 3, count + 3))
    system[:count, :count] = _plate(known, known) + 0.05 * np.eye(count)
    system[:count, count:] = np.c_[np.ones(count), known]
    system[count:, :count] = system[:count, count:].T
    weights = np.linalg.solve(system, np.concatenate((values, np.zeros((3, values.shape[1])))))
    return np.asarray(np.c_[_plate(asked, known), np.ones(len(asked)), asked] @ weights)


def _plate(a: Points, b: Points) -> Points:
    square = ((a[:, None] - b[None]) ** 2).sum(axis=-1)
    return np.asarray(0.5 * square * np.log(np.maximum(square, 1e-12)))
