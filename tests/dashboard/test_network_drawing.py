"""The drawings of the Networks page, on an empty page without a server: right numbers, right places, right words."""

import numpy as np
import pytest
from empty_page import ASSETS, empty_page

from landscape import theme
from landscape.mlp.entry import network

SHARED = ("0_landscape.js", "1b_pen.js", "2a_keys.js")
SCRIPTS = [*(ASSETS / name for name in SHARED), *sorted(ASSETS.glob("9[efg]*_network_*.js"))]
BEGIN = """() => {
  window.N = landscape.net;
  window.heard = [];
  const plain = (each) => (each instanceof Float32Array ? [...each] : each);
  const note = (what) => (...all) => heard.push([what, ...all.map(plain)]);
  window.options = { hover: note('hover'), edit: note('edit'), preview: note('preview'), resize: note('resize') };
  window.spec = { hidden: [], outputs: 1, classes: 2, activation: 'tanh', output: 'tanh', norm: 'none' };
  const sizes = { diagram: [600, 500], decision: [400, 300], plane: [500, 300], curves: [700, 200] };
  for (const [name, [wide, high]] of Object.entries(sizes)) {
    const host = landscape.made('div', { id: name });
    Object.assign(host.style, { width: `${wide}px`, height: `${high}px` });
    document.body.append(host);
  }
  const pixel = (host, x, y) => {
    const pen = document.querySelector(`#${host} canvas`).getContext('2d');
    return pen.getImageData(Math.round(x), Math.round(y), 1, 1).data;
  };
  window.at = (...all) => [...pixel(...all)].slice(0, 3);
  window.opaque = (...all) => pixel(...all)[3];
}"""


@pytest.fixture(scope="module")
def opened(browser):
    """An empty page with the scripts."""
    with empty_page(browser, ("theme.css", "network_drawing.css"), SCRIPTS, {"width": 800, "height": 1400}) as page:
        yield page


@pytest.fixture
def page(opened):
    """The page with empty hosts."""
    opened.evaluate("() => document.body.replaceChildren()")
    opened.evaluate(BEGIN)
    return opened


def spec(made) -> dict:
    """A network as the page gets it."""
    return {
        "features": list(made.inputs),
        "hidden": list(made.layers[1:-1]),
        "outputs": made.layers[-1],
        "classes": made.data.classes,
        "activation": made.values["activation"],
        "output": made.output,
        "norm": made.values["normalization"],
    }


def shown(made, last: np.ndarray) -> np.ndarray:
    """The last layer as the page shows it: −1 … 1 or probabilities."""
    if made.output == "logit":
        return np.tanh(last / 2)
    if made.output == "softmax":
        powers = np.exp(last - last.max(axis=0))
        return powers / powers.sum(axis=0)
    return last


ALL = "x+y+x2+y2+xy+sinx+siny+cosx+cosy"
NETWORKS = (
    {"features": ALL, "activation": "tanh"},
    {"features": "y+xy", "activation": "relu", "loss": "cross_entropy", "normalization": "layer"},
    {"features": "x+y", "activation": "sigmoid", "data": "plane"},
    {"features": "x+y", "activation": "gelu", "normalization": "batch"},
    {"features": "x2+siny", "activation": "sin", "hidden": "5"},
    {"features": "x+y", "activation": "leaky_relu", "data": "gauss", "hidden": "3-3-3"},
    {"features": "cosx+y", "activation": "linear", "hidden": "none"},
)
MAPS = """([spec, points, weights, m]) => {
  const float = (values) => Float32Array.from(values);
  const net = N.make(spec, { x: float(points.x), y: float(points.y), train: points.train });
  const given = float(weights);
  const found = [N.inputs(net, m), ...N.maps(net, given, m)].map((layer) => layer.map((map) => [...map]));
  const outputs = N.outputs(net, given, float([-6]), float([6])).map((out) => out[0]);
  given.fill(NaN);
  return { found, outputs, size: net.size, broken: [...N.maps(net, given, m).at(-1)[0]].every(Number.isNaN) };
}"""


@pytest.mark.parametrize("parameters", NETWORKS, ids=lambda each: each["activation"])
def test_maps_are_those_of_the_server(page, parameters):
    made = network(**parameters)
    weights = np.random.default_rng(3).normal(size=made.start.size).astype(np.float32)
    m = 12
    expected = made.maps(weights, m)
    expected[-1] = shown(made, expected[-1])
    points = {"x": made.data.x[:, 0].tolist(), "y": made.data.x[:, 1].tolist(), "train": made.data.train}
    told = page.evaluate(MAPS, [spec(made), points, weights.tolist(), m])
    assert told["size"] == weights.size
    for found, layer in zip(told["found"], expected, strict=True):
        np.testing.assert_allclose(np.reshape(found, layer.shape), layer, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(told["outputs"], expected[-1][:, -1, 0], rtol=1e-4, atol=1e-4)  # top left
    assert told["broken"]  # weights that were changed in place are seen


def test_probabilities_of_three_classes(page):
    told = page.evaluate("""() => {
      const net = N.make({ ...spec, features: ['x', 'y'], outputs: 3, classes: 3, output: 'softmax' });
      const weights = Float32Array.of(1, 0, -1, 0, 2, 0, 0, 0, 0.5);
      return N.outputs(net, weights, Float32Array.of(1), Float32Array.of(0.5)).map((out) => out[0]);
    }""")
    scores = np.array([1.0, 1.0, -0.5])
    np.testing.assert_allclose(told, np.exp(scores) / np.exp(scores).sum(), rtol=1e-6)


def test_data_of_other_columns_have_no_maps(page):
    told = page.evaluate("""() => {
      const net = N.make({ ...spec, features: ['1', '2', '3'], hidden: [2] });
      const weights = new Float32Array(net.size);
      N.diagram(diagram, net, weights, 'light');
      N.decision(decision, net, weights, null, 'light');
      const count = document.querySelectorAll('.net-neuron').length;
      return [N.maps(net, weights, 10), count, decision.querySelector('canvas').ariaLabel];
    }""")
    assert told[:2] == [None, 6]
    assert "no map" in told[2]


def test_the_resolution_follows_the_cost(page):
    told = page.evaluate("""() => {
      const net = N.make({ ...spec, features: ['x'] });
      net.cost = 100 / 100 ** 2; // milliseconds a point, where 100 × 100 points take 100 ms
      return [N.resolution(net, false), ...[25, 0, 200].map((budget) => N.resolution(net, true, budget))];
    }""")
    assert told == [100, 50, 16, 100]


def test_colours_are_those_of_the_theme(page):
    for each in (theme.LIGHT, theme.DARK):
        inks = page.evaluate("(name) => N.inks(name)", each.name)
        assert inks.pop("heights") == [list(stop) for stop in each.heights]
        assert inks == {name: getattr(each, name) for name in inks}
    for share, colour in theme.SIGNED:
        expected = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        packed = page.evaluate("(share) => N.signed[Math.round(share * 510)]", share)
        assert packed & 0xFFFFFF == int.from_bytes(expected, "little")


DRAWN = """() => {
  window.net = N.make({ ...spec, features: ['x', 'y'], hidden: [2] });
  // neuron 1 is tanh(x), neuron 2 tanh(−y / 2 + 0.1); the output tanh(2 · the first)
  window.weights = Float32Array.of(1, 0, 0, -0.5, 0, 0.1, 2, 0.01, 0);
  window.state = N.diagram(diagram, net, weights, 'light', options);
  const first = document.querySelector('.net-neuron');
  N.diagram(diagram, net, weights, 'light', options);
  const every = (chosen, what) => [...document.querySelectorAll(chosen)].map((each) => each[what]);
  return {
    kept: first === document.querySelector('.net-neuron'),
    names: every('.net-name', 'textContent'),
    labels: every('.net-neuron', 'ariaLabel'),
    stops: every('.net-neuron[tabindex="0"]', 'tabIndex').length,
    captions: every('.net-count', 'textContent'),
  };
}"""
MIDDLE = """(index) => {
  const [x0, y0, x1, y1] = state.links.find((each) => each.index === index).curve;
  const box = diagram.getBoundingClientRect();
  return [box.left + (x0 + x1) / 2, box.top + (y0 + y1) / 2];
}"""


def test_a_network_is_read_and_edited(page):
    told = page.evaluate(DRAWN)
    assert told["kept"]
    assert told["names"] == ["x₁", "x₂"]
    assert told["captions"] == ["inputs", "2 tanh", "output"]
    hidden = ["layer 1 neuron 1, bias 0.00", "layer 1 neuron 2, bias 0.10"]
    assert told["labels"] == ["input x₁", "input x₂", *hidden, "output, bias 0.00"]
    assert told["stops"] == 1

    def heard():
        return page.evaluate("() => heard.splice(0)")

    # Keys: one stop for the whole diagram, arrows from neuron to neuron.
    page.focus(".net-neuron[tabindex='0']")
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    assert [each[1:] for each in heard()] == [[0, 0], [1, 0], [1, 1], [2, 0], [1, 1]]
    page.keyboard.press("Enter")  # its bias
    field = page.locator(".net-editor input")
    assert field.input_value() == "0.1"
    page.keyboard.press("PageDown")  # its first link
    assert page.locator(".net-editor-title span").inner_text() == "x₁ → layer 1 neuron 2"
    page.keyboard.press("PageDown")
    assert field.input_value() == "−0.5"
    page.keyboard.press("Shift+ArrowUp")
    tried = heard()[-1]
    assert tried[0] == "preview"
    np.testing.assert_allclose(tried[1], [1, 0, 0, 0.5, 0, 0.1, 2, 0.01, 0], atol=1e-6)
    page.keyboard.press("Escape")
    assert ["preview", None] in heard()
    assert page.evaluate("() => [state.weights[3], document.activeElement.ariaLabel]") == [-0.5, hidden[1]]

    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # as it was: nothing is edited
    assert not [each for each in heard() if each[0] == "edit"]
    assert page.locator(".net-editor").count() == 0

    # Pointer: the value of a link under it; a click opens the editor; what is no number stays to be mended.
    page.mouse.move(*page.evaluate(MIDDLE, 3))
    assert page.locator(".net-card").inner_text() == "x₂ → layer 1 neuron 2\n−0.5"
    page.mouse.click(*page.evaluate(MIDDLE, 6))
    field.fill("1,5x")
    page.keyboard.press("Enter")
    assert field.input_value() == "1,5x"
    assert field.get_attribute("aria-invalid") == "true"
    heard()
    field.fill("−1,5")
    page.keyboard.press("Enter")
    assert heard()[-1] == ["edit", 6, -1.5]
    assert page.locator(".net-editor").count() == 0
    page.click("[aria-label='Add a neuron to layer 1']")
    assert heard()[-1] == ["resize", 1, 1]
    page.evaluate("""() => {
      const wider = N.make({ ...net.spec, hidden: [3] });
      N.diagram(diagram, wider, new Float32Array(wider.size), 'light', options);
    }""")
    assert page.locator(".net-neuron").count() == 6
    assert page.evaluate("() => document.activeElement.ariaLabel") == "Add a neuron to layer 1"


def test_maps_in_neurons_and_links_by_weight(page):
    page.evaluate(DRAWN)
    blue, orange, near, far = page.evaluate("""() => {
      const { x, y } = state.plan.neurons[1][0]; // tanh(x)
      const half = state.plan.size / 2 - 4;
      const strip = (index) => {
        const [x0, y0, x1, y1] = state.links.find((each) => each.index === index).curve;
        let count = 0;
        for (let dy = -8; dy <= 8; dy++) count += opaque('diagram', (x0 + x1) / 2, (y0 + y1) / 2 + dy) > 100;
        return count;
      };
      return [at('diagram', x - half, y), at('diagram', x + half, y), strip(6), strip(7)];
    }""")
    assert blue[2] > blue[0] + 60
    assert orange[0] > orange[2] + 60
    assert near > far  # weights 2 and 0.01


MAPPED = """(more) => {
  const float = (...values) => Float32Array.from(values);
  const points = { x: float(-3, 3, 2, -2), y: float(-3, 3, -4, 4), label: float(-1, 1, -1, 1), train: 3 };
  window.state = N.decision(decision, net, weights, points, 'light', { clicked: options.edit, ...more });
  const { frame } = state;
  const seen = (x, y) => at('decision', frame.x(x), frame.y(y));
  const ring = (x, y) => Math.min(...at('decision', frame.x(x) + 5.6, frame.y(y)));
  return {
    left: seen(-5, 1),
    right: seen(5, 1),
    border: seen(0, 1),
    points: [seen(-3, -3), seen(3, 3)],
    test: seen(-2, 4),
    rings: [ring(-3, -3), ring(3, 3), ring(2, -4)],
  };
}"""


def test_the_decision_map(page):
    page.evaluate(DRAWN)
    told = page.evaluate(MAPPED, {})
    assert told["left"][2] > told["left"][0] + 20
    assert told["right"][0] > told["right"][2] + 20
    assert max(told["border"]) < 140  # the dark line where the output is 0
    np.testing.assert_allclose(told["points"], [[0x3E, 0x77, 0xB6], [0xC7, 0x7A, 0x2E]], atol=2)
    assert told["rings"][2] < 80 < min(told["rings"][:2])  # the third lies in the other class
    assert told["test"][2] > 150  # not shown: there is the map
    np.testing.assert_allclose(page.evaluate(MAPPED, {"showTest": True})["test"], 255, atol=2)

    # Another neuron: tanh(0.1 − y / 2) is negative above.
    told = page.evaluate("""() => {
      N.decision(decision, net, weights, null, 'light', { neuron: [1, 1], resolution: 100 });
      const seen = (y) => at('decision', state.frame.x(1), state.frame.y(y));
      return [seen(5), seen(-5), state.scale, state.board.ariaLabel];
    }""")
    assert told[0][2] > told[0][0] + 20
    assert told[1][0] > told[1][2] + 20
    np.testing.assert_allclose(told[2], np.tanh(3.1), atol=1e-4)
    assert told[3] == "Map of layer 1 neuron 2 over the data"

    page.evaluate(MAPPED, {})
    box = page.locator("#decision").bounding_box()
    x, y = page.evaluate("() => [state.frame.x(1.5), state.frame.y(-2)]")
    page.mouse.click(box["x"] + x, box["y"] + y)
    np.testing.assert_allclose(page.evaluate("() => heard.at(-1).slice(1)"), [1.5, -2], atol=0.05)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.evaluate("() => heard.at(-1).slice(1)") == [0.25, 0]


PLANE = """() => {
  const side = Array.from({ length: 31 }, (_, i) => -3 + 0.2 * i);
  const rows = side.map((v) => side.map((u) => u * u + 4 * v * v));
  rows[0][0] = null;
  window.ground = { u: side, v: side, heights: rows, log: false };
  const numbers = { loss: [4, 3, 2, 1], on_plane: [4, 3.5, 2, 1], epochs: [0, 10, 20, 30] };
  const run = (slot, color, path, of, frame) => ({
    slot, color, of, frame, label: `run ${slot}`, ...numbers,
    path: Float32Array.from(path), off: Float32Array.of(0, 0.5, 0, 0),
  });
  window.runs = [
    run(0, '#2473ED', [-2, 0, -1, 0, 0, 0, 1, 0], null, 0),
    run(1, '#AC3402', [-2, 0, -1, 0, -1, 1, NaN, NaN], 0, 1),
  ];
  window.state = N.landscape(plane, ground, runs, 1, 'light');
}"""
SEEN = "([u, v]) => at('plane', state.frame.x(u), state.frame.y(v))"


def test_runs_over_the_landscape(page):
    page.evaluate(PLANE)
    blue = [0x24, 0x73, 0xED]
    draw = """(frame) => {
      N.landscape(plane, ground, runs, frame, 'light');
      return state.ends.map((end) => [end.run.slot, end.at]);
    }"""
    assert page.evaluate(draw, 0) == [[0, 0]]  # the fork is still to come
    assert page.evaluate(draw, 1) == [[0, 1], [1, 1]]
    np.testing.assert_allclose(page.evaluate(SEEN, [-1.5, 0]), blue, atol=2)
    ahead = page.evaluate(SEEN, [0.5, 0])  # what is still to come is pale
    assert ahead[0] > 110
    # Half a unit from the plane: the disc's rim is the run's colour, beyond it is the ground.
    inside, rim, outside = page.evaluate("""() => [0.35, 0.5, 0.65].map((radius) => {
      const { x, y } = state.frame;
      const turns = Array.from({ length: 180 }, (_, i) => (i * Math.PI) / 90);
      const greens = turns.map((a) => at('plane', x(-1 + radius * Math.cos(a)), y(radius * Math.sin(a)))[1]);
      return greens.reduce((sum, green) => sum + green, 0) / 180;
    })""")
    assert rim < inside - 15 < outside - 15
    assert page.evaluate(draw, 3) == [[0, 3], [1, 2]]  # the second was lost after frame 2
    np.testing.assert_allclose(page.evaluate(SEEN, [0.5, 0]), blue, atol=2)
    box = page.locator("#plane").bounding_box()

    def read(u, v):
        x, y = page.evaluate("([u, v]) => [state.frame.x(u), state.frame.y(v)]", [u, v])
        page.mouse.move(box["x"] + x, box["y"] + y)
        return page.locator("#plane .net-card").inner_text()

    assert read(1, 0) == "run 0, epoch 30\nloss 1, on the plane 1\n0 off the plane"
    assert read(-1, 0) == "run 1 forks at epoch 10"
    assert read(2, 1).endswith("loss 8")
    assert read(-2.95, -2.95).endswith("not finite")
    page.evaluate("() => (window.before = state.still)")
    page.evaluate(draw, 0)
    assert page.evaluate("() => before === state.still")  # what does not move is not drawn again


CURVES = """([count, options]) => {
  const noise = (k) => 1 + 0.3 * Math.sin(12.9898 * k * k);
  const values = Float32Array.from({ length: count }, (_, k) => noise(k) * Math.exp((-3 * k) / count));
  values[Math.floor(count / 2)] = NaN;
  const run = { slot: 0, color: '#2473ED', label: 'descent', of: null, frame: 0 };
  run.stop = { frame: count - 1, best: count - 2 };
  run.epochs = Float32Array.from(values, (_, k) => 2 * k);
  Object.assign(run, { loss: values, test_loss: values.map((v) => 1.2 * v), accuracy: values.map((v) => 1 - v / 2) });
  const seek = (frame) => heard.push(frame);
  const usual = { measure: 'loss', log: true, seek };
  window.state = N.curves(curves, [run], Math.floor(count / 4), 'light', { ...usual, ...options });
  const [first] = state.curves;
  const ends = (heights) => heights.reduce(([a, b], y) => [Math.min(a, y), Math.max(b, y)], [Infinity, -Infinity]);
  return {
    spots: state.curves.map((curve) => curve.spots.length),
    gaps: first.spots.filter((spot) => !spot).length,
    range: [state.frame.low, state.frame.high],
    drawn: ends(first.spots.filter(Boolean).map((spot) => spot[1])),
    all: ends(first.values.filter(Number.isFinite).map(state.frame.y)),
  };
}"""


def test_curves_long_and_short(page):
    short = page.evaluate(CURVES, [101, {}])
    assert short["spots"] == [101, 101]
    assert short["gaps"] == 1
    box = page.locator("#curves").bounding_box()
    frame = page.evaluate("() => state.frame.area")
    page.mouse.click(box["x"] + frame["left"] + 0.6 * frame["wide"], box["y"] + 60)
    page.mouse.move(box["x"] + frame["left"] + 0.6 * frame["wide"] + 1, box["y"] + 60)
    assert page.evaluate("() => heard") == [60]
    assert page.locator("#curves .net-card").inner_text().startswith("epoch 120\ndescent: ")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    assert page.evaluate("() => heard.splice(0)") == [60, 26, 100]
    slider = page.locator("#curves canvas")
    assert slider.get_attribute("aria-valuenow") == "25"
    assert slider.get_attribute("aria-valuetext").startswith("epoch 50; descent: 0.")

    long = page.evaluate(CURVES, [200_000, {}])
    assert max(long["spots"]) <= 4 * (frame["wide"] + 2)
    assert long["gaps"] == 1
    np.testing.assert_allclose(long["drawn"], long["all"], atol=1e-3)  # no peak is lost

    shares = page.evaluate(CURVES, [101, {"measure": "accuracy"}])
    assert (shares["range"], len(shares["spots"])) == ([0, 1], 1)
