"""The documentation: what its pages name is there, its examples parse, and a few of them run."""

import ast
import inspect
import re
import tempfile
import tomllib
from pathlib import Path

import pytest

import landscape as ls
from landscape import catalog, deck, figures
from landscape.benchmark import Study, recipe
from landscape.commands import match, own_files, solve
from landscape.commands.figure import own_options
from landscape.figures import FIGURES
from landscape.report.answers import ANSWERS, command
from landscape.theme import DARK
from tools.docs import commands, python, reference
from tools.docs.blocks import blocks, run_python, run_shell
from tools.docs.blocks import commands as of_ours
from tools.docs.examples import Runner, wrapped

SITE = Path(__file__).parents[1] / "docs" / "site"
WORDS = {"python": ("", "only"), "sh": ("", "run", "film"), "text": ("",), "toml": ("",)}
PAGES = sorted(SITE.rglob("*.md"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(SITE).as_posix())
def test_code_parses_commands_exist_and_links_lead_somewhere(path):
    text = path.read_text()
    for block in blocks(text):
        assert block.word in WORDS[block.kind]
        if block.kind == "toml":
            content = tomllib.loads(block.code)
            assert recipe.parsed(block.code).cells() if "problems" in content else deck.pictures(content)
        if block.kind == "python":
            ast.parse(block.code)
        for words in of_ours(block.code) if block.kind == "sh" else ():
            check(words)
    written = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for name in re.findall(r"`ls\.([\w.]+)", written):
        thing = ls
        for part in name.split("."):
            thing = getattr(thing, part)
    made = ("reference/", "explanation/", "images/")  # by the build, which fails where they lead nowhere
    for target in re.findall(r"\]\(([^)#:]+)", written):
        place = (path.parent / target).resolve().relative_to(SITE).as_posix()
        assert place.startswith(made) or (SITE / place).exists(), target


def check(words: list[str]) -> None:
    """Raise unless this command, its options and the names in it are there."""
    path, values = commands.parsed(words)
    for text in [values["surface"]] if isinstance(values.get("surface"), str) else values.get("surface") or ():
        catalog.surface(text)
    for text in values.get("optimizer") or ():
        catalog.optimizer(text)
    if path == "landscape figure":
        own_options(values["name"], figures.named(values["name"]), list(values["option"]))
    if path == "landscape match":
        match.check_out(values["out"])
    if path == "landscape solve":
        solve.check_files(values["out"], values["written"])
    if values.get("problem") and "mine." not in values["problem"]:
        own_files.problem(values["problem"])


def test_commands_of_the_front_page_exist():
    found = [words for block in blocks((SITE.parents[1] / "README.md").read_text()) if block.kind == "sh"
             for words in of_ours(block.code)]  # fmt: skip
    assert len(found) > 30
    for words in found:
        check(words)


def test_every_figure_has_a_question_a_command_and_a_page_with_code():
    assert set(ANSWERS) == set(FIGURES)
    assert {path.stem for path in (SITE / "figures").glob("*.md")} == {*FIGURES, "index", "networks", "study"}
    assert len({answer.question for answer in ANSWERS.values()}) == len(ANSWERS)
    for name in FIGURES:
        check(of_ours(command(name))[0])
        assert of_ours(wrapped(command(name))) == of_ours(command(name))
        code = [block.code for block in blocks((SITE / "figures" / f"{name}.md").read_text()) if block.kind == "python"]
        assert len(code) == 1
        assert f"ls.figures.{name}(" in code[0]


@pytest.mark.parametrize("name", ["slice_1d", "level_sets"])
def test_python_and_shell_of_a_page_draw_the_same(name):
    """The build checks all of them."""
    (block,) = blocks((SITE / "figures" / f"{name}.md").read_text())
    _, drawn = run_python(block.code, {}, name)
    asked = run_shell(command(name))
    assert [each.name for each in drawn] == [each.name for each in asked] == [name]
    one, other = (each.figure("dark") for each in (drawn[0], asked[0]))
    assert len(one.data) > 2
    assert one.layout.paper_bgcolor == DARK.panel
    assert {t.meta["role"] for t in one.data} == {t.meta["role"] for t in other.data}
    assert one.to_json() == other.to_json()


def test_the_guide_to_benchmarks_runs_and_every_figure_of_a_study_is_shown(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    runner = Runner()
    guide = (SITE / "guides" / "benchmark.md").read_text().split("## Smaller things")[0]
    shown = runner.page("guides/benchmark.md", guide, up=1)
    assert "<benchmark of <108 runs: 3 optimizers on 6 problems>>" in shown
    assert [each.drawn.name for each in runner.pictures] == ["ecdf", "contour"]
    code = "".join(block.code for block in blocks((SITE / "figures" / "study.md").read_text()))
    assert set(re.findall(r"ls\.figures\.study\.(\w+)\(results", code)) == set(figures.study.FIGURES)


def test_the_example_of_a_study_is_a_study():
    study = Study.from_toml(SITE.parent / "examples" / "study.toml")
    assert len(study.problems) == 3 * 2 * 3 + 3
    assert len(study.cells()) == len(study.problems) * len(study.optimizers) * 5


def test_wrong_commands_are_found_out():
    for words in (["figure", "contour", "--surfaces", "x"], ["figures"], ["benchmark", "race"]):
        with pytest.raises(Exception, match="No such"):
            commands.parsed(words)
    with pytest.raises(ls.LandscapeError, match="Did you mean 'adam'"):
        check(["figure", "contour", "--optimizer", "adamm"])


def test_the_reference_names_every_command_public_name_and_parameter():
    page = commands.page()
    for words in ("list", "figure", "dashboard", "gallery", "benchmark run"):
        assert f"## landscape {words} " in page
    assert "| `--steps` | steps to run | `200` |" in page
    described = "\n".join(python.pages().values())
    assert all("::: " in text for text in python.pages().values())
    for name in ("match.game.Match", "terrain.walks.random_walk", "problems.instances.load", "exact.proof.solve"):
        assert f"::: landscape.{name}\n" in described
    modules = {name for name in ls.__all__ if inspect.ismodule(getattr(ls, name))}
    for name in set(ls.__all__) - modules:
        thing = getattr(ls, name)
        assert f"::: {thing.__module__}.{thing.__name__}\n" in described
    section = reference.optimizer_section(catalog.optimizers()["adam"])
    for parameter in catalog.optimizers()["adam"].parameters.values():
        assert f"| `{parameter.name}` |" in section
    assert "| `b1` | 0.9 | 0 … 0.999 |" in section
    assert "https://arxiv.org/abs/1412.6980" in section
    section = reference.surface_section(ls.surfaces.branin())
    assert "<math" in section
    assert "[−5, 10] × [0, 15]" in section


def test_the_curve_of_a_schedule_is_its_course():
    drawing = reference.curve(catalog.schedules()["linear"])
    points = [tuple(map(float, pair.split(","))) for pair in re.search(r'points="([^"]+)"', drawing)[1].split()]
    across, down = zip(*points, strict=True)
    assert across[0] < across[60] < across[-1]
    assert down[60] == pytest.approx((down[0] + down[-1]) / 2, abs=0.11)
    assert down[-1] == 66.0


def test_columns_of_docstrings_become_lists():
    told = python.listed(inspect.cleandoc(ls.run.__doc__))
    assert "\n- `budget`: evaluations after which the run stands still, so that races are equal." in told
    assert "- `start`: None: `surface.start` for a single walker, samples of the domain for a population; (d,)" in told
    assert python.listed("One.\n\nTwo words  here and\nthere.") == "One.\n\nTwo words  here and\nthere."
