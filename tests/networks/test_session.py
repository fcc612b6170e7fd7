"""Sessions: every text form reads back as what was written, runs again, and says in a sentence what it cannot read."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import landscape as ls
from landscape import LandscapeError
from landscape.mlp import Data, own
from landscape.mlp.entry import network
from landscape.networks.session import Run, Session, train_one
from landscape.optimizers import adam, momentum, sgd

NET = network(data="xor", points=40, hidden="2")
rates = st.floats(1e-6, 10.0).map(lambda rate: sgd(learning_rate=rate))
optimizers = st.one_of(
    rates,
    st.builds(adam, learning_rate=st.floats(1e-6, 1.0), b1=st.floats(0.0, 0.99)),
    st.floats(0.01, 1.0).map(lambda peak: momentum(learning_rate=ls.schedules.cosine(peak=peak))),
)
edits = st.dictionaries(st.integers(0, NET.dim - 1), st.floats(-1e6, 1e6), max_size=3).map(lambda d: tuple(d.items()))
networks = st.builds(
    network,
    data=st.sampled_from(("circle", "spiral")),
    points=st.just(40),
    noise=st.floats(0.0, 0.5),
    features=st.sampled_from(("", "x+y", "x+xy+siny")),
    hidden=st.sampled_from(("none", "3", "2-2")),
    rate=st.floats(0.0, 1.0),
    penalty=st.sampled_from(("none", "l1", "l2")),
)


@st.composite
def sessions(draw):
    net = draw(networks)
    slots = draw(st.lists(st.integers(0, 30), min_size=0, max_size=4, unique=True))
    runs = []
    for place, slot in enumerate(slots):
        of = draw(st.sampled_from([None, *slots[:place]])) if place else None
        fork = {} if of is None else {"of": of, "frame": draw(st.integers(0, 99))}
        if of is not None:
            fork["edits"] = tuple((k, v) for k, v in draw(edits) if k < net.dim)
        seed = draw(st.none() | st.integers(0, 2**32 - 1))
        runs.append(Run(draw(optimizers), slot, draw(st.booleans()), seed=seed, **fork))
    return Session(
        net,
        tuple(runs),
        epochs=draw(st.integers(1, 10_000)),
        seed=draw(st.integers(0, 2**32 - 1)),
        patience=draw(st.integers(0, 100)),
        min_delta=draw(st.floats(0.0, 1.0)),
        plane=draw(st.sampled_from(("principal", "random:seed=3,normalization=filter", "line & more = 50 %"))),
        frame=draw(st.none() | st.integers(0, 500)),
    )


@settings(max_examples=40, deadline=None)
@given(sessions())
def test_texts_read_back_as_what_was_written(session):
    assert Session.from_query(session.query()) == session
    assert Session.from_query("https://somewhere/networks?" + session.query()) == session
    assert Session.from_json(session.json()) == session
    assert Session.from_json(session.code("json")) == session


@pytest.fixture(scope="module")
def session():
    """Two runs of one method and a fork with an edited weight, on data of one's own."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(24, 2))
    word = own.remember(Data(x, np.sign(x[:, 0]), 2, labels=("left", "right"), columns=("x", "y")))
    runs = (sgd(learning_rate=0.1), Run(sgd(learning_rate=0.3), of=0, frame=2, edits=((0, 0.25),)))
    return Session(network(data=word, hidden="2", batch=4), runs, epochs=4, patience=2)


def test_own_data_travel_in_json_and_python_and_by_hash_in_the_link(session):
    texts = {kind: session.code(kind) for kind in ("json", "python", "shell")}
    trained = session.run()
    own._KNOWN.clear()
    with pytest.raises(LandscapeError, match="not known here"):
        Session.from_query(session.query())
    back = Session.from_json(texts["json"])
    np.testing.assert_array_equal(back.network.data.x, session.network.data.x)
    assert back == session
    own._KNOWN.clear()
    held = {"__name__": "script"}
    exec(texts["python"], held)
    for ours, theirs in zip(trained, held["trainings"], strict=True):
        np.testing.assert_array_equal(ours.weights, theirs.weights)
    assert session.network.values["data"] in texts["shell"]
    assert trained[1].weights[2, 0] == 0.25


def test_one_run_can_be_trained_where_its_parent_is_known(session):
    whole = session.run()
    alone = train_one(session, 1, {0: whole[0]})
    np.testing.assert_array_equal(alone.weights, whole[1].weights)
    assert [each.label for each in session.runs] == ["sgd", "sgd from 2"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "names no network"),
        ("network=netwrk", "Unknown surface"),
        ("network=network:hiden=4", "Did you mean 'hidden'"),
        ("network=network&zebra=3", "unknown part 'zebra'"),
        ("network=network&epochs=0", "epochs=0"),
        ("network=network&epochs=many", "epochs=many"),
        ("network=network&min_delta=nan", "min_delta=nan"),
        ("network=network&frame=-3", "frame=-3"),
        ("network=network&optimizer=adam&slots=1,2", "give as many"),
        ("network=network&optimizer=adam&forks=0:1", "place:number:number"),
        ("network=network&optimizer=adam&forks=3:0:1", "a run that is not there"),
        ("network=network&optimizer=adam&forks=0:1:3", "needs its parent before it"),
        ("network=network&optimizer=sgd&optimizer=sgd&forks=1:0:3&edits=1:999:1", "no weight 999"),
        ("network=network&optimizer=sgd&edits=0:1:2", "Only a fork"),
        ("network=network:data='own-123'", "not known here"),
    ],
)
def test_addresses_that_cannot_be_read_are_refused_in_a_sentence(address, words):
    with pytest.raises(LandscapeError, match=words) as refused:
        Session.from_query(address)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"network": 3}',
        '{"network": {"name": "network"}, "zebra": 1}',
        '{"network": {"name": "network"}, "runs": [3]}',
        '{"network": {"name": "network"}, "runs": [{"name": "adam", "edits": [3]}]}',
        '{"network": {"name": "network"}, "data": {"x": [[1, 2]], "y": [1, 2], "classes": 2}}',
        '{"network": {"name": "network"}, "data": {"x": [[1, 2]], "y": [1], "classes": 2}}',
        '{"network": {"name": "network"}, "data": {"x": [["a", 2]], "y": [1], "classes": 2}}',
    ],
)
def test_files_that_cannot_be_read_are_refused_in_a_sentence(text):
    with pytest.raises(LandscapeError):
        Session.from_json(text)


def test_codes_that_there_are_not():
    with pytest.raises(LandscapeError, match="python, shell or json"):
        Session(NET).code("fortran")
