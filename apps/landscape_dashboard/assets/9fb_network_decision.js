/* The decision map: what a network or one of its neurons says of every place, its boundary, and the data. */

(() => {
  const L = window.landscape;
  const N = L.net;
  const MARGIN = { left: 30, right: 54, top: 8, bottom: 24 };
  const SHADES = 12; // of a sign, of points that have numbers
  const NUDGE = 0.25; // of an arrow key, in the units of the data

  /* The square of the map in its host, and the scales of both axes. */
  function placed(state) {
    const [wide, high] = [state.host.clientWidth, state.host.clientHeight];
    const side = Math.max(20, Math.min(wide - MARGIN.left - MARGIN.right, high - MARGIN.top - MARGIN.bottom));
    const left = Math.round((wide - side + MARGIN.left - MARGIN.right) / 2);
    const top = Math.round((high - side + MARGIN.top - MARGIN.bottom) / 2);
    const e = state.net.extent;
    const scale = side / (2 * e);
    return {
      area: { left, top, wide: side, high: side },
      x: (v) => left + (v + e) * scale,
      y: (v) => top + (e - v) * scale,
      back: ([a, b]) => [(a - left) / scale - e, e - (b - top) / scale],
    };
  }

  /* Whether one of many is shown: a neuron, or one of several outputs. */
  const isNeuron = (net, spot) => Boolean(spot) && (spot[0] < net.widths.length - 1 || net.widths.at(-1) > 1);

  /* What is shown: the values of one neuron or the only output, or all probabilities. */
  function shownOf(state, m) {
    const { net, options, weights } = state;
    const maps = N.maps(net, weights, m);
    if (!maps) return null;
    if (net.widths.at(-1) > 1 && !isNeuron(net, options.neuron)) return maps.at(-1);
    const [layer, neuron] = options.neuron || [net.widths.length - 1, 0];
    return [layer === 0 ? N.inputs(net, m)[neuron] : maps[layer - 1][neuron]];
  }

  /* The ends of the colours: ±1 for classes, the data's largest value for a regression, a neuron's own largest. */
  function scaleOf(state, values) {
    if (isNeuron(state.net, state.options.neuron)) return N.largest(values) || 1;
    if (state.net.spec.output !== "linear") return 1;
    return N.largest(state.points?.label || values) || 1;
  }

  function tintClasses(sheet, maps, m, tables, sharp) {
    const even = 1 / maps.length;
    for (let k = 0; k < m * m; k++) {
      let best = 0;
      for (let c = 1; c < maps.length; c++) if (maps[c][k] > maps[best][k]) best = c;
      const sure = sharp ? 1 : Math.max(0, (maps[best][k] - even) / (1 - even));
      sheet.pixels[(m - 1 - Math.floor(k / m)) * m + (k % m)] = tables[best][(sure * 255) | 0];
    }
  }

  /* By how much a class leads all others. */
  const lead = (maps, c) =>
    maps[c].map((value, k) => {
      let most = -Infinity;
      for (let other = 0; other < maps.length; other++) if (other !== c && maps[other][k] > most) most = maps[other][k];
      return value - most;
    });

  function drawBoundary(pen, state, maps, m) {
    const { area } = state.frame;
    const [x, y] = [(i) => area.left + (i / (m - 1)) * area.wide, (j) => area.top + (1 - j / (m - 1)) * area.high];
    pen.beginPath();
    for (const values of maps.length > 1 ? maps.map((_, c) => lead(maps, c)) : maps) N.trace(pen, values, m, m, 0, x, y);
    pen.lineCap = "round";
    Object.assign(pen, { strokeStyle: "rgba(255,255,255,.9)", lineWidth: 4 }).stroke();
    Object.assign(pen, { strokeStyle: "rgba(21,25,31,.75)", lineWidth: 1.4 }).stroke();
  }

  const className = ({ options }, c) => options.labels?.[c] ?? String(c);
  const colourOf = (state, label) => {
    const { spec } = state.net;
    if (!spec.classes) {
      const most = N.largest(state.points.label) || 1;
      return N.signedColour(Math.round((SHADES * label) / most), SHADES);
    }
    return N.classColour(spec.output === "softmax" ? label : label > 0 ? 1 : 0);
  };

  /* Which points the network puts into another class than theirs. */
  function wrongOnes(state) {
    const { net, points, weights, options } = state;
    if (isNeuron(net, options.neuron) || !net.spec.classes) return [];
    const outs = N.outputs(net, weights, points.x, points.y);
    const said = (k) => outs.reduce((best, values, c) => (values[k] > outs[best][k] ? c : best), 0);
    const right = outs.length > 1 ? (k) => said(k) === points.label[k] : (k) => outs[0][k] > 0 === points.label[k] > 0;
    return Array.from(points.x.keys()).filter((k) => !right(k));
  }

  /* Points of one colour share one path. */
  function drawPoints(pen, state) {
    const { points, frame, options } = state;
    const radius = frame.area.wide > 190 ? 3.4 : 3;
    const until = options.showTest ? points.x.length : points.train ?? points.x.length;
    const circle = (k, size) => {
      const [a, b] = [frame.x(points.x[k]), frame.y(points.y[k])];
      pen.moveTo(a + size, b);
      pen.arc(a, b, size, 0, 2 * Math.PI);
    };
    const groups = new Map();
    for (let k = 0; k < until; k++) {
      const test = k >= (points.train ?? until);
      const colour = colourOf(state, points.label[k]);
      const key = `${test} ${colour}`;
      if (!groups.has(key)) groups.set(key, { test, colour, members: [] });
      groups.get(key).members.push(k);
    }
    pen.beginPath();
    for (const k of wrongOnes(state)) if (k < until) circle(k, radius + 2.2);
    Object.assign(pen, { strokeStyle: "rgba(255,255,255,.85)", lineWidth: 2.6 }).stroke();
    Object.assign(pen, { strokeStyle: "#15191F", lineWidth: 1.1 }).stroke();
    const numbers = !state.net.spec.classes; // may be as white as the map
    const rim = numbers ? "#15191F" : "#FFFFFF";
    for (const { test, colour, members } of groups.values()) {
      pen.beginPath();
      for (const k of members) circle(k, test ? radius - 0.4 : radius);
      // Rims before the colours they surround: where points crowd, colours stay.
      if (!test || numbers) Object.assign(pen, { strokeStyle: rim, lineWidth: test ? 3 : radius / 2 }).stroke();
      Object.assign(pen, { fillStyle: test ? "#FFFFFF" : colour }).fill();
      if (test) Object.assign(pen, { strokeStyle: colour, lineWidth: 1.6 }).stroke();
    }
  }

  function drawLegend(pen, state, maps, scale) {
    const { area } = state.frame;
    const place = { left: area.left + area.wide + 10, top: area.top, high: area.high };
    if (maps.length === 1) {
      const written = L.written(scale);
      N.legend(pen, state.inks, place, (at) => N.colourIn(N.washed, at), [[1, written], [0.5, "0"], [0, `−${written}`]]);
      return;
    }
    Object.assign(pen, { font: N.font(11), textAlign: "left", textBaseline: "middle" });
    maps.forEach((_, c) => {
      const top = area.top + 18 * c + 2;
      Object.assign(pen, { fillStyle: N.classColour(c) }).fillRect(place.left, top, 10, 10);
      Object.assign(pen, { fillStyle: state.inks.dim }).fillText(className(state, c), place.left + 15, top + 6);
    });
  }

  function drawCross(pen, state) {
    const [a, b] = [state.frame.x(state.cross[0]), state.frame.y(state.cross[1])];
    pen.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      pen.moveTo(a + 4 * dx, b + 4 * dy);
      pen.lineTo(a + 12 * dx, b + 12 * dy);
    }
    Object.assign(pen, { strokeStyle: "#FFFFFF", lineWidth: 4 }).stroke();
    Object.assign(pen, { strokeStyle: "#15191F", lineWidth: 1.6 }).stroke();
  }

  function drawMap(pen, state, maps, m) {
    const { area } = state.frame;
    if (state.sheet?.wide !== m) state.sheet = N.sheet(m, m);
    const scale = scaleOf(state, maps[0]);
    if (maps.length !== state.tables?.length) state.tables = N.classTables(maps.length);
    if (maps.length > 1) tintClasses(state.sheet, maps, m, state.tables, state.options.discretize);
    else N.tint(state.sheet.pixels, 0, m, m, maps[0], m, state.options.discretize ? 1e-9 : scale, N.washed);
    state.sheet.show();
    pen.drawImage(state.sheet.board, area.left, area.top, area.wide, area.high);
    return scale;
  }

  function draw(state) {
    if (!state.host.clientWidth) return;
    const { net, options, inks } = state;
    const began = performance.now();
    const m = options.resolution || N.resolution(net, N.playing());
    const pen = L.pen(state.board);
    const maps = shownOf(state, m);
    state.frame = null;
    if (!maps) return describe(state, "The data have other columns than x₁ and x₂, so there is no map.", pen);
    state.frame = placed(state);
    const { area, x, y } = state.frame;
    [state.maps, state.m, state.scale] = [maps, m, drawMap(pen, state, maps, m)];
    pen.save();
    N.clip(pen, area);
    drawBoundary(pen, state, maps, m);
    if (state.points) drawPoints(pen, state);
    if (state.cross && document.activeElement === state.board) drawCross(pen, state);
    pen.restore();
    const ticks = N.ticks(-net.extent, net.extent, area.wide > 150 ? 6 : 3);
    N.axes(pen, inks, area, { x, y, xs: ticks, ys: ticks });
    drawLegend(pen, state, maps, state.scale);
    state.took = performance.now() - began;
    describe(state);
  }

  function describe(state, problem = null, pen = null) {
    const spot = state.options.neuron;
    const what = isNeuron(state.net, spot) ? N.calledNeuron(state.net, ...spot, N.named(state.net, state.options)) : "the network's output";
    const how = state.options.clicked ? "; arrow keys and Enter place a point" : "";
    state.board.setAttribute("aria-label", problem || `Map of ${what} over the data${how}`);
    if (!problem) return;
    Object.assign(pen, { font: N.font(12.5), fillStyle: state.inks.dim, textAlign: "center" });
    pen.fillText(problem, state.host.clientWidth / 2, state.host.clientHeight / 2, state.host.clientWidth - 24);
  }

  /* The place of the data under a pixel, null outside the map. */
  function dataAt(state, spot) {
    const place = state.frame?.back(spot);
    return place && Math.max(...place.map(Math.abs)) <= state.net.extent ? place : null;
  }

  function read(state, event) {
    const spot = N.spot(state, event);
    const place = dataAt(state, spot);
    if (!place) return N.card(state, "");
    const cell = ([a, b]) => [a, b].map((v) => Math.round(((v + state.net.extent) / (2 * state.net.extent)) * (state.m - 1)));
    const [i, j] = cell(place);
    const values = state.maps.map((map) => L.written(map[j * state.m + i]));
    const said = values.length > 1 ? values.map((value, c) => `${className(state, c)}: ${value}`) : [`value ${values[0]}`];
    N.card(state, [`x₁ ${L.written(place[0])}, x₂ ${L.written(place[1])}`, ...said].join("\n"), spot);
  }

  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  function pressed(state, event) {
    if (!state.options.clicked) return;
    state.cross ||= [0, 0];
    const [move, e] = [MOVES[event.key], state.net.extent];
    if (move) state.cross = state.cross.map((v, i) => Math.max(-e, Math.min(e, v + move[i] * NUDGE * (event.shiftKey ? 4 : 1))));
    else if (event.key === "Enter") state.options.clicked(...state.cross);
    else return;
    N.soon(state, draw);
    event.preventDefault();
    event.stopPropagation();
  }

  function listen(state) {
    const { board } = state;
    board.addEventListener("pointermove", (event) => read(state, event));
    board.addEventListener("pointerleave", () => N.card(state, ""));
    board.addEventListener("click", (event) => {
      const place = dataAt(state, N.spot(state, event));
      if (place) state.options.clicked?.(...place);
    });
    board.addEventListener("keydown", (event) => pressed(state, event));
    for (const kind of ["focus", "blur"]) board.addEventListener(kind, () => N.soon(state, draw));
  }

  /* Draw the map of a network's output, or of one neuron. points: { x, y, label, train }, the first `train` for training.
     options: neuron [layer, neuron], showTest, discretize, clicked(x, y), labels, resolution. */
  N.decision = (host, net, weights, points, theme, options = {}) => {
    const state = N.state(host, listen, draw);
    Object.assign(state, { net, weights, points, theme, options, inks: N.inks(theme) });
    if (options.clicked) state.board.tabIndex = 0;
    else state.board.removeAttribute("tabindex");
    state.board.setAttribute("role", options.clicked ? "application" : "img");
    state.board.style.cursor = options.clicked ? "crosshair" : "";
    draw(state);
    return state;
  };
})();
