/* Curves over evaluations under the boards: value, temperature, acceptance, one row each, with one cursor through all. */

(() => {
  const L = window.landscape;
  const B = L.boards;
  const ROWS = [
    { name: "value", title: "value", weight: 2.2 },
    { name: "temperature", title: "temperature", log: true, weight: 1 },
    { name: "acceptance", title: "share of moves accepted", range: [0, 1], weight: 1 },
  ];
  const HEAD = 21; // pixels above a row, for its title
  const FOOT = { named: 22, plain: 36 }; // below the last one, for ticks, and the name of the axis beside or below them
  const WIDE = 440; // pixels from which names stand at line ends
  const BELOW = 17; // pixels under a bound, for its name where none stand at line ends
  const PALE = 0.3;
  const NAMES = { bound: "bound", minimum: "optimum", incumbent: "exact solver" };
  const KEYS = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity };

  const finite = (values) => Array.from(values || []).filter(Number.isFinite);
  const seriesOf = (lane, row) => (row.name === "value" ? lane.value : lane.metrics?.[row.name]);
  const lanesOf = (state) => state.lanes.filter((lane) => !lane.hidden);
  const longest = (state) => state.lanes.reduce((most, lane) => (lane.evaluations.length > (most?.evaluations.length ?? 0) ? lane : most), null);

  /* Values from low to high that the axis of values covers: the first leap down may leave the picture at the top. */
  function reach(state) {
    const all = lanesOf(state).flatMap((lane) => [...finite(lane.value), ...finite(lane.best)]);
    const marks = state.marks.map(([, value]) => value);
    if (!all.length) return marks.length ? [marks[0] - 1, marks[0] + 1] : [0, 1];
    const low = Math.min(...all, ...marks);
    const late = lanesOf(state).flatMap((lane) => finite(lane.value).slice(Math.ceil(lane.value.length * 0.04)));
    late.sort((a, b) => a - b);
    const top = late.length ? late[Math.floor(0.97 * (late.length - 1))] : low;
    const most = Math.max(...all, ...marks);
    const high = most > low + 2 * (top - low) && top > low ? low + 1.25 * (top - low) : most;
    const room = 0.06 * (high - low) || Math.abs(low) * 0.05 || 1;
    return [low - room, high + room];
  }

  function span(state, row) {
    if (row.range) return row.range;
    if (row.name === "value") return reach(state);
    const all = lanesOf(state).flatMap((lane) => finite(seriesOf(lane, row)).filter((value) => !row.log || value > 0));
    const [low, high] = [Math.min(...all), Math.max(...all)];
    return row.log ? [low / 1.3, high * 1.3] : [low - 0.05 * (high - low), high + 0.05 * (high - low || 1)];
  }

  /* Rows that somebody has numbers for, with their areas and scales. */
  function arranged(state) {
    const [wide, high] = [state.host.clientWidth, state.host.clientHeight];
    const used = ROWS.filter((row) => row.name === "value" || lanesOf(state).some((lane) => finite(seriesOf(lane, row)).length));
    const right = wide >= WIDE ? Math.min(150, 0.24 * wide) : 26;
    state.room = right - 12;
    const foot = wide >= WIDE ? FOOT.named : FOOT.plain;
    const each = (high - foot - HEAD * used.length - 2) / used.reduce((sum, row) => sum + row.weight, 0);
    const last = longest(state)?.evaluations.at(-1) || 1;
    let top = HEAD;
    state.named = wide >= WIDE;
    return used.map((row) => {
      const area = { left: 54, top, wide: Math.max(20, wide - 54 - right), high: Math.max(12, each * row.weight) };
      top += area.high + HEAD;
      let [low, most] = span(state, row);
      if (!state.named && row.name === "value" && state.marks.length) low -= (BELOW * (most - low)) / Math.max(BELOW, area.high - BELOW);
      const share = row.log ? (v) => Math.log(v / low) / Math.log(most / low) : (v) => (v - low) / (most - low);
      const y = (v) => area.top + area.high * (1 - share(v));
      return { row, area, low, most, last, y, x: (v) => area.left + (area.wide * v) / last };
    });
  }

  const spots = (lane, values, { x, y, row }) =>
    Array.from(values || [], (value, k) => (Number.isFinite(value) && (!row.log || value > 0) ? [x(lane.evaluations[k]), Math.max(-3000, Math.min(6000, y(value)))] : null));

  function drawLines(pen, state, strong) {
    for (const place of state.places) {
      pen.save();
      L.net.clip(pen, place.area, 2);
      for (const lane of lanesOf(state)) {
        const colour = B.colourOf(lane, state.inks);
        if (place.row.name !== "value") {
          L.penLine(pen, spots(lane, seriesOf(lane, place.row), place), colour, strong ? 2 : 1.5);
          continue;
        }
        pen.globalAlpha = 0.45;
        L.penLine(pen, spots(lane, lane.value, place), colour, 1.1);
        pen.globalAlpha = 1;
        L.penLine(pen, spots(lane, lane.best, place), colour, strong ? 2.2 : 1.6);
      }
      pen.restore();
    }
  }

  /* Words at given heights, pushed apart by a line. */
  function apart(words, low, high, line = 14) {
    words.sort((a, b) => a.y - b.y);
    let from = low;
    for (const word of words) from = (word.at = Math.max(word.y, from)) + line;
    let to = high;
    for (const word of [...words].reverse()) to = (word.at = Math.min(word.at, to)) - line;
    return words;
  }

  function drawNames(pen, state, place) {
    const { area, y, row } = place;
    const inside = (value) => Math.max(area.top + 5, Math.min(area.top + area.high - 4, y(value)));
    const words = [];
    for (const lane of lanesOf(state)) {
      const end = finite(row.name === "value" ? lane.best : seriesOf(lane, row)).at(-1);
      if (end !== undefined) words.push({ y: inside(end), text: lane.label, colour: B.colourOf(lane, state.inks) });
    }
    if (row.name === "value") for (const [name, value] of state.marks) words.push({ y: inside(value), text: `${name} ${B.whole(value)}`, colour: state.inks.dim });
    if (row.name !== "value" && 14 * words.length > area.high + 20) return; // they would stand in the next row
    const left = area.left + area.wide + 8;
    Object.assign(pen, { textAlign: "left", textBaseline: "middle" });
    for (const { at, text, colour } of apart(words, area.top + 4, area.top + area.high - 3)) {
      Object.assign(pen, { font: L.net.font(12, colour === state.inks.dim ? 400 : 600), fillStyle: colour });
      pen.fillText(shortened(pen, text, state.room), left, at);
    }
  }

  function shortened(pen, text, wide) {
    let word = text;
    while (word.length > 4 && pen.measureText(word).width > wide) word = `${word.slice(0, -2).trimEnd()}…`;
    return word;
  }

  /* Ticks whose numbers have a line each, from the lowest on. */
  const spaced = (ticks, y) => ticks.reduce((kept, tick) => (kept.length && Math.abs(y(tick) - y(kept.at(-1))) < 13 ? kept : [...kept, tick]), []);

  function drawGround(pen, state) {
    const { inks, places } = state;
    places.forEach((place, k) => {
      const { area, low, most, last, x, y, row } = place;
      const few = Math.max(2, Math.floor(area.high / 26));
      const ys = row.range ? (area.high > 60 ? [0, 0.5, 1] : [0, 1]) : row.log ? L.net.logTicks(low, most, few) : L.net.ticks(low, most, few);
      const xs = L.net.ticks(0, last, Math.max(2, Math.floor(area.wide / 90)));
      const bottom = k === places.length - 1;
      const plain = (value) => value.toLocaleString("en").replace("-", "−");
      L.net.axes(pen, inks, area, { x, y, xs: [], ys: spaced(ys, y), grid: true, write: row.log ? L.net.tickWritten : plain });
      if (bottom) L.net.axes(pen, inks, area, { x, y, xs, ys: [], grid: true, write: plain });
      Object.assign(pen, { font: L.net.font(12), fillStyle: inks.ink, textAlign: "left", textBaseline: "alphabetic" });
      pen.fillText(row.title, area.left, area.top - 7);
      if (row.name === "value") {
        for (const [name, value] of state.marks) {
          pen.setLineDash(name === NAMES.bound ? [5, 4] : [1.5, 3]);
          L.penLine(pen, [[area.left, y(value)], [area.left + area.wide, y(value)]], inks.dim, 1.2);
          pen.setLineDash([]);
          if (state.named) continue;
          Object.assign(pen, { font: L.net.font(11), textAlign: "left", textBaseline: "top" }); // below it no curve goes
          if (name === state.marks[0][0]) L.net.write(pen, inks, `${name} ${B.whole(value)}`, area.left + 4, y(value) + 4);
        }
      }
      if (state.named) drawNames(pen, state, place);
    });
    const { area } = places.at(-1);
    Object.assign(pen, { font: L.net.font(12), fillStyle: inks.ink, textBaseline: "alphabetic" });
    if (state.named) {
      pen.textAlign = "right"; // beside the last tick
      pen.fillText("evaluations", area.left + area.wide + state.room + 4, area.top + area.high + 16);
    } else {
      pen.textAlign = "center";
      pen.fillText("evaluations", area.left + area.wide / 2, state.host.clientHeight - 4);
    }
  }

  /* The best value at the cursor and how far it is from what is proved. */
  function gap(state) {
    const now = Math.min(...lanesOf(state).map((lane) => lane.best[Math.min(state.frame, lane.best.length - 1)]).filter(Number.isFinite));
    if (!Number.isFinite(now)) return "";
    const against = state.marks.find(([name]) => name === NAMES.bound) || state.marks.find(([name]) => name === NAMES.minimum);
    if (!against) return `best ${B.whole(now)}`;
    const [name, value] = against;
    if (now - value <= 1e-9 * Math.max(1, Math.abs(value))) return `best ${B.whole(now)}, ${name === NAMES.bound ? "proved" : "the optimum"}`;
    const share = value ? `${Number(((100 * (now - value)) / Math.abs(value)).toPrecision(2))} %` : B.whole(now - value);
    return `best ${B.whole(now)}, ${share} above the ${name}`;
  }

  const cursor = (state) => {
    const lane = longest(state);
    const { area, x } = state.places[0];
    return lane ? x(lane.evaluations[Math.min(state.frame, lane.evaluations.length - 1)]) : area.left;
  };

  function prepare(state) {
    state.inks = B.inks();
    state.places = arranged(state);
    state.ground = L.net.layer(state, (pen) => drawGround(pen, state));
    state.strong = L.net.layer(state, (pen) => drawLines(pen, state, true));
    state.pale = L.net.layer(state, (pen) => drawLines(pen, state, false));
    state.size = [state.host.clientWidth, state.host.clientHeight, state.inks.theme, window.devicePixelRatio].join();
  }

  function drawEnds(pen, state) {
    for (const place of state.places) {
      pen.save();
      L.net.clip(pen, place.area, 6);
      for (const lane of lanesOf(state)) {
        const values = place.row.name === "value" ? lane.best : seriesOf(lane, place.row);
        const at = Math.min(state.frame, lane.evaluations.length - 1);
        const [spot] = spots({ evaluations: [lane.evaluations[at]] }, [values?.[at]], place);
        const shape = ["circle", "square", "diamond", "triangle-up", "triangle-down", "pentagon", "hexagon", "star"][(lane.slot ?? 0) % 8];
        if (spot) L.penDot(pen, shape, spot, 4.2, B.colourOf(lane, state.inks), state.inks.panel, 1.5);
      }
      pen.restore();
    }
  }

  function draw(state) {
    if (!state.lanes.length) return L.pen(state.canvas);
    const size = [state.host.clientWidth, state.host.clientHeight, document.documentElement.dataset.theme || "light", window.devicePixelRatio].join();
    if (size !== state.size) prepare(state);
    const pen = L.pen(state.canvas);
    const [wide, high] = [state.host.clientWidth, state.host.clientHeight];
    const at = cursor(state);
    pen.drawImage(state.ground, 0, 0, wide, high);
    for (const [layer, from, to, alpha] of [[state.pale, at, wide, PALE], [state.strong, 0, at, 1]]) {
      pen.save();
      pen.beginPath();
      pen.rect(from, 0, Math.max(0, to - from), high);
      pen.clip();
      pen.globalAlpha = alpha;
      pen.drawImage(layer, 0, 0, wide, high);
      pen.restore();
    }
    const { area: first } = state.places[0];
    const { area: last } = state.places.at(-1);
    L.penLine(pen, [[at, first.top], [at, last.top + last.high]], B.faint(state.inks.ink, 0.55), 1);
    drawEnds(pen, state);
    Object.assign(pen, { font: L.net.font(12), fillStyle: state.inks.dim, textAlign: "right", textBaseline: "alphabetic" });
    pen.fillText(gap(state), first.left + first.wide, first.top - 7);
  }

  const frames = (state) => Math.max(0, (longest(state)?.evaluations.length ?? 1) - 1);

  function say(state) {
    const at = Math.min(state.frame, frames(state));
    const spent = longest(state)?.evaluations[at] ?? 0;
    const lines = lanesOf(state).map((lane) => `${lane.label}: ${B.whole(lane.best[Math.min(at, lane.best.length - 1)])}`);
    state.canvas.setAttribute("aria-valuemax", frames(state));
    state.canvas.setAttribute("aria-valuenow", at);
    state.canvas.setAttribute("aria-valuetext", [`${B.counted(spent, "evaluation")}`, ...lines, gap(state)].filter(Boolean).join("; "));
  }

  /* The frame whose evaluations are nearest to a place across. */
  function frameAt(state, event) {
    const lane = longest(state);
    if (!lane || !state.places) return 0;
    const { area, last } = state.places[0];
    const wanted = (last * (event.clientX - state.canvas.getBoundingClientRect().left - area.left)) / area.wide;
    let [low, high] = [0, lane.evaluations.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (lane.evaluations[middle] <= wanted) low = middle;
      else high = middle;
    }
    return wanted - lane.evaluations[low] > lane.evaluations[high] - wanted ? high : low;
  }

  function listen(state) {
    const { canvas, options } = state;
    canvas.classList.add("curves");
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "slider");
    canvas.setAttribute("aria-label", options.label || "Evaluations, over the curves");
    canvas.setAttribute("aria-valuemin", 0);
    canvas.setAttribute("aria-valuenow", 0);
    const seek = (frame) => (options.seek ? options.seek(frame) : state.at(frame));
    let dragging = false;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      dragging = true;
      seek(frameAt(state, event));
    });
    canvas.addEventListener("pointermove", (event) => dragging && seek(frameAt(state, event)));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (dragging = false));
    canvas.addEventListener("keydown", (event) => {
      const by = KEYS[event.key];
      if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
      seek(Math.max(0, Math.min(frames(state), state.frame + by)));
      event.preventDefault();
      event.stopPropagation();
    });
  }

  /* Curves in an element. options: seek(frame), label. `data(lanes, exact)`: lanes {label, slot, evaluations, value, best,
     metrics {temperature, acceptance}, hidden}; exact {bound, incumbent, minimum} or null. `at(frame)` moves the cursor. */
  B.curves = (element, options = {}) => {
    const state = { options, lanes: [], marks: [], frame: 0 };
    Object.assign(state, B.canvas(element, () => draw(state)));
    state.data = (lanes, exact = null) => {
      const given = Object.entries(NAMES).map(([key, name]) => [name, exact?.[key]]).filter(([, value]) => Number.isFinite(value));
      const seen = new Set(); // a proved optimum is one line, not three
      state.marks = given.filter(([, value]) => !seen.has(value) && seen.add(value));
      Object.assign(state, { lanes, size: "", frame: Math.min(state.frame, Math.max(0, (lanes[0]?.evaluations.length ?? 1) - 1)) });
      state.again();
      say(state);
    };
    state.at = (frame) => {
      state.frame = frame;
      state.again();
      say(state);
    };
    listen(state);
    return state;
  };
})();
