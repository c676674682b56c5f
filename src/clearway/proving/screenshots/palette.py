"""A picture of a page as a PNG of 256 colours: a page has few, and each byte is kept for ever."""

from __future__ import annotations

import struct
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

_COLOURS: Final = 256


def png(pixels: bytes, width: int, height: int) -> bytes:
    """Return the PNG of a picture.

    Args:
        pixels: four bytes a pixel, red, green, blue and one that is not looked at, row by row.
        width: of the picture, in pixels.
        height: of the picture, in pixels.

    Colours beyond the 256 most frequent ones become the nearest of those.
    """
    flat = np.frombuffer(pixels, np.uint8).reshape(-1, 4)[:, :3].astype(np.int32)
    packed = flat[:, 0] << 16 | flat[:, 1] << 8 | flat[:, 2]
    counts = np.bincount(packed)
    colours = np.flatnonzero(counts).astype(np.int32)
    frequent = np.sort(np.argsort(-counts[colours], kind="stable")[:_COLOURS])
    palette = _parts(colours[frequent])
    nearest = np.empty(len(counts), np.uint8)
    for start in range(0, len(colours), 1024):
        some = colours[start : start + 1024]
        distance = ((_parts(some)[:, None, :] - palette[None, :, :]) ** 2).sum(axis=2)
        nearest[some] = distance.argmin(axis=1)
    rows = nearest[packed].reshape(height, width)
    unfiltered = np.zeros((height, 1), np.uint8)
    data = zlib.compress(np.hstack((unfiltered, rows)).tobytes(), 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, content)
        for kind, content in (
            (b"IHDR", head),
            (b"PLTE", palette.astype(np.uint8).tobytes()),
            (b"IDAT", data),
            (b"IEND", b""),
        )
    )


def _parts(colours: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
