"""The catalog: every entry states its facts, and every bound value is a text that reads back."""

import re

import hypothesis.strategies as st
import pytest
from helpers import OPTIMIZERS, SCHEDULES, SURFACES, bound
from hypothesis import given

import landscape as ls
from landscape import LandscapeError, catalog

KINDS = ("surface", "optimizer", "schedule")
ENTRIES = [(kind, name) for kind in KINDS for name in catalog.KINDS[kind]]
SOURCE = re.compile(r"^(doi:10\.\d{4,9}/\S+|arXiv:\d{4}\.\d{4,5}|https?://\S+|.+\bISBN\b.+)$")


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_entry_has_its_name_and_one_line_of_doc(kind, name):
    entry = catalog.find(kind, name)
    assert entry.name == name == entry.factory.__name__
    assert 10 < len(entry.summary) < 120
    assert entry.summary.endswith(".")


@pytest.mark.parametrize("name", SURFACES)
def test_surface_cites_a_source_and_gives_its_formula(name):
    assert SOURCE.match(catalog.find("surface", name).source)
    assert catalog.find("surface", name)().formula


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_cites_a_source(name):
    assert SOURCE.match(catalog.find("optimizer", name).source)


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_defaults_are_legal_and_on_the_slider(kind, name):
    for parameter in catalog.find(kind, name).parameters.values():
        if not isinstance(parameter.kind, ls.Range):
            continue
        low, high = parameter.kind.legal
        assert low <= parameter.kind.low < parameter.kind.high <= high
        assert not parameter.kind.log or parameter.kind.low > 0
        default = parameter.default
        levels = [default]
        if isinstance(default, ls.Schedule):
            kinds = default.parameters
            levels = [value for name, value in default.values.items() if isinstance(kinds[name].kind, ls.Level)]
        on = [level for level in levels if not parameter.kind.is_off(level)]
        assert all(parameter.kind.low <= level <= parameter.kind.high for level in on)


def test_names_are_attributes_of_their_package():
    assert all(getattr(ls.surfaces, name) is catalog.surfaces()[name] for name in SURFACES)
    assert all(getattr(ls.optimizers, name) is catalog.optimizers()[name] for name in OPTIMIZERS)
    assert all(getattr(ls.schedules, name) is catalog.schedules()[name] for name in SCHEDULES)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_text_of_any_bound_value_reads_back(kind, data):
    value = data.draw(bound(kind))
    assert catalog.parse(kind, catalog.text(value)) == value


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_repr_of_any_bound_value_reads_back(kind, data):
    value = data.draw(bound(kind))
    assert catalog.parse(kind, repr(value)) == value


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("adam", {}),
        ("adam()", {}),
        (" adam : learning_rate = 0.1 , b1 = .8 ", {"learning_rate": 0.1, "b1": 0.8}),
        ("adam(learning_rate=1e-3, b2=0)", {"learning_rate": 1e-3, "b2": 0}),
        ("adam:learning_rate=cosine(peak=0.1,end=+1E-4)", {"learning_rate": ls.schedules.cosine(peak=0.1, end=1e-4)}),
        ("adam:b1=linear()", {"b1": ls.schedules.linear()}),
    ],
)
def test_grammar_reads_both_spellings(text, values):
    assert catalog.optimizer(text) == ls.optimizers.adam(**values)


def test_grammar_reads_whole_numbers_options_and_truth():
    parsed = catalog.optimizer("genetic:size=16,bounds=clip")
    assert parsed.values["size"] == 16
    assert parsed.values["bounds"] == "clip"
    assert catalog.schedule("one_cycle:inverse=true").values["inverse"] is True


def outcome(kind: str, text: str) -> str:
    """The name of what `text` describes, or why it describes nothing; no other exception may escape."""
    try:
        return catalog.parse(kind, text).name
    except LandscapeError as error:
        return str(error)


@given(st.text(max_size=60))
def test_any_text_parses_or_is_refused_in_one_sentence(text):
    for kind in KINDS:
        assert 0 < len(outcome(kind, text)) < 400


def test_texts_need_no_quotes_where_nothing_in_them_could_be_mistaken():
    for text, instance in (
        ("tsp:instance=random:7,seed=3", "random:7"),
        ("coloring(instance=random:9:0.5, colors=4)", "random:9:0.5"),
        ("tsp:instance='points:1,2 30,40'", "points:1,2 30,40"),
    ):
        bound = catalog.surface(text)
        assert bound.values["instance"] == instance
        assert catalog.surface(catalog.text(bound)).values == bound.values
    with pytest.raises(LandscapeError, match="expected"):
        catalog.surface("tsp:instance=points:1,2 30,40")


PIECES = [*OPTIMIZERS, *SCHEDULES, "learning_rate", "peak", "end", "pct_start", "b1", "size", "0.5", "-3", "1e9",
          "nan", "inf", "true", "clip", "(", ")", ":", ",", "=", " ", "'", "\n", "é", "٣", "²"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_any_jumble_of_words_and_marks_parses_or_is_refused(text):
    assert outcome("optimizer", text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("adamm", "Unknown optimizer 'adamm'. Did you mean 'adam'?"),
        ("adam:learning_rat=1", "adam has no parameter 'learning_rat'. Did you mean 'learning_rate'?"),
        ("adam:b1=1.2", r"adam(b1=1.2) is outside 0 … 0.99999"),
        ("adam:b1=nan", "is outside"),
        ("adam:b1=fast", "is not a number"),
        ("adam:b1=true", "is not a number"),
        ("adam:b1=0.5,b1=0.6", "gives b1 twice"),
        ("adam:b1=cosin(peak=1)", "Unknown schedule 'cosin'. Did you mean 'cosine'?"),
        ("adam:learning_rate=cosine(peak=-1)", "is outside the numbers from 0 on"),
        ("adam:learning_rate=exponential(start=0)", "is outside"),
        ("adam:learning_rate=cosine(peak=0.1", "expected ',' or ')'"),
        ("adam:learning_rate", "expected '=' after learning_rate"),
        ("adam:", "expected the name of a parameter"),
        ("adam b1=0.5", "expected ',' or the end"),
        ("", "expected a name"),
        ("genetic:size=2.5", "is not a whole number"),
        ("genetic:size=1", "is outside 2 … 1e+06"),
        ("genetic:size=linear(start=2,end=4)", "takes no schedule"),
        ("genetic:bounds=bounce", "is not one of the options: reflect, clip, periodic, penalty, none"),
        ("adam:b1=linear(start=cosine(peak=0.5))", "takes no schedule"),
        ("adam:b1=one_cycle(pct_start=linear(start=0.2,end=0.3))", "takes no schedule"),
        ("adam:b1=" + "1" * 3000, "at most 2,000 characters"),
    ],
)
def test_broken_text_is_refused_with_the_reason(text, words):
    with pytest.raises(LandscapeError, match=re.escape(words)):
        catalog.optimizer(text)


def test_an_entry_without_parameters_says_so():
    with pytest.raises(LandscapeError, match=r"beale has no parameter 'a'\. It has no parameters\."):
        ls.surfaces.beale(a=1.0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_like_no_other_lists_what_is_known(kind):
    with pytest.raises(LandscapeError, match=f"Unknown {kind} 'zzzzzz'. Known: "):
        catalog.find(kind, "zzzzzz")


def test_catalogs_are_copies():
    catalog.surfaces().clear()
    assert catalog.surfaces()
