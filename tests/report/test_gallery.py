"""The gallery: one file without network that tells every surface's facts as the catalog knows them."""

import html.parser
import re

import numpy as np
import pytest

import landscape as ls
from landscape import LandscapeError
from landscape.report.gallery import facts, gallery, shown

NAMES = ("himmelblau", "tilted_well", "relu_unit")
OUTSIDE = re.compile(r"""(?:src|href)=["']?(?!data:|https://doi\.org/|https://arxiv\.org/|#)\w""")


class Outline(html.parser.HTMLParser):
    """What of the page is counted: cards, pictures, formulas, code, scripts from elsewhere."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.pictures, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag == "img":
            self.pictures.append(dict(attributes))
        if tag not in ("img", "meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("gallery") / "surfaces.html"
    seen = []
    assert gallery(path, names=NAMES, progress=lambda name, done, all_: seen.append((name, done, all_))) == path
    assert [done for _, done, _ in seen] == [0, 1, 2, 3]
    return path.read_text(encoding="utf-8")


def test_every_surface_has_a_card_with_picture_formula_and_code(page):
    outline = Outline(page)
    assert outline.open == []
    assert outline.tags.count("article") == len(NAMES)
    assert outline.tags.count("math") == len(NAMES)
    assert len(outline.pictures) == len(NAMES)
    assert all(picture["src"].startswith("data:image/webp;base64,UklGR") for picture in outline.pictures)
    assert all("Picture of" in picture["alt"] for picture in outline.pictures)
    for name in NAMES:
        assert f"ls.surfaces.{name}(" in page
        assert f"--surface {name}" in page or f"--surface '{name}" in page


def test_the_page_asks_nothing_of_the_network(page):
    assert not OUTSIDE.search(page)
    assert "@import" not in page
    assert "url(" not in page


def test_the_code_of_a_card_makes_the_surface(page):
    for call in re.findall(r"surface = (ls\.surfaces\.[^\n]+)", page):
        name, inside = re.fullmatch(r"ls\.surfaces\.(\w+)\((.*)\)", call).groups()
        values = dict(part.split("=") for part in inside.split(", ")) if inside else {}
        made = ls.catalog.surfaces()[name](**{key: float(value) for key, value in values.items()})
        assert made == ls.catalog.surfaces()[name]()


def test_facts_are_those_of_the_catalog():
    told = dict(facts(ls.surfaces.himmelblau()))
    assert told["domain"] == "[−5, 5]<sup>2</sup>"
    assert told["minima"].count("(") == 4
    assert "(3, 2)" in told["minima"]
    assert told["lowest value"] == "0"
    told = dict(facts(ls.surfaces.branin()))
    assert told["domain"] == "[−5, 10] × [0, 15]"
    assert float(told["lowest value"]) == pytest.approx(10 / (8 * np.pi), rel=1e-10)
    assert dict(facts(ls.surfaces.saddle()))["minima"] == "falls without end"


def test_all_surfaces_are_shown_and_each_numbered_function():
    labels = [surface.name for surface in shown()]
    assert set(labels) == set(ls.catalog.surfaces())
    assert labels.count("bbob") == 24


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"out": "page.pdf"}, r"'page.pdf' should end in .html"),
        ({"out": "g.html", "names": ["himelblau"]}, "Did you mean 'himmelblau'"),
        ({"out": "g.html", "theme": "blue"}, "Unknown theme"),
    ],
)
def test_bad_input_is_told_in_one_sentence(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LandscapeError, match=said):
        gallery(**arguments)
    assert not list(tmp_path.iterdir())
