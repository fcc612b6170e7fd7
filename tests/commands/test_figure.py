"""`landscape figure`: the same picture from options, addresses and files; bad input told before anything runs."""

import pytest
from helpers import STEPS

import landscape as ls
from landscape import Experiment, figures
from landscape.commands.figure import DEFAULT_OPTIMIZERS
from landscape.schedules import cosine

SIZE = ["--width", "480", "--height", "270"]
SMALL = [*SIZE, "--steps", str(STEPS)]
OPTIONS = ["--surface", "quadratic:condition=20", "--optimizer", "sgd:learning_rate=cosine(peak=0.05)",
           "--optimizer", "genetic:size=8", "--start", "1.5,-2", "--seed", "3", "--frame", "9"]  # fmt: skip
SAME = Experiment(
    ls.surfaces.quadratic(condition=20.0),
    (ls.optimizers.sgd(learning_rate=cosine(peak=0.05)), ls.optimizers.genetic(size=8)),
    start=(1.5, -2.0), seed=3, steps=STEPS, frame=9,
)  # fmt: skip
BAD = {
    "contuor": "Unknown figure 'contuor'. Did you mean 'contour'?",
    "contour --surface bealle": "Did you mean 'beale'?",
    "contour --surface beale:a=1": "beale has no parameter 'a'. It has no parameters.",
    "contour --surface quadratic:dim=1": "quadratic(dim=1) is outside 2 … 10000",
    "contour --optimizer adamm": "Unknown optimizer 'adamm'. Did you mean 'adam'?",
    "contour --optimizer adam:b1=1.2": "adam(b1=1.2) is outside 0 … 0.99999",
    "contour --optimizer adam:learning_rat=1": "Did you mean 'learning_rate'?",
    "contour --optimizer adam:learning_rate=cosin(peak=1)": "Unknown schedule 'cosin'. Did you mean 'cosine'?",
    "contour --optimizer adam:self=1": "adam has no parameter 'self'",
    "contour --optimizer adam:": "expected the name of a parameter at character 6",
    "contour --optimizer particle_swarm:size=1000000 --steps 100000": "GiB",
    "contour --start 1": "is no point of himmelblau; give 2 finite numbers",
    "contour --start nan,0": "give 2 finite numbers",
    "contour --start here": "--start here should be numbers with commas between",
    "contour --steps 0": "steps=0 is not a whole number in 1 … 1000000",
    "contour --steps -3": "steps=-3",
    "contour --seed -1": "seed=-1",
    "contour --frame -1": "frame=-1",
    "contour --defaults best": "--defaults best is neither tuned nor common",
    "contour --theme drak": "Unknown theme 'drak'. Did you mean 'dark'?",
    "contour --by steps": "--by belongs to convergence and race; contour has no such option",
    "convergence --by evaluation": "Did you mean 'evaluations'?",
    "contour --width 50": "--width 50 is not in 200 … 8000 pixels",
    "contour --height 9000": "--height 9000 is not in 200 … 8000 pixels",
    "contour --width 4000 --height 300": "make it higher",
    "contour --size hlaf": "Unknown size 'hlaf'. Did you mean 'half'?",
    "contour --font 9": "font 9.0 is not in 0.8 … 2.0",
    "level_sets --option style=arrows": "option style is none of this figure; level_sets has none.",
    "level_sets --option arrows": "--option arrows should be key=value",
    "basins --out x.csv": "This experiment has no optimizers, so it has no numbers",
    "contour --scale 0": "--scale 0.0 is not in 0.1 … 8",
    "contour --scale nan": "--scale nan is not in 0.1 … 8",
    "contour --out x.jpeg": "should end in one of .png, .svg, .pdf, .html",
    "contour --out missing/x.html": "Cannot write 'missing/x.html': No such file or directory",
    "contour --out folder.html": "it is a folder; give a file name",
    "contour --experiment missing.json": "Cannot read 'missing.json': No such file or directory",
    "contour --experiment folder.json": "Cannot read 'folder.json'",
    "contour --experiment broken.json": "no JSON",
    "contour --experiment bytes.json": "bytes.json",
    "contour --experiment https://example.com/?q=1": "unknown part 'q'",
    "contour --experiment surface=beale --surface beale": "--experiment has its surface already; leave surface out",
    "contour --experiment surface=beale --steps 200": "--experiment has its steps already",
    "contour --experiment optimizer=adam": "names no surface",
}


@pytest.fixture
def drawn(monkeypatch):
    """What is drawn instead of being written: (figure, path, scale), in order."""
    saved = []

    def save(figure, path, *, scale=1.0):
        saved.append((figure, path, scale))
        return path

    monkeypatch.setattr(ls.export, "save", save)
    return saved


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe{}")
    return tmp_path


def test_options_draw_what_python_draws(landscape, drawn):
    done = landscape("figure", "contour", *OPTIONS, *SMALL, "--title", "A finding", "--theme", "dark", "--scale", "2")
    assert done.code == 0
    scene = SAME.scene(title="A finding", aspect=figures.aspect(480, 270))
    (figure, path, scale), *_ = drawn
    assert figure.to_json() == figures.contour(scene, theme="dark", width=480, height=270).to_json()
    assert (str(path), scale) == ("landscape.png", 2.0)


@pytest.mark.parametrize("form", ["query", "address", "file"])
def test_an_experiment_draws_what_its_options_draw(landscape, drawn, folder, form):
    (folder / "saved.json").write_text(SAME.to_json(), encoding="utf-8")
    given = {"query": SAME.to_url(), "address": f"http://127.0.0.1:8050/?{SAME.to_url()}", "file": "saved.json"}[form]
    assert landscape("figure", "contour", *OPTIONS, *SMALL).code == 0
    assert landscape("figure", "contour", "--experiment", given, *SIZE).code == 0
    assert drawn[0][0].to_json() == drawn[1][0].to_json()
    assert landscape("figure", "contour", *OPTIONS, *SMALL, "--frame", "4").code == 0
    assert landscape("figure", "contour", "--experiment", given, *SIZE, "--frame", "4").code == 0
    assert drawn[2][0].to_json() == drawn[3][0].to_json() != drawn[1][0].to_json()


def test_an_experiment_keeps_slots_and_hidden_entrants(landscape, drawn):
    first, second = SAME.entrants
    kept = SAME.replace(entrants=(ls.Entrant(first.optimizer, 4, hidden=True), ls.Entrant(second.optimizer, 2)))
    landscape("figure", "convergence", "--experiment", kept.to_url(), *SIZE)
    assert {trace.meta["slot"] for trace in drawn[0][0].data} == {2}


def test_convergence_takes_what_to_count(landscape, drawn):
    landscape("figure", "convergence", *OPTIONS, *SMALL, "--by", "evaluations")
    assert drawn[0][0].layout.xaxis.title.text == "evaluations"


def test_without_optimizers_four_are_shown(landscape, drawn):
    landscape("figure", "convergence", *SMALL)
    assert len({trace.meta["slot"] for trace in drawn[0][0].data}) == len(DEFAULT_OPTIMIZERS) == 4


@pytest.fixture
def tuned(monkeypatch):
    """Every surface knows a better learning rate for sgd."""
    better = {"sgd": {"learning_rate": 0.125}}
    monkeypatch.setattr(ls.Surface, "tuned", lambda surface, entry: better.get(entry.name, {}))


def rates(figure) -> list[float]:
    return [trace.y[0] for trace in figure.data if trace.meta.get("metric") == "learning_rate"]


def test_tuned_defaults_are_used_and_announced(landscape, drawn, tuned):
    done = landscape("figure", "metrics", "--surface", "beale", "--optimizer", "sgd", *SMALL)
    assert "sgd: tuned to beale: learning_rate=0.125" in done.err
    assert rates(drawn[0][0]) == [0.125]


def test_given_values_and_common_defaults_are_not_tuned(landscape, drawn, tuned):
    asked = ["figure", "metrics", "--surface", "beale", *SMALL, "--optimizer"]
    given, common = landscape(*asked, "sgd:noise=0.0"), landscape(*asked, "sgd", "--defaults", "common")
    assert "tuned" not in given.err + common.err
    assert [rates(figure) for figure, *_ in drawn] == [[0.002], [0.002]]


def test_a_run_that_diverges_is_announced_and_drawn(landscape, drawn):
    done = landscape("figure", "contour", "--surface", "quadratic", "--optimizer", "sgd:learning_rate=1e12", *SMALL)
    assert done.code == 0
    end = next(trace for trace in drawn[0][0].data if trace.meta["role"] == "end")
    assert end.marker.symbol == "x"
    step = int(done.err.partition("sgd diverged at step ")[2].split(";")[0])
    assert f"its path is drawn to step {step - 1}." in done.err
    assert any(f"diverged at step {step}" in note.text for note in drawn[0][0].layout.annotations)


def test_a_file_is_written_and_its_place_said_whole(landscape, folder):
    deep = folder / ("a folder with a rather long name " * 3).strip()
    deep.mkdir()
    done = landscape("figure", "contour", *OPTIONS, *SMALL, "--out", str(deep / "x.html"))
    assert (done.code, done.out) == (0, "")
    assert (deep / "x.html").stat().st_size > 1_000_000
    assert f"Wrote {deep / 'x.html'}\n" in done.err


@pytest.mark.parametrize("words", BAD)
def test_bad_input_ends_in_one_sentence(landscape, drawn, words):
    assert BAD[words] in landscape("figure", *words.split()).refusal
    assert not drawn


@pytest.mark.parametrize(
    "words",
    [
        "contuor",
        "contour --out missing/x.png",
        "contour --out x.jpeg",
        "contour --width 50",
        "contour --theme drak",
        "convergence --by evaluation",
        "contour --by steps",
    ],
)
def test_what_is_wrong_about_the_picture_is_said_before_anything_runs(landscape, monkeypatch, words):
    def run(experiment):
        raise AssertionError("something ran")

    monkeypatch.setattr(Experiment, "run", run)
    assert landscape("figure", *words.split()).refusal


@pytest.mark.parametrize("words", ["contour --steps many", "contour --nonsense", "", "contour --width", "a b"])
def test_options_that_are_none_are_told(landscape, words):
    done = landscape("figure", *words.split())
    assert (done.code, done.out) == (2, "")
    assert "Error" in done.err
    assert "Traceback" not in done.err


def test_nothing_bad_is_left_behind(landscape, folder):
    before = sorted(folder.iterdir())
    landscape("figure", "contour", "--theme", "drak", *SMALL, "--out", "x.html")
    landscape("figure", "contour", "--optimizer", "adamm", "--out", "x.html")
    assert sorted(folder.iterdir()) == before


def test_sizes_by_name_are_drawn_and_overridden(landscape, drawn):
    for words in (["--size", "column"], ["--size", "column", "--width", "640", "--height", "900", "--scale", "1"]):
        assert landscape("figure", "convergence", *OPTIONS, "--steps", str(STEPS), "--theme", "print", *words).code == 0
    (named, _, scale), (given, _, own) = drawn
    assert (named.layout.width, named.layout.height, scale) == (317, 432, 4.0)
    assert (given.layout.width, given.layout.height, own) == (640, 900, 1.0)
    assert given.layout.font.size == pytest.approx(named.layout.font.size * 640 / 317)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_numbers_are_written_instead_of_a_figure(landscape, drawn, folder, kind):
    assert landscape("figure", "contour", *OPTIONS, *SMALL, "--out", f"run.{kind}").code == 0
    text = (folder / f"run.{kind}").read_text(encoding="utf-8")
    assert not drawn
    assert text == ls.export.csv(SAME) if kind == "csv" else Experiment.from_json(text) == SAME
