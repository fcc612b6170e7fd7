"""Decks: what is wrong is told before anything runs, each figure by its place; one that fails loses no other."""

import threading
from pathlib import Path

import pytest
from helpers import STEPS

import landscape as ls
from landscape import Experiment, LandscapeError, deck, export, figures, session_figures
from landscape.deck import KEYS, Picture, pictures, read
from landscape.networks.session import Session
from landscape.render import render

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "deck.toml"
SMALL = {"width": 480, "height": 270, "steps": STEPS, "surface": "quadratic:condition=20", "format": "html"}
NET = "network=network:data=xor,points=40&optimizer=adam&epochs=4"
BAD = [
    ({"figure": "contuor"}, "figure 1 'contuor': Unknown figure 'contuor'. Did you mean 'contour'?"),
    ({"name": "a"}, "figure 1 'a': it names no figure. Known: basins"),
    ({"figure": 3}, "figure = '3' should be the name of a figure."),
    ({"figure": "contour", "sise": "half"}, "there is no 'sise' here. Did you mean 'size'?"),
    ({"figure": "contour", "size": "hlaf"}, "Unknown size 'hlaf'. Did you mean 'half'?"),
    ({"figure": "contour", "width": 50}, "width 50 is not in 200 … 8000 pixels."),
    ({"figure": "contour", "width": "wide"}, "width = 'wide' should be a whole number."),
    ({"figure": "contour", "width": True}, "width = 'True' should be a whole number."),
    ({"figure": "contour", "width": 8000, "height": 250}, "leaves no room for the plot; make it higher."),
    ({"figure": "contour", "font": 9.0}, "font 9.0 is not in 0.8 … 2.0"),
    ({"figure": "contour", "font": float("nan")}, "font nan is not in 0.8 … 2.0"),
    ({"figure": "contour", "scale": 0}, "scale 0 is not in 0.1 … 8."),
    ({"figure": "contour", "theme": "drak"}, "Unknown theme 'drak'. Did you mean 'dark'?"),
    ({"figure": "contour", "format": "pgn"}, "format 'pgn' is not one of png, svg, pdf, html. Did you mean 'png'?"),
    ({"figure": "contour", "format": []}, "format is an empty list"),
    ({"figure": "contour", "format": [["png"]]}, "format ['png'] is not one of"),
    ({"figure": "contour", "name": "../a"}, "the name '../a' is none for a file"),
    ({"figure": "contour", "name": ""}, "the name '' is none for a file"),
    ({"figure": "contour", "surface": "bealle"}, "Did you mean 'beale'?"),
    ({"figure": "contour", "optimizers": "adam"}, "optimizers = 'adam' should be a list of texts"),
    ({"figure": "contour", "optimizers": [1]}, "optimizers should be a list of texts"),
    ({"figure": "contour", "optimizers": ["adamm"]}, "Unknown optimizer 'adamm'. Did you mean 'adam'?"),
    ({"figure": "contour", "start": [1.0]}, "is no point of himmelblau; give 2 finite numbers"),
    ({"figure": "contour", "start": ["a", 1]}, "start should be a list of numbers"),
    ({"figure": "contour", "steps": 0}, "steps=0 is not a whole number in 1 … 1000000"),
    ({"figure": "contour", "by": "steps"}, "by belongs to convergence and race; contour has no such option."),
    ({"figure": "convergence", "by": "evaluation"}, "Did you mean 'evaluations'?"),
    ({"figure": "contour", "options": {"x": 1}}, "option x is none of this figure; contour has arrows."),
    ({"figure": "contour", "options": ["x"]}, "should be a table"),
    ({"figure": "curvature", "options": {"quantity": "largst"}}, "quantity='largst' is not one of"),
    ({"figure": "contour", "defaults": "best"}, "defaults best is neither tuned nor common."),
    ({"figure": "contour", "experiment": "none.json"}, "Cannot read 'none.json': No such file or directory."),
    ({"figure": "contour", "experiment": "optimizer=adam"}, "names no surface"),
    ({"figure": "contour", "experiment": "surface=booth", "steps": 3}, "the experiment has its steps already"),
    ({"figure": "contour", "plane": "random"}, "plane belongs to figures of networks; name their session."),
    ({"figure": "decision_map", "session": "none.json"}, "Cannot read 'none.json': No such file or directory."),
    ({"figure": "decisionmap", "session": NET}, "Did you mean 'decision_map'"),
    ({"figure": "contour", "session": NET, "steps": 3}, "has no steps; its session says what is trained"),
    ({"figure": "contour", "session": NET, "plane": "randm"}, "Unknown plane 'randm'. Did you mean 'random'?"),
    ({"figure": "contour", "session": NET, "options": {"measure": "los"}}, "Did you mean 'loss'?"),
]


@pytest.fixture(autouse=True)
def idle(monkeypatch, request):
    """Reading a deck runs nothing."""
    if "drawn" not in request.fixturenames:
        monkeypatch.setattr(Experiment, "run", lambda *_: pytest.fail("something ran"))


@pytest.fixture
def drawn(monkeypatch):
    """What the browser was asked for: (kind, scale), drawn by nobody."""
    asked = []

    def draw(browser, figure, kind, *, scale=1.0):
        asked.append((kind, scale, figure.layout.width))
        done = export.Future()
        done.set_result(b"picture")
        return done

    monkeypatch.setattr(export.Browser, "draw", draw)
    return asked


@pytest.mark.parametrize(("entry", "sentence"), BAD, ids=lambda each: str(each)[:50] if isinstance(each, dict) else "")
def test_what_is_wrong_is_told_by_place_and_name(entry, sentence):
    with pytest.raises(LandscapeError) as error:
        pictures({"figures": [entry]})
    assert sentence in str(error.value)
    assert str(error.value).startswith("figure 1")
    assert "\n" not in str(error.value)


def test_every_entry_that_is_wrong_is_told():
    entries = [{"figure": "contour", "name": f"{i}"} | extra for i, extra in enumerate([{"size": "x"}, {}, {"at": 1}])]
    with pytest.raises(LandscapeError) as error:
        pictures({"figures": [*entries, {"figure": "contour", "name": "1"}, 7]})
    first, third, fourth, fifth = str(error.value).splitlines()
    assert first.startswith("figure 1 '0': Unknown size 'x'")
    assert third.startswith("figure 3 '2': at = '1' should be a list of numbers")
    assert fourth == "figure 4 '1': another figure is called '1' too; give it a name of its own."
    assert fifth == "figure 5: it is no table."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"should have a \[\[figures\]\]"),
        ("figures = 3", r"should have a \[\[figures\]\]"),
        ("defaults = 3", r"should have a \[\[figures\]\]"),
        ("[[figure]]\n", "A deck has no part 'figure'. Did you mean 'figures'"),
        ("[[figures]]\nfigure = ", r"is no TOML: Invalid value \(at end of document\)\."),
        ("[defaults]\nname = 'a'\n[[figures]]\nfigure = 'contour'", "defaults: there is no 'name' here"),
        ("[defaults]\nsteps = 'a'\n[[figures]]\nfigure = 'contour'", "defaults: steps = 'a' should be a whole number"),
    ],
)
def test_a_file_that_is_no_deck_is_told(tmp_path, text, sentence):
    (tmp_path / "deck.toml").write_text(text)
    with pytest.raises(LandscapeError, match=sentence):
        read(tmp_path / "deck.toml")


@pytest.mark.parametrize("place", ["missing.toml", ".", "bytes.toml"])
def test_a_file_that_cannot_be_read_is_told(tmp_path, place):
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(LandscapeError, match="Cannot read"):
        read(tmp_path / place)


def test_the_example_is_a_lecture():
    found = read(EXAMPLE)
    assert len(found) >= 10
    assert len({picture.figure for picture in found}) >= 10
    assert all(picture.title for picture in found)


def test_entries_go_before_defaults():
    deck_ = {"defaults": {"size": "half", "theme": "dark", "surface": "booth", "by": "evaluations", "format": "svg"},
             "figures": [{"figure": "contour"}, {"figure": "convergence", "theme": "print", "surface": "beale"},
                         {"figure": "metrics", "format": ["pdf", "svg", "pdf"]}]}  # fmt: skip
    contour, convergence, metrics = pictures(deck_)
    assert (contour.theme, convergence.theme) == ("dark", "print")
    assert (contour.experiment.surface.name, convergence.experiment.surface.name) == ("booth", "beale")
    assert (contour.options, convergence.options) == ({}, {"by": "evaluations"})
    assert metrics.formats == ("pdf", "svg")
    assert metrics.size == {"size": "half"}


def test_experiments_are_found_beside_the_deck_and_entries_may_do_without(tmp_path):
    saved = Experiment(ls.surfaces.beale(), (ls.optimizers.adam(),), steps=STEPS)
    (tmp_path / "run.json").write_text(saved.to_json())
    (tmp_path / "deck.toml").write_text(
        "[defaults]\nexperiment = 'run.json'\n[[figures]]\nfigure = 'contour'\nframe = 3\n"
        "[[figures]]\nfigure = 'metrics'\nsurface = 'booth'\n"
    )
    first, second = read(tmp_path / "deck.toml")
    assert first.experiment == saved.replace(frame=3)
    assert second.experiment.surface.name == "booth"


def test_figures_of_networks_stand_beside_the_others(tmp_path, monkeypatch):
    (tmp_path / "saved.json").write_text(Session.from_query(NET).json())
    entries = [{"figure": "contour"}, {"figure": "contour", "name": "net", "plane": "random:seed=2", "frame": 3,
               "session": "saved.json", "theme": "dark", "title": "Found", "width": 480, "height": 270}]  # fmt: skip
    first, second = pictures({"figures": entries}, tmp_path)
    assert not isinstance(first, deck.OfNetworks)
    assert second.experiment == Session.from_query(NET).replace(plane="random:seed=2", frame=3)
    asked = {}
    monkeypatch.setattr(session_figures, "draw", lambda session, name, **look: asked.update(look, name=name))
    second.draw()
    assert asked == {"name": "contour", "title": "Found", "options": {}, "theme": "dark", "width": 480, "height": 270}


def test_a_picture_is_what_python_draws(drawn):
    entry = {"figure": "convergence", "optimizers": ["sgd:learning_rate=0.05"], "start": [1, -2], "title": "It falls",
             "theme": "dark", "by": "gradients", "font": 1.2, "frame": 9}  # fmt: skip
    (picture,) = pictures({"defaults": SMALL, "figures": [entry]})
    ground = ls.surfaces.quadratic(condition=20.0)
    alone = Experiment(ground, (ls.optimizers.sgd(learning_rate=0.05),), (1.0, -2.0), steps=STEPS, frame=9)
    size = {"width": 480, "height": 270, "font": 1.2}
    scene = alone.scene(title="It falls", aspect=figures.aspect(**size))
    assert picture.draw().to_json() == figures.convergence(scene, theme="dark", by="gradients", **size).to_json()


def test_one_that_fails_loses_no_other(drawn, tmp_path, monkeypatch):
    entries = [{"figure": "convergence", "name": "a", "format": ["png", "html", "pdf"], "size": "wide"},
               {"figure": "contour", "name": "b", "surface": "parabola"}, {"figure": "metrics", "name": "c"},
               {"figure": "schedules", "name": "d", "format": "svg"}]  # fmt: skip
    asked = pictures({"defaults": SMALL | {"optimizers": ["sgd"]}, "figures": entries})
    draw = Picture.draw
    monkeypatch.setattr(Picture, "draw", lambda self: 1 / 0 if self.name == "c" else draw(self))
    told = []
    failed = render(asked, tmp_path / "new" / "folder", progress=lambda *each: told.append(each))
    assert failed == {"b": "contour needs two coordinates and this surface has one; draw slice_1d.",
                      "c": "ZeroDivisionError: division by zero"}  # fmt: skip
    files = {path.name: path.read_bytes() for path in (tmp_path / "new" / "folder").iterdir()}
    assert set(files) == {"a.png", "a.html", "a.pdf", "d.svg"}
    assert files["a.png"] == files["d.svg"] == b"picture"
    assert b"<html" in files["a.html"]
    assert drawn == [("png", 4.0, 480), ("pdf", 4.0, 480), ("svg", 1.0, 480)]
    assert told[-1][1:] == (6, 6)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(LandscapeError, match="Cannot make the folder"):
        render((), tmp_path / "file" / "deck")


def test_one_browser_draws_all_while_others_are_computed(drawn, tmp_path, monkeypatch):
    monkeypatch.undo()
    kaleido = pytest.importorskip("kaleido")
    starts, threads = [], set()
    start = kaleido.Kaleido.__init__

    def counted(self, *args, **options):
        starts.append(threading.current_thread())
        start(self, *args, **options)

    monkeypatch.setattr(kaleido.Kaleido, "__init__", counted)
    entries = [{"figure": "convergence", "format": ["png", "svg"]}, {"figure": "metrics", "format": ["pdf"]}]
    asked = pictures({"defaults": SMALL | {"optimizers": ["sgd"]}, "figures": entries})
    assert render(asked, tmp_path, progress=lambda *_: threads.add(threading.current_thread())) == {}
    assert len(starts) == 1
    assert starts[0] is not threading.main_thread()
    heads = {path.name: path.read_bytes()[:4] for path in tmp_path.iterdir()}
    assert heads == {"convergence.png": b"\x89PNG", "convergence.svg": b"<svg", "metrics.pdf": b"%PDF"}


def test_every_key_is_read():
    source = Path(deck.__file__).read_text(encoding="utf-8")
    assert all(source.count(f'"{key}"') >= 2 for key in KEYS)
