"""The information plane: what each layer knows of input and target while nets of tanh and of ReLU learn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import numpy as np

from landscape.figures.sheet import Dots, Line, Panel, Sheet
from landscape.lab import Claim, Finding, Progress, Question, between, lab
from landscape.labs.information.bins import information
from landscape.labs.information.nets import SIZES, Moment, inputs, train
from landscape.parameters import Range

KINDS, GOOD, MOMENTS, DEEP = ("tanh", "ReLU"), 0.97, 25, 4  # accuracy to be kept; moments; the last hidden layer
LAYERS = len(SIZES) - 1
CAVEATS = (
    "The picture is contested: what it shows depends on how the information is estimated. The layers are functions of "
    "the input, and without bins their information would not fall at all (Saxe et al. 2019; Goldfeld et al. 2018).",
    "The target is our own: whether twelve signs are unbalanced by four or more. It is not the one of the paper.",
)


def plane(moments: list[Moment], rectified: np.ndarray, bins: int) -> np.ndarray:
    """I(T; X) and I(T; Y) in bits, (moments, nets, layers, 2).

    Bins of tanh divide −1 … 1, those of ReLU what the layer ever reaches, and those of the outputs 0 … 1.
    """
    target = inputs()[1]
    found = np.zeros((len(moments), len(rectified), LAYERS, 2))
    for net, layer in np.ndindex(len(rectified), LAYERS):
        low, high = -1.0, 1.0
        if layer == LAYERS - 1:
            low = 0.0
        elif rectified[net]:
            low, high = 0.0, max(float(moment.layers[layer][net].max()) for moment in moments)
        for place, moment in enumerate(moments):
            found[place, net, layer] = information(moment.layers[layer][net], target, low, high, bins)
    return found


@lab(
    family="networks",
    title="Information plane",
    references=(
        "Shwartz-Ziv and Tishby 2017, Opening the black box of deep neural networks via information, arXiv:1703.00810",
        "Saxe et al. 2019, On the information bottleneck theory of deep learning, doi:10.1088/1742-5468/ab3985",
        "Goldfeld et al. 2018, Estimating information flow in deep neural networks, arXiv:1810.05728",
        "Chelombiev, Houghton and O'Donnell 2019, Adaptive estimators show information compression in deep neural "
        "networks, arXiv:1902.09037",
    ),
    question=Question(
        "Layers are said to forget the input while they learn. In which nets does the last hidden layer forget here?",
        ("in nets of tanh", "in nets of ReLU", "in both", "in neither"),
        lambda found: _answer(found),
        "Units of tanh saturate: their values crowd into the outermost bins, which looks like forgetting. Few bins, or "
        "nets that learn little, forget little.",
    ),
    slow=True,
    quick={"epochs": 3, "nets": 4},
    full={"nets": 8},
)
def information_plane(
    *,
    epochs: Annotated[int, Range(20, 600, legal=(1, 3000)), "times through the training inputs"] = 250,
    nets: Annotated[int, Range(1, 8, legal=(1, 16)), "of each activation"] = 4,
    bins: Annotated[int, Range(5, 60, legal=(2, 60)), "that the values of a unit are put into"] = 30,
    learning_rate: Annotated[float, Range(1e-4, 0.05, log=True, legal=(1e-8, 1.0)), "of Adam"] = 0.005,
    seed: Annotated[int, Range(0, 100, legal=(0, 2**31)), "of all random numbers"] = 0,
):
    """Layers of deep nets move through the plane of what they know of input and target.

    Nets of 12-10-7-5-4-3-2 units learn from all 4,096 patterns of twelve signs, and the values of each layer are put
    into bins. With tanh the last layers seem to forget their input while they learn, which was read as the secret of
    deep learning; with ReLU they do not, and are as accurate. With other bins, such as some that adapt to the values,
    ReLU seems to forget as well, so the picture remains contested.
    """
    # data: epochs (t,), information (t, nets, layers, 2) in bits, accuracy (nets,), rectified (nets,), kept (nets,),
    # drop (nets,): from the peak of I(T; X) of the last hidden layer to its end.
    rectified = np.repeat([0, 1], nets)
    moments: list[Moment] = []
    made = train(rectified, epochs=epochs, moments=MOMENTS, learning_rate=learning_rate, seed=seed)
    for moment in made:
        moments.append(moment)
        yield Progress(0.8 * moment.epoch / epochs, f"epoch {moment.epoch} of {epochs}")
    yield Progress(0.85, "counting bins")
    found = plane(moments, rectified, bins)
    accuracy = moments[-1].accuracy
    kept = accuracy > GOOD
    drop = found[:, :, DEEP, 0].max(axis=0) - found[-1, :, DEEP, 0]
    at = np.array([moment.epoch for moment in moments])
    data = {"epochs": at, "information": found, "accuracy": accuracy, "rectified": rectified, "kept": kept,
            "drop": drop}  # fmt: skip
    return Finding(data, {"plane": _sheet(data, bins)}, _claims(data))


def _groups(data) -> Iterator[tuple[int, str, np.ndarray]]:
    """Each kind of net, its name and which nets are compared: those that learned the task, or all where none did."""
    for kind, name in enumerate(KINDS):
        own = data["rectified"] == kind
        yield kind, name, np.flatnonzero(own & data["kept"] if (own & data["kept"]).any() else own)


def _answer(found: Finding) -> int:
    """Which kind forgets more than a bit, by the median: tanh, ReLU, both or neither."""
    falls = tuple(bool(np.median(found.data["drop"][which]) > 1.0) for _, _, which in _groups(found.data))
    return ((True, False), (False, True), (True, True), (False, False)).index(falls)


def _claims(data) -> tuple[Claim, ...]:
    """Nets that did not learn the task say nothing of forgetting, so kinds without one that did have no claims."""
    drop, accuracy, kept = data["drop"], data["accuracy"], data["kept"]
    tanh, relu = (np.flatnonzero((data["rectified"] == kind) & kept) for kind in (0, 1))
    claims = [Claim(f"Nets with an accuracy above {GOOD}, which alone are compared", f"{kept.sum()} of {len(kept)}",
                    "—", "measured", None)]  # fmt: skip
    if tanh.size:
        claims.append(between("Share of tanh nets whose last hidden layer loses more than 1 bit of I(T; X)",
                              float(np.mean(drop[tanh] > 1.0)), 0.75, 1.0, "arXiv:1703.00810"))  # fmt: skip
    if relu.size:
        claims.append(between("Largest loss of a ReLU net's last hidden layer (bits)", float(drop[relu].max()), 0.0,
                              0.6, "doi:10.1088/1742-5468/ab3985; measured: 0 to 0.56 bits in 4 nets"))  # fmt: skip
    if tanh.size and relu.size:
        fewer, worse = drop[relu].mean() < drop[tanh].mean(), accuracy[relu].mean() < accuracy[tanh].mean() - 0.01
        claims.append(Claim("Nets generalise because they forget their input", f"accuracy {accuracy[tanh].mean():.3f} "
                            f"with tanh, {accuracy[relu].mean():.3f} with ReLU", "ReLU worse, which forgets less",
                            "often said, after arXiv:1703.00810", bool(fewer and worse)))  # fmt: skip
    return tuple(claims)


def _sheet(data, bins: int) -> Sheet:
    """The plane for both kinds, with a dot for each layer, and the last hidden layer against epochs."""
    at, found = data["epochs"], data["information"]
    top = 1.05 * float(found[..., 1].max())
    panels, lines = [], []
    for kind, name, which in _groups(data):
        middle = found[:, which].mean(axis=1)
        marks = [Line(x=middle[:, k, 0], y=middle[:, k, 1], slot=k) for k in range(LAYERS)]
        marks += [Dots(x=middle[:, k, :1], y=middle[:, k, 1:], slot=k, size=1.8, moving=("x", "y"),
                       label=f"layer {k + 1}" if k <= DEEP else "outputs") for k in range(LAYERS)]  # fmt: skip
        title = f"{name}: mean of {len(which)} net{'s' * (len(which) > 1)}"
        panels.append(Panel(marks=marks, title=title, x="I(T; X) (bits)", y="I(T; Y) (bits)",
                            x_range=(-0.3, 12.3), y_range=(-0.03, top)))  # fmt: skip
        deep = found[:, which, DEEP, 0]
        lines.append(Line(x=at + 1, y=deep.mean(axis=1), label=name, slot=6 + kind,
                          band=(deep.min(axis=1), deep.max(axis=1))))  # fmt: skip
    panels.append(Panel(marks=lines, title="Last hidden layer", x="1 + epoch", y="I(T; X) (bits)", log_x=True,
                        cursor=at + 1))  # fmt: skip
    falls = [float(data["drop"][which].mean()) for _, _, which in _groups(data)]
    learned = all(data["kept"][which].all() for _, _, which in _groups(data))
    shown = " and are shown" if learned else "; all are shown of a kind where none did"
    return Sheet(panels=panels, columns=3, times=at, unit="epoch", notes=CAVEATS,
                 title=f"The last hidden layer seems to forget {falls[0]:.1f} bits with tanh, {falls[1]:.1f} with ReLU",
                 subtitle=f"{bins} bins a unit · {data['kept'].sum()} of {len(data['kept'])} nets learned the task "
                 f"(accuracy above {GOOD}){shown} · band: lowest to highest net")  # fmt: skip
