/* The diagram of a network: a map in every neuron, links and biases by weight. The structure is built once; a frame draws. */

(() => {
  const L = window.landscape;
  const N = L.net;
  const TURNED = { sinx: "sin x₁", siny: "sin x₂", cosx: "cos x₁", cosy: "cos x₂" };
  const NAMES = { x: "x₁", y: "x₂", x2: "x₁²", y2: "x₂²", xy: "x₁x₂", ...TURNED };
  const MOST = { size: 52, pitch: 98 }; // of a neuron, and from one to the next below
  const WIDEST = 8; // pixels of a link
  const FULL = 5; // the weight that is drawn so wide
  const ALONE = 400; // links up to which each has its own stroke
  const SHADES = 10;
  const WORDS = { leaky_relu: "leaky ReLU", relu: "ReLU", gelu: "GELU" };

  N.named = (net, options = {}) => options.names || net.spec.features.map((name) => NAMES[name] || name);
  const hiddenBetween = (net, layer) => layer > 0 && layer < net.widths.length - 1;

  /* A neuron in words. */
  N.calledNeuron = (net, layer, neuron, names) => {
    if (layer === 0) return `input ${names[neuron]}`;
    if (hiddenBetween(net, layer)) return `layer ${layer} neuron ${neuron + 1}`;
    return net.widths.at(-1) === 1 ? "output" : `output ${neuron + 1}`;
  };

  /* Where a weight of the vector belongs: { layer, from, to } of a link, { layer, to } of a bias. */
  N.placeOf = (net, index) => {
    const at = net.layers.findLastIndex((layer) => layer.weights <= index);
    const layer = net.layers[at];
    if (index >= layer.biases) return { layer: at + 1, from: null, to: index - layer.biases };
    const cell = index - layer.weights;
    return { layer: at + 1, from: Math.floor(cell / layer.width), to: cell % layer.width };
  };

  /* Places of all neurons in a host of that size. */
  function arranged(net, wide, high, names) {
    const columns = net.widths.length;
    const rows = Math.max(...net.widths);
    const longest = Math.max(...names.map((name) => [...name].length));
    const left = 14 + Math.min(7 * longest, wide < 480 ? 44 : 60);
    const size0 = Math.min(MOST.size, (wide - left) / (columns * 1.9));
    const gap = (wide - left - size0 - 18) / (columns - 1);
    const caption = gap > 104 ? "one" : gap > 62 ? "two" : "stack";
    const coarse = matchMedia("(pointer: coarse)").matches;
    const top = { one: coarse ? 44 : 34, two: coarse ? 60 : 46, stack: coarse ? 96 : 70 }[caption];
    const pitch = Math.min(MOST.pitch, (high - top - 16) / rows);
    const size = Math.max(4, Math.min(size0, pitch * (pitch < 24 ? 0.8 : 0.68)));
    const block = Math.max(top, (high + top - rows * pitch) / 2 - 4); // the top of the tallest layer
    const middle = block + (rows * pitch) / 2;
    const neurons = net.widths.map((width, layer) => {
      const x = left + size0 / 2 + layer * gap;
      return Array.from({ length: width }, (_, i) => ({ x, y: middle + (i - (width - 1) / 2) * pitch }));
    });
    return { size, gap, pitch, block, caption, neurons };
  }

  /* A link from one neuron to the next layer's, as the four numbers of its curve. */
  function curveOf({ neurons, size }, layer, from, to) {
    const [a, b] = [neurons[layer - 1][from], neurons[layer][to]];
    const count = neurons[layer - 1].length;
    const enter = count > 1 ? (from / (count - 1) - 0.5) * size * 0.5 : 0; // links arrive beside each other
    return [a.x + size / 2, a.y, b.x - size / 2, b.y + enter];
  }

  function linksOf(net, plan) {
    const links = [];
    net.layers.forEach((layer, i) => {
      for (let from = 0; from < layer.inputs; from++) {
        for (let to = 0; to < layer.width; to++) {
          links.push({ index: layer.weights + from * layer.width + to, layer: i + 1, from, to, curve: curveOf(plan, i + 1, from, to) });
        }
      }
    });
    return links;
  }

  const colourOf = (weight) => (weight < 0 ? N.negative : N.positive);
  const bend = (pen, [x0, y0, x1, y1]) => {
    const middle = (x0 + x1) / 2;
    pen.moveTo(x0, y0);
    pen.bezierCurveTo(middle, y0, middle, y1, x1, y1);
  };

  const touches = (link, spot) =>
    spot && ((link.layer === spot[0] && link.to === spot[1]) || (link.layer - 1 === spot[0] && link.from === spot[1]));

  /* Width and strength of a weight's line; thinner and paler where there are many. */
  function strokeOf(state, weight) {
    const strong = Math.min(1, Math.abs(weight) / FULL);
    const room = Math.min(1, state.plan.size / 34);
    const crowd = Math.min(1, Math.sqrt(60 / state.links.length));
    const pale = Math.min(1, Math.abs(weight));
    return [Math.max(0.35 + 0.35 * crowd, WIDEST * room * strong), (0.3 + 0.6 * pale) * Math.max(0.3 * pale, crowd)];
  }

  function drawLink(pen, state, link, faded) {
    const weight = state.weights[link.index];
    const [width, alpha] = strokeOf(state, weight);
    Object.assign(pen, { lineWidth: width, globalAlpha: faded ? alpha * 0.18 : alpha, strokeStyle: colourOf(weight) });
    pen.beginPath();
    bend(pen, link.curve);
    pen.stroke();
  }

  /* Many links at once: those of one strength share a stroke. */
  function drawCrowd(pen, state, faded) {
    const paths = new Map();
    for (const link of state.links) {
      const weight = state.weights[link.index];
      const level = Math.sign(weight) * Math.ceil(Math.min(1, Math.abs(weight) / 3) * SHADES);
      if (!paths.has(level)) paths.set(level, []);
      paths.get(level).push(link);
    }
    for (const level of [...paths.keys()].sort((a, b) => Math.abs(a) - Math.abs(b))) {
      const [width, alpha] = strokeOf(state, (3 * level) / SHADES);
      Object.assign(pen, { lineWidth: width, globalAlpha: faded ? alpha * 0.12 : alpha, strokeStyle: colourOf(level) });
      pen.beginPath();
      for (const link of paths.get(level)) bend(pen, link.curve);
      pen.stroke();
    }
  }

  function drawLinks(pen, state) {
    const { links, hot, hotLink } = state;
    pen.lineCap = "butt";
    if (links.length > ALONE) drawCrowd(pen, state, hot !== null);
    else for (const link of links) if (!touches(link, hot)) drawLink(pen, state, link, hot !== null);
    if (hot) for (const link of links) if (touches(link, hot)) drawLink(pen, state, link, false);
    if (hotLink) {
      const weight = state.weights[hotLink.index];
      const width = Math.max(2, strokeOf(state, weight)[0]);
      pen.beginPath();
      bend(pen, hotLink.curve);
      Object.assign(pen, { lineWidth: width + 3, globalAlpha: 1, strokeStyle: state.inks.ink }).stroke();
      Object.assign(pen, { lineWidth: width, strokeStyle: colourOf(weight) }).stroke();
    }
    pen.globalAlpha = 1;
  }

  /* All maps side by side on one sheet, each on its own scale, which is kept for the words. */
  function fillSheet(state, maps, m, inputs) {
    const scale = window.devicePixelRatio || 1;
    const size = Math.max(4, Math.min(m, Math.ceil(state.plan.size * scale)));
    const count = state.net.widths.reduce((sum, width) => sum + width, 0);
    const across = Math.ceil(Math.sqrt(count));
    const wide = across * size;
    if (state.sheet?.wide !== wide || state.sheet.size !== size) {
      const at = (k) => [(k % across) * size, Math.floor(k / across) * size];
      state.sheet = Object.assign(N.sheet(wide, Math.ceil(count / across) * size), { size, at });
    }
    let k = 0;
    state.scales = [inputs, ...maps].map((layer) =>
      layer.map((values) => {
        const most = N.largest(values);
        const [left, top] = state.sheet.at(k++);
        N.tint(state.sheet.pixels, top * wide + left, wide, size, values, m, most, N.signed);
        return most;
      }),
    );
    state.sheet.show();
  }

  function drawNeurons(pen, state) {
    const { net, plan } = state;
    const m = state.options.resolution || N.resolution(net, N.playing());
    const maps = N.maps(net, state.weights, m);
    const side = plan.size;
    const corners = plan.neurons.flat().map(({ x, y }) => [x - side / 2, y - side / 2]);
    pen.save();
    pen.beginPath();
    for (const corner of corners) pen.roundRect(...corner, side, side, Math.min(7, 0.18 * side));
    Object.assign(pen, { fillStyle: state.inks.panel }).fill();
    if (maps) {
      fillSheet(state, maps, m, N.inputs(net, m));
      const { size, board, at } = state.sheet;
      pen.clip();
      corners.forEach((corner, k) => pen.drawImage(board, ...at(k), size, size, ...corner, side, side));
    }
    pen.restore();
  }

  /* Biases: squares at the lower left corners. */
  N.biasSquare = ({ plan }, layer, neuron) => {
    const side = Math.max(2.5, Math.min(8, plan.size / 5.5));
    const { x, y } = plan.neurons[layer][neuron];
    return [x - plan.size / 2 - side - 1.5, y + plan.size / 2 - side + 1.5, side];
  };
  function drawBiases(pen, state) {
    state.net.layers.forEach((layer, i) => {
      for (let j = 0; j < layer.width; j++) {
        const [x, y, side] = N.biasSquare(state, i + 1, j);
        const index = layer.biases + j;
        const hot = state.hotBias === index;
        pen.beginPath();
        pen.rect(x, y, side, side);
        Object.assign(pen, { fillStyle: N.signedColour(state.weights[index]) }).fill();
        if (side > 4 || hot) Object.assign(pen, { strokeStyle: hot ? state.inks.ink : state.inks.dim, lineWidth: hot ? 2.5 : 1 }).stroke();
      }
    });
  }

  function draw(state) {
    if (!state.host.clientWidth) return;
    const size = [state.host.clientWidth, state.host.clientHeight].join();
    if (size !== state.size) build(state, size);
    const began = performance.now();
    const pen = L.pen(state.board);
    drawLinks(pen, state);
    drawNeurons(pen, state);
    drawBiases(pen, state);
    state.took = performance.now() - began;
    mark(state, state.options.chosen);
    clearTimeout(state.later);
    state.later = setTimeout(() => {
      N.labelled(state);
      N.sayAgain(state);
    }, 250);
  }

  function caption(state, layer) {
    const { net, plan } = state;
    const count = net.widths[layer];
    const last = layer === net.widths.length - 1;
    const box = L.made("div", { className: `net-caption ${plan.caption}` });
    Object.assign(box.style, { left: `${plan.neurons[layer][0].x}px`, top: `${plan.block - 4}px` });
    if (plan.caption !== "one") box.style.width = `${Math.max(30, Math.min(plan.gap, 84))}px`;
    const word = WORDS[net.spec.activation] || net.spec.activation;
    const plain = plan.caption === "stack" ? ["in", "out"] : ["inputs", count > 1 ? "outputs" : "output"];
    const text = layer === 0 ? plain[0] : last ? plain[1] : plan.caption === "stack" ? `${count}` : `${count} ${word}`;
    box.append(L.made("span", { className: "net-count", textContent: text, title: hiddenBetween(net, layer) ? `${count} ${word}` : text }));
    if (!hiddenBetween(net, layer) || !state.options.resize) return box;
    for (const [sign, by, name] of [["−", -1, "Remove a neuron from"], ["+", 1, "Add a neuron to"]]) {
      const button = L.made("button", { type: "button", textContent: sign, disabled: by < 0 ? count <= 1 : count >= 32 });
      button.setAttribute("aria-label", `${name} layer ${layer}`);
      button.onclick = () => state.options.resize(layer, by);
      box.append(button);
    }
    return box;
  }

  /* Places, links, captions and the buttons that neurons are to keyboard and touch. */
  function build(state, size) {
    const { net, host } = state;
    const active = state.parts?.contains(document.activeElement) ? document.activeElement : null;
    state.size = size;
    const names = (state.names = N.named(net, state.options));
    const plan = (state.plan = arranged(net, host.clientWidth, host.clientHeight, names));
    state.links = linksOf(net, plan);
    state.hotLink &&= state.links.find(({ index }) => index === state.hotLink.index);
    state.parts?.remove();
    state.parts = L.made("div", {});
    state.board.setAttribute("aria-hidden", "true");
    const small = plan.size < 22;
    state.buttons = plan.neurons.map((column, layer) =>
      column.map(({ x, y }, neuron) => {
        const button = L.made("button", { type: "button", className: `net-neuron${small ? " small" : ""}`, tabIndex: -1 });
        const [left, top, side] = [x - plan.size / 2, y - plan.size / 2, plan.size].map((length) => `${length}px`);
        Object.assign(button.style, { left, top, width: side, height: side });
        button.net = [layer, neuron];
        state.parts.append(button);
        return button;
      }),
    );
    plan.neurons[0].forEach(({ x, y }, i) => {
      const name = L.made("span", { className: `net-name${small ? " small" : ""}`, textContent: names[i], ariaHidden: "true" });
      Object.assign(name.style, { left: `${x - plan.size / 2}px`, top: `${y}px` });
      if (plan.pitch >= 12) state.parts.append(name);
    });
    for (let layer = 0; layer < net.widths.length; layer++) state.parts.append(caption(state, layer));
    host.append(state.parts);
    host.setAttribute("role", "group");
    host.setAttribute("aria-label", `Network of ${net.widths.join(", ")} neurons. Arrow keys go from neuron to neuron, Enter edits.`);
    state.focus = state.buttons[state.focus?.[0]]?.[state.focus?.[1]] ? state.focus : [0, 0];
    const stop = state.buttons[state.focus[0]][state.focus[1]];
    stop.tabIndex = 0;
    N.labelled(state);
    if (!active) return;
    const again = [...state.parts.querySelectorAll(".net-caption button")].find((each) => each.ariaLabel === active.ariaLabel);
    (again || stop).focus();
  }

  /* What a screen reader says of every neuron, after the last drawing. */
  N.labelled = (state) => {
    const { net, weights, names } = state;
    state.buttons.forEach((column, layer) =>
      column.forEach((button, neuron) => {
        const bias = layer ? `, bias ${weights[net.layers[layer - 1].biases + neuron].toFixed(2).replace("-", "−")}` : "";
        button.setAttribute("aria-label", N.calledNeuron(net, layer, neuron, names) + bias);
      }),
    );
  };

  function mark(state, spot) {
    const next = spot ? state.buttons?.[spot[0]]?.[spot[1]] : null;
    if (state.marked === next) return;
    state.marked?.classList.remove("chosen");
    next?.classList.add("chosen");
    state.marked = next;
  }

  /* Draw a network. options: hover(layer, neuron) or hover(null), edit(index, value), preview(weights or null),
     resize(layer, ±1), chosen [layer, neuron], names, resolution, fixed (nothing can be edited). */
  N.diagram = (host, net, weights, theme, options = {}) => {
    const state = N.state(host, N.listen, draw);
    const structure = JSON.stringify([net.spec, options.names, Boolean(options.resize)]);
    if (structure !== state.structure) {
      state.editor?.box.remove();
      Object.assign(state, { structure, size: null, draw, editor: null, trial: null, hot: null, hotLink: null, hotBias: null });
    }
    Object.assign(state, { net, options, theme, inks: N.inks(theme), given: weights });
    state.weights = state.trial ? N.tried(state, weights) : weights;
    draw(state);
    return state;
  };
})();
