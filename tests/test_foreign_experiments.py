"""What is no experiment: foreign, broken and hostile addresses, JSON and arguments end in one sentence."""

import copy
import json

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

import landscape as ls
from landscape import Entrant, Experiment, LandscapeError
from landscape.experiment import from_dict, to_dict

BEALE = {"surface": {"name": "beale"}}
VALID = Experiment(
    ls.surfaces.quadratic(condition=ls.schedules.linear(start=2.0, end=9.0)),
    (ls.optimizers.adam(), Entrant(ls.optimizers.genetic(), 4, hidden=True)),
    start=(1.0, 2.0),
    frame=3,
)
ADDRESSES = {
    "": "names no surface",
    "hello": "unknown part 'hello'",
    "https://example.com/": "unknown part",
    "https://example.com/?q=jax": "unknown part 'q'",
    "optimizer=adam": "names no surface",
    "surface=beale&stepps=3": "Did you mean 'steps'?",
    "surface=bealle": "Did you mean 'beale'?",
    "surface=": "expected a name",
    "surface=beale:x=1": "no parameter 'x'",
    "surface=beale&optimizer=adamm": "Did you mean 'adam'?",
    "surface=beale&optimizer=": "expected a name",
    "surface=beale&optimizer=adam:b1=1.2": "outside 0 … 0.99999",
    "surface=beale&optimizer=adam:learning_rate=nan": "outside",
    "surface=beale&optimizer=adam:learning_rate=cosine(peak=1": "expected",
    "surface=beale&optimizer=adam:learning_rate=adam()": "Unknown schedule 'adam'",
    "surface=beale&optimizer=adam:learning_rate=cosine(end=cosine())": "takes no schedule",
    "surface=beale&optimizer=adam:learning_rate=one_cycle(pct_start=linear())": "takes no schedule",
    "surface=beale&optimizer=genetic:size=8.5": "whole number",
    "surface=beale&optimizer=adam:self=1": "no parameter 'self'",
    "surface=beale&optimizer=__import__('os')": "Cannot read the optimizer",
    "surface=beale&optimizer=" + "cosine(end=" * 500: "2,000 characters",
    "surface=beale&start=nan,1": "2 finite numbers",
    "surface=beale&start=1,inf": "2 finite numbers",
    "surface=beale&start=1": "2 finite numbers",
    "surface=beale&start=1,2,3": "2 finite numbers",
    "surface=beale&start=": "should be numbers",
    "surface=beale&start=a,b": "should be numbers",
    "surface=beale&steps=0": "1 … 1000000",
    "surface=beale&steps=-5": "1 … 1000000",
    "surface=beale&steps=1000001": "1 … 1000000",
    "surface=beale&steps=1.5": "whole numbers",
    "surface=beale&steps=5,6": "steps",
    "surface=beale&steps=" + "9" * 5000: "whole numbers",
    "surface=beale&seed=-1": "seed=-1",
    "surface=beale&seed=4294967296": "seed=4294967296",
    "surface=beale&frame=-1": "frame=-1",
    "surface=beale&optimizer=adam&slots=1,2": "1 optimizers and 2 slots",
    "surface=beale&optimizer=adam&slots=-1": "slot",
    "surface=beale&" + "optimizer=sgd&" * 25: "more than 24",
    "surface=beale%ff%00": "Cannot read the surface",
}
JSON = {
    "": "no JSON",
    "{": "no JSON",
    "[]": "no experiment",
    "null": "no experiment",
    '"surface=beale"': "no experiment",
    '{"surface": "beale"}': "names no surface",
    '{"surface": {}}': "Unknown surface",
    "[" * 100_000: "JSON",
}
CHANGES = {
    "unknown key": ({"stepps": 3}, "Did you mean 'steps'?"),
    "surface": ({"surface": {"name": "bealle"}}, "Did you mean 'beale'?"),
    "surface's parameter": ({"surface": {"name": "beale", "parameters": {"a": 1}}}, "no parameter 'a'"),
    "list of parameters": ({"surface": {"name": "beale", "parameters": [1]}}, "dictionary"),
    "entrants": ({"entrants": {"name": "adam"}}, "no list"),
    "entrant": ({"entrants": ["adam"]}, "no list"),
    "optimizer": ({"entrants": [{"name": "adamm"}]}, "Did you mean 'adam'?"),
    "entrant's key": ({"entrants": [{"name": "adam", "parametres": {}}]}, "Did you mean 'parameters'?"),
    "text": ({"entrants": [{"name": "adam", "parameters": {"b1": "0.9"}}]}, "not a number"),
    "null": ({"entrants": [{"name": "adam", "parameters": {"b1": None}}]}, "not a number"),
    "list": ({"entrants": [{"name": "adam", "parameters": {"b1": [0.1, 0.2]}}]}, "adam"),
    "self": ({"entrants": [{"name": "adam", "parameters": {"self": 1}}]}, "no parameter 'self'"),
    "schedule": ({"entrants": [{"name": "adam", "parameters": {"b1": {"name": "cosin"}}}]}, "Did you mean 'cosine'?"),
    "negative slot": ({"entrants": [{"name": "adam", "slot": -1}]}, "slot=-1"),
    "slot": ({"entrants": [{"name": "adam", "slot": "0"}]}, "slot="),
    "too many": ({"entrants": [{"name": "sgd"}] * 25}, "more than 24"),
    "start": ({"start": "1,2"}, "no list of numbers"),
    "texts in start": ({"start": ["1", "2"]}, "no list of numbers"),
    "NaN in start": ({"start": [float("nan"), 1.0]}, "2 finite numbers"),
    "huge start": ({"start": [10**400, 1]}, "start"),
    "dimension of start": ({"start": [1.0]}, "2 finite numbers"),
    "empty start": ({"start": []}, "2 finite numbers"),
    "steps": ({"steps": 0}, "1 … 1000000"),
    "true steps": ({"steps": True}, "steps=True"),
    "float steps": ({"steps": 3.0}, "whole number"),
    "seed": ({"seed": "0"}, "whole number"),
    "frame": ({"frame": -1}, "frame=-1"),
}
BAD_PYTHON = {
    "entry for surface": ((ls.surfaces.beale,), "bound surface"),
    "entry for optimizer": ((ls.surfaces.beale(), (ls.optimizers.adam,)), "optimizer"),
    "start of words": ((ls.surfaces.beale(), (), ("a", "b")), "start"),
    "ragged start": ((ls.surfaces.beale(), (), ((1, 2), 3)), "start"),
    "start on no plane": ((ls.surfaces.beale(), (), (1.0,)), "2 finite numbers"),
}


def refused(read, given) -> str:
    """The sentence with which `read` refuses."""
    with pytest.raises(LandscapeError) as caught:
        read(given)
    sentence = str(caught.value)
    assert sentence.endswith((".", "?"))
    assert "\n" not in sentence
    assert len(sentence) < 400 + 2 * len(str(given))
    return sentence


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address[:60])
def test_an_address_that_is_none_is_refused_in_one_sentence(address):
    assert ADDRESSES[address] in refused(Experiment.from_url, address)


@pytest.mark.parametrize("text", JSON, ids=lambda text: text[:40] or "nothing")
def test_text_that_is_no_experiment_is_refused_in_one_sentence(text):
    assert JSON[text] in refused(Experiment.from_json, text)


@pytest.mark.parametrize("change", CHANGES)
def test_json_with_one_wrong_thing_is_refused_in_one_sentence(change):
    content, words = CHANGES[change]
    assert words in refused(Experiment.from_json, json.dumps(BEALE | content))


@pytest.mark.parametrize("given", [None, 3, b"\xff\xfe", b"{"])
def test_what_is_no_text_is_refused_in_one_sentence(given):
    refused(Experiment.from_json, given)
    refused(Experiment.from_url, given)


@pytest.mark.parametrize("case", BAD_PYTHON)
def test_arguments_that_make_no_experiment_are_refused(case):
    arguments, words = BAD_PYTHON[case]
    assert words in refused(lambda given: Experiment(*given), arguments)


def read_or_refuse(read, given):
    """Whatever is accepted must be a whole experiment: its other forms work too."""
    try:
        experiment = read(given)
    except LandscapeError:
        return
    assert Experiment.from_url(experiment.to_url()) == experiment
    assert Experiment.from_json(experiment.to_json()) == experiment


@given(st.text(max_size=60))
@example("surface=beale&surface=himmelblau")
@example("surface=beale&start=1_0,٣")
def test_random_text_is_read_or_refused(text):
    read_or_refuse(Experiment.from_url, text)
    read_or_refuse(Experiment.from_json, text)


@given(st.data())
def test_a_damaged_address_is_read_or_refused(data):
    address = VALID.to_url()
    at, upto = sorted(data.draw(st.tuples(*[st.integers(0, len(address))] * 2)))
    stuff = data.draw(st.sampled_from(["", "=", "&", "(", ")", ",", ":", "0", "-", "e9", "nan", "%", "#", "self", "ß"]))
    read_or_refuse(Experiment.from_url, address[:at] + stuff + address[upto:])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "adam", "cosine", "self", "1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "parameters", "self", "peak"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(content) -> list[tuple]:
    """Every key path in nested dictionaries and lists."""
    pairs = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [path for key, inner in pairs for path in [(key,), *((key, *rest) for rest in places(inner))]]


@given(st.data())
def test_json_with_anything_anywhere_is_read_or_refused(data):
    content = copy.deepcopy(to_dict(VALID))
    *path, last = data.draw(st.sampled_from(places(content)))
    inner = content
    for key in path:
        inner = inner[key]
    inner[last] = data.draw(ANYTHING)
    read_or_refuse(from_dict, content)
