"""What a browser draws of a finding: one of its sheets as numbers, its claims and passages as words."""

from __future__ import annotations

from typing import Any

import numpy as np

from landscape.lab import BoundLab, Curve, Finding
from landscape.theme import written
from landscape_dashboard.lab_page import asked, known, pictures


def payload(lab: BoundLab, finding: Finding, look: pictures.Look) -> dict[str, Any]:
    """Words and numbers of a finding, and the picture of the sheet that is looked at."""
    names = list(finding.sheets)
    name = look.sheet if look.sheet in names else names[0]
    sheet = finding.sheets[name]
    return {
        "name": lab.name,
        "values": lab.values,
        "url": asked.written(lab),
        "sheets": names,
        "sheet": name,
        "title": sheet.title,
        "subtitle": sheet.subtitle,
        "notes": list(sheet.notes),
        "moments": sheet.moments,
        "times": None if sheet.times is None else [_time(each) for each in np.asarray(sheet.times).tolist()],
        "unit": sheet.unit,
        "frame": pictures.about(sheet),
        "picture": pictures.drawn(sheet, look),
        "curves": _curves(lab),
        "claims": [vars(claim) for claim in finding.claims],
        "passages": [vars(passage) for passage in finding.passages],
        "right": lab.entry.question.right(finding) if finding.done else None,
        "told": lab.entry.question.told,
        "done": finding.done,
    }


def _time(value: Any) -> str:
    """A moment in words; whole numbers with all their digits."""
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if float(value).is_integer() else written(value)


def _curves(lab: BoundLab) -> dict[str, list[float | None]]:
    """Functions among the parameters, for the boards that they are drawn on."""
    kinds = {name: parameter.kind for name, parameter in lab.parameters.items() if isinstance(parameter.kind, Curve)}
    return {name: known.rounded(kind.values(lab.values[name], known.SAMPLES)) for name, kind in kinds.items()}
