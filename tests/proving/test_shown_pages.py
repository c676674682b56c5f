"""What shows the pages: small pictures, and Lighthouse's report read as it is."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from clearway.proving.pages_check.lighthouse import read
from clearway.proving.screenshots.palette import png
from clearway.vocabulary.errors import DefectFound


def chunks(content):
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    at, found = 8, {}
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        (checked,) = struct.unpack(">I", content[at + 8 + length : at + 12 + length])
        assert checked == zlib.crc32(kind + data)
        found[kind] = data
        at += 12 + length
    return found


def shown(content, width, height):
    """The colours of a PNG with a palette."""
    found = chunks(content)
    rows = np.frombuffer(zlib.decompress(found[b"IDAT"]), np.uint8).reshape(height, width + 1)
    return np.frombuffer(found[b"PLTE"], np.uint8).reshape(-1, 3)[rows[:, 1:]]


def test_a_picture_of_few_colours_stays_as_it_is():
    pixels = np.random.default_rng(1).integers(0, 6, (7, 11, 4), np.uint8) * 40
    assert np.array_equal(shown(png(pixels.tobytes(), 11, 7), 11, 7), pixels[:, :, :3])


def test_of_many_colours_each_becomes_one_near_it():
    pixels = np.random.default_rng(2).integers(0, 255, (64, 64, 4), np.uint8)
    pixels[:, :, 1:] = pixels[:, :, :1] // 4 * 4
    pixels[:, ::2] = (1, 2, 3, 0)
    made = shown(png(pixels.tobytes(), 64, 64), 64, 64).astype(int)
    assert np.abs(made - pixels[:, :, :3]).max() <= 8
    assert np.array_equal(made[:, ::2], pixels[:, ::2, :3])


def a_report(**varied):
    return {
        "requestedUrl": "http://localhost/a",
        "finalDisplayedUrl": "http://localhost/a",
        "categories": {
            "accessibility": {"score": 1, "auditRefs": [{"id": "named", "weight": 3}]},
            "performance": {"score": 0.94, "auditRefs": [{"id": "cumulative-layout-shift",
                                                          "weight": 25}]},
        },
        "audits": {
            "named": {"title": "Named", "score": 1},
            "first-contentful-paint": {"numericValue": 512.4},
            "largest-contentful-paint": {"numericValue": 900},
            "total-blocking-time": {"numericValue": 0},
            "cumulative-layout-shift": {"title": "Shift", "numericValue": 0.2, "score": 0.6},
            "total-byte-weight": {"numericValue": 51200},
        },
        **varied,
    }  # fmt: skip


def test_a_report_is_read_with_what_it_complains_of():
    verdict = read("queue", "officer", a_report())
    assert (verdict.accessibility, verdict.performance) == (100, 94)
    assert (verdict.first_paint_s, verdict.transferred_kib) == (0.51, 50)
    assert verdict.complaints == ("performance: Shift",)


@pytest.mark.parametrize(
    "varied",
    [{"finalDisplayedUrl": "http://localhost/accounts/login/"},
     {"runtimeError": {"message": "no page"}}],
)  # fmt: skip
def test_a_report_of_another_page_counts_for_nothing(varied):
    with pytest.raises(DefectFound):
        read("queue", "officer", a_report(**varied))
