"""`landscape list`: everything there is, and one entry with its ranges and source."""

import pytest

import landscape as ls
from landscape.figures import FIGURES, networks
from landscape.parameters import Choice, Range, number
from landscape.problems import instances

GROUPS = {"surfaces": ls.catalog.surfaces(), "optimizers": ls.catalog.optimizers(), "schedules": ls.catalog.schedules(),
          "networks": ls.catalog.networks(), "problems": ls.catalog.problems(),
          "searches": ls.catalog.searches()}  # fmt: skip
ENTRIES = {name: entry for group in GROUPS.values() for name, entry in group.items()}


def rows(text: str) -> dict[str, str]:
    """Lines by their first word."""
    return {line.split()[0]: line for line in text.splitlines() if line.strip()}


def test_everything_is_listed_with_what_it_is(landscape):
    done = landscape("list")
    assert (done.code, done.err) == (0, "")
    for title, group in [*GROUPS.items(), ("figures", FIGURES)]:
        assert title in done.out
        assert all(name in rows(done.out) for name in group)
    assert GROUPS["optimizers"]["adam"].summary[:40] in done.out


@pytest.mark.parametrize("group", GROUPS)
def test_one_group_is_listed_alone(landscape, group):
    out = landscape("list", group).out
    listed = rows(out)
    assert set(GROUPS[group]) <= set(listed)
    others = [name for other, entries in GROUPS.items() if other != group for name in entries]
    assert not set(others) & set(listed)
    for name, entry in GROUPS[group].items():
        assert all(parameter in out for parameter in entry.parameters), name


def test_every_instance_that_ships_is_listed_and_known_by_name(landscape):
    listed = landscape("list", "instances").out.splitlines()
    for path in instances.FOLDER.glob("*.[!p]*"):  # all but Python
        told = [line.split() for line in listed if {path.stem, path.suffix} <= set(line.replace(",", " ").split())]
        assert len(told) == 1, path.name
        assert landscape("list", path.stem).out.strip().endswith(f" {told[0][0]}:instance={path.stem}")


def test_figures_are_listed_with_what_they_show(landscape):
    listed = rows(landscape("list", "figures").out)
    for name, figure in (FIGURES | networks.FIGURES).items():
        assert figure.__doc__.strip().split("\n")[0][:60] in listed[name]
    assert "adam" not in listed


def test_adam_is_shown_with_ranges_defaults_and_source(landscape):
    listed = landscape("list", "adam").out
    assert "arXiv:1412.6980" in listed
    row = rows(listed)["learning_rate"]
    assert "0.05" in row
    assert "0.001 … 1 (log)" in row
    assert ls.optimizers.adam.parameters["learning_rate"].help in row
    assert "0 … 0.999" in rows(listed)["b1"]


@pytest.mark.parametrize("name", ENTRIES)
def test_every_entry_is_shown_with_every_parameter_and_its_source(landscape, name):
    done, entry = landscape("list", name), ENTRIES[name]
    assert done.code == 0
    listed = rows(done.out.split("\nlab\n")[0])  # a lab may have the same name
    # Words may wrap; what is copied, an address or an identifier, may not.
    assert " ".join(entry.source.split()) in " ".join(done.out.split())
    assert entry.summary.split()[0] in done.out
    for parameter in entry.parameters.values():
        row = listed[parameter.name]
        if isinstance(parameter.kind, Range):
            assert f"{number(parameter.kind.low)} … {number(parameter.kind.high)}" in row
        if isinstance(parameter.kind, Choice):
            assert ", ".join(map(str, parameter.kind.options)) in row
        assert parameter.help in row


def test_a_name_that_a_lab_shares_is_told_of_both(landscape):
    told = landscape("list", "one_cycle").out
    assert ls.schedules.one_cycle.source in told
    assert ls.labs.one_cycle.summary.split(",")[0] in told
    assert "pct_start" in rows(told)


def test_a_default_that_is_a_schedule_is_written_as_it_is_typed(landscape):
    row = rows(landscape("list", "simulated_annealing").out)["temperature"]
    assert "exponential(start=10.0, end=1e-06)" in row


@pytest.mark.parametrize(
    ("word", "meant"),
    [("adamm", "adam"), ("himmelblow", "himmelblau"), ("optimisers", "optimizers"), ("surface", "surfaces")],
)
def test_a_mistyped_name_is_suggested(landscape, word, meant):
    assert landscape("list", word).refusal == f"Nothing here is called '{word}'. Did you mean '{meant}'?"


def test_a_name_like_no_other_is_answered_with_what_there_is(landscape):
    known = "Known: surfaces, optimizers, problems, searches, bridges, networks, schedules, labs, instances, figures"
    assert known in landscape("list", "qqqq").refusal


def test_figures_are_known_by_name_too(landscape):
    assert "contour" in rows(landscape("list", "contour").out)
    assert "decision_map" in rows(landscape("list", "decision_map").out)
    assert "Did you mean 'contour'?" in landscape("list", "contuor").refusal
