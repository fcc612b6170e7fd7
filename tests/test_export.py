"""Export: files that are what their names say, and one sentence where no file can be made."""

import base64
import io
import os
import struct
import subprocess
import sys
import zlib
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

import landscape as ls
from landscape import LandscapeError, export, figures
from landscape.surfaces import himmelblau

WIDTH, HEIGHT = 480, 270
PATIENCE = 60  # seconds after which a command is taken to hang


@pytest.fixture(scope="module", autouse=True)
def drawer():
    """One browser for all files of this module."""
    kaleido = pytest.importorskip("kaleido")
    yield
    kaleido.stop_sync_server(silence_warnings=True)


@pytest.fixture(scope="module")
def scene():
    walk = ls.run(himmelblau(), ls.optimizers.adam(learning_rate=0.1), steps=20)
    return ls.scene(himmelblau(), walk, resolution=41, title="Adam finds a valley")


@pytest.fixture(scope="module")
def contour(scene):
    return figures.contour(scene, width=WIDTH, height=HEIGHT)


def pixels(png: bytes) -> np.ndarray:
    """The pixels (height, width, channels) of a PNG of 8 bits that is not interlaced."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        chunk = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, *_, interlaced = struct.unpack(">IIBBBBB", chunk)
            assert (depth, interlaced) == (8, 0)
        data += chunk if kind == b"IDAT" else b""
        at += 12 + length
    channels = {2: 3, 6: 4}[colour]
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    above = np.zeros(width * channels, np.uint8)
    return np.stack([above := unfiltered(row[0], row[1:], above, channels) for row in rows]).reshape(height, width, -1)


def unfiltered(kind: int, row: np.ndarray, above: np.ndarray, channels: int) -> np.ndarray:
    """One row of a PNG, its filter undone (PNG specification, section 9)."""
    if kind == 0:
        return row
    if kind == 1:
        return np.cumsum(row.reshape(-1, channels), axis=0, dtype=np.uint8).ravel()
    if kind == 2:
        return row + above
    out, up = [0] * channels, [0] * channels + above.tolist()
    for i, value in enumerate(row.tolist()):
        left, over, corner = out[i], up[i + channels], up[i]
        guess = (left + over) // 2
        if kind == 4:
            guess = min((left, over, corner), key=lambda near: abs(left + over - corner - near))
        out.append((value + guess) % 256)
    return np.array(out[channels:], np.uint8)


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_png_has_the_asked_size_and_a_picture(contour, tmp_path, scale):
    path = export.save(contour, tmp_path / "x.png", scale=scale)
    image = pixels(path.read_bytes())
    assert image.shape[:2] == (HEIGHT * scale, WIDTH * scale)
    assert len(np.unique(image.reshape(-1, image.shape[2]), axis=0)) > 100
    np.testing.assert_array_equal(image[0, 0, :3], [255, 255, 255])


def test_png_of_the_surface_shows_it(scene, tmp_path):
    dark = figures.surface_3d(scene, width=WIDTH, height=HEIGHT, theme="dark")
    image = pixels(export.save(dark, tmp_path / "x.PNG").read_bytes())
    assert image.shape[:2] == (HEIGHT, WIDTH)
    middle = image[HEIGHT // 4 : -HEIGHT // 4, WIDTH // 4 : -WIDTH // 4].reshape(-1, image.shape[2])
    assert len(np.unique(middle, axis=0)) > 100
    np.testing.assert_array_equal(image[0, 0, :3], [0x15, 0x19, 0x1F])


def test_svg_of_a_contour_is_vectors_alone(contour, tmp_path):
    root = ElementTree.parse(export.save(contour, tmp_path / "x.svg")).getroot()
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert (root.get("width"), root.get("height")) == (str(WIDTH), str(HEIGHT))
    assert "path" in tags
    assert "image" not in tags
    assert "Adam finds a valley" in "".join(root.itertext())
    assert "non-scaling-stroke" not in (tmp_path / "x.svg").read_text(encoding="utf-8")


def test_vectors_have_the_size_of_the_figure_whatever_the_scale(scene, tmp_path):
    small = figures.convergence(scene, size="column")
    root = ElementTree.parse(export.save(small, tmp_path / "x.svg", scale=4.0)).getroot()
    assert (root.get("width"), root.get("height")) == ("317", "432")


def test_the_surface_in_a_vector_file_has_twice_the_pixels(scene, tmp_path):
    text = export.save(figures.surface_3d(scene, width=WIDTH, height=HEIGHT), tmp_path / "x.svg").read_text("utf-8")
    picture = base64.b64decode(text.partition("data:image/png;base64,")[2].partition('"')[0])
    wide = float(text.partition("<image")[2].partition('width="')[2].partition('"')[0])
    assert struct.unpack(">I", picture[16:20])[0] == pytest.approx(2 * wide, abs=2)


def test_arrows_grow_with_the_pixels(contour):
    plain, large = (export._arrows(contour.to_dict(), scale)["data"] for scale in (1.0, 2.0))
    (before,), (after,) = ([t["marker"] for t in each if t["type"] == "quiver"] for each in (plain, large))
    assert after["line"]["width"] == 2 * before["line"]["width"]
    assert after["line"]["width"] * after["arrowsize"] == before["line"]["width"] * before["arrowsize"]


def test_a_transparent_picture_shows_what_is_behind(scene, tmp_path):
    figure = figures.convergence(scene, width=WIDTH, height=HEIGHT, theme="transparent-dark")
    image = pixels(export.save(figure, tmp_path / "x.png").read_bytes())
    assert image.shape[2] == 4
    assert image[0, 0, 3] == 0
    assert image[..., 3].max() == 255


def test_pdf_is_one(contour, tmp_path):
    content = export.save(contour, tmp_path / "x.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert content.rstrip().endswith(b"%%EOF")


class Page(HTMLParser):
    """Collects what a page loads, its language and its title."""

    def __init__(self, text: str):
        super().__init__()
        self.tags, self.loads, self.lang, self.title = [], [], None, ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        named = dict(attrs)
        self.loads += [value for name, value in attrs if name in ("src", "href", "data", "srcset")]
        self.lang = named.get("lang") if tag == "html" else self.lang

    def handle_data(self, data):
        self.title += data if self.tags and self.tags[-1] == "title" and not self.title else ""


def test_html_needs_nothing_from_elsewhere(contour, tmp_path):
    text = export.save(contour, tmp_path / "x.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.loads == []
    assert "link" not in page.tags
    assert "cdn.plot.ly" not in text.partition("plotly.js v")[0]
    assert text.count("plotly.js v") >= 1
    assert page.lang == "en"
    assert page.title == "Adam finds a valley"


def test_html_is_one_page_with_one_head(contour):
    text = export.html(contour)
    assert text.lower().startswith("<!doctype html>")
    page = Page(text)
    assert [page.tags.count(tag) for tag in ("html", "head", "title", "body")] == [1, 1, 1, 1]


def test_a_dark_page_is_dark_to_its_edges(browser, contour, tmp_path):
    contour = type(contour)(contour).update_layout(paper_bgcolor="#15191F")
    page = browser.new_page(viewport={"width": 800, "height": 500})
    page.goto(export.save(contour, tmp_path / "dark.html").as_uri())
    pixels = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.close()
    assert {pixels.getpixel(at) for at in ((0, 0), (799, 0), (0, 499), (799, 499))} == {(0x15, 0x19, 0x1F)}


def test_html_takes_any_title_as_text():
    titles = ("plain", "a < b & </title><script>alert(1)</script>")
    scenes = [ls.scene(himmelblau(), resolution=5, title=title) for title in titles]
    plain, odd = (Page(export.html(figures.contour(scene))).tags for scene in scenes)
    assert odd == plain


@pytest.mark.parametrize("name", ["figure.jpeg", "figure", "figure.", ".png", "archive.tar.gz", "figure.pgn"])
def test_an_unknown_ending_is_refused_before_anything_is_written(contour, tmp_path, name):
    with pytest.raises(LandscapeError, match=r"should end in one of \.png, \.svg, \.pdf, \.html\."):
        export.save(contour, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_mistyped_ending_is_suggested():
    with pytest.raises(LandscapeError, match="Did you mean 'png'"):
        export.format_of("figure.pgn")


def test_endings_are_read_in_any_case():
    assert [export.format_of(f"a.{name}") for name in ("PNG", "Svg", "pdf", "HTML")] == ["png", "svg", "pdf", "html"]


def test_a_folder_is_no_file(contour, tmp_path):
    (tmp_path / "x.html").mkdir()
    with pytest.raises(LandscapeError, match="it is a folder; give a file name"):
        export.save(contour, tmp_path / "x.html")


@pytest.mark.parametrize("place", ["missing/x.html", "file/x.html", f"{'long' * 100}.html"])
def test_a_place_where_no_file_can_be_made_is_told(contour, tmp_path, place):
    (tmp_path / "file").touch()
    with pytest.raises(LandscapeError, match=r"Cannot write '.*': .*; choose another place\."):
        export.save(contour, tmp_path / place)


def test_checking_a_place_leaves_no_file_and_keeps_what_is_there(tmp_path):
    new, old = tmp_path / "new.png", tmp_path / "old.png"
    old.write_bytes(b"kept")
    assert export.check_writable(new) == new
    assert export.check_writable(old) == old
    assert [path.name for path in tmp_path.iterdir()] == ["old.png"]
    assert old.read_bytes() == b"kept"


@pytest.mark.parametrize("kind", ["missing", "broken"])
def test_without_a_browser_the_command_names_chromium_and_offers_html(tmp_path, kind):
    browser = tmp_path / "browser"
    if kind == "broken":
        browser.write_text("#!/bin/sh\nexit 1\n")
        browser.chmod(0o755)
    asked = ["figure", "contour", "--optimizer", "sgd", "--steps", "2", "--width", "480", "--height", "270"]
    done = subprocess.run(
        [sys.executable, "-m", "landscape", *asked, "--out", "x.png"],
        cwd=tmp_path, env=os.environ | {"BROWSER_PATH": str(browser)}, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Chromium" in done.stderr
    assert "--out x.html" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x.png").exists()


def test_without_kaleido_the_sentence_names_the_extra(contour, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "kaleido", None)
    with pytest.raises(LandscapeError, match=r"pip install 'landscape\[export\]', or write HTML"):
        export.save(contour, tmp_path / "x.png")
    assert export.save(contour, tmp_path / "x.html").exists()
