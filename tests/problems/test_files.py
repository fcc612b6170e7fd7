"""Files of instances: which problems read which, and that help names what ships."""

import pytest

import landscape as ls

ENTRIES = ls.problems.ENTRIES
READ = {name: entry for name, entry in ENTRIES.items() if "instance" in entry.parameters}


@pytest.mark.parametrize("entry", READ.values(), ids=READ)
def test_instances_that_ship_are_named_and_can_be_read(entry):
    assert entry.parameters["instance"].default in entry.instances
    for name in entry.instances:
        assert name in entry.parameters["instance"].help
        if name != entry.parameters["instance"].default:
            assert entry(instance=name, **({"colors": 3} if "colors" in entry.parameters else {})).dim > 5


def test_every_file_belongs_to_one_problem():
    suffixes = [suffix for entry in ENTRIES.values() for suffix in entry.files]
    assert len(set(suffixes)) == len(suffixes)
    assert ENTRIES["one_max"].instances == ()
