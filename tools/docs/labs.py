"""Pages of the labs, written from their entries: what each explains, asks, takes and rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from landscape import catalog, labs, source
from landscape.lab import FAMILIES, Lab
from tools.docs.examples import tabs

ADDRESS = re.compile(r"doi:(\S+?)(?=[,;.]?(?:\s|$))|arXiv:([\w.\-/]+\d)")


def families() -> dict[str, list[Lab]]:
    """Labs by family, in the order of the dashboard's menu."""
    found = {family: [lab for lab in labs.ENTRIES.values() if lab.family == family] for family in FAMILIES}
    return {family: each for family, each in found.items() if each}


def section(lab: Lab, heading: str, parameters: str) -> str:
    """One lab: its words, its question, how to run it, its parameters, its references."""
    bound = lab()
    python = f"import landscape as ls\n\nfound = {source.python(bound)}.run()\nfound.figure().show()"
    options = " ".join(f"--parameter {name}={_shell(value)}" for name, value in first(bound.values).items())
    shell = f"landscape lab {lab.name} {options} --out {lab.name}.png".replace("  ", " ")
    return "\n".join([
        heading, f"*{lab.summary}*\n", f"{lab.explanation}\n", question(lab), tabs(python, shell), parameters,
        "**Rests on**\n", *(f"- {linked(reference)}" for reference in lab.references), "",
    ])  # fmt: skip


def question(lab: Lab) -> str:
    """The prediction, with what is to be learned from it folded away."""
    asked = lab.question
    lines = [
        asked.text,
        "",
        *(f"- {option}" for option in asked.options),
        "",
        '??? success "And?"',
        "",
        f"    {asked.told}",
    ]
    return '??? question "Predict first"\n\n' + "\n".join(f"    {line}".rstrip() for line in lines) + "\n"


def linked(reference: str) -> str:
    """A reference with its DOI or arXiv number as a link."""

    def link(found: re.Match) -> str:
        host = f"https://doi.org/{found[1]}" if found[1] else f"https://arxiv.org/abs/{found[2]}"
        return f"[{found[0]}]({host})"

    return ADDRESS.sub(link, escape(reference, quote=False))


def first(values: dict, most: int = 2) -> dict:
    """A few of the values, to show how they are given."""
    return dict(list(values.items())[:most])


def index(groups: Iterable[tuple[str, list[Lab]]], slug, titled) -> str:
    """All labs with what each asks."""
    lines = ["# Labs\n", "Each runs, draws and measures something that people claim; what was measured stands in "
             "[Labs, measured](../../explanation/labs.md).\n"]  # fmt: skip
    for name, each in groups:
        place = f"{slug(name)}.md"
        lines += [f"\n## [{titled(name)}]({place})\n", "| lab | what it asks you first |", "|---|---|"]
        lines += [
            f"| [{lab.title}]({place}#{lab.name}) | {lab.question.text.replace('|', chr(92) + '|')} |" for lab in each
        ]
    return "\n".join(lines) + "\n"


def _shell(value) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if catalog.PLAIN.fullmatch(text) or re.fullmatch(r"[-\w.]+", text) else f"'{text}'"
