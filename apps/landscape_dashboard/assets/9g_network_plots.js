/* The loss landscape: heights of a plane drawn once, and over them the runs, which move. */

(() => {
  const L = window.landscape;
  const N = L.net;
  const MARGIN = { left: 40, right: 70, top: 8, bottom: 24 };
  const BANDS = 18;
  const TOP = 0.995; // the share of the heights that the colours reach
  const MOST_WORDS = 2; // forks with words beside them
  const NEAR = 16; // pixels from a run's end
  const SHAPES = ["circle", "square", "diamond", "triangle-up", "triangle-down", "pentagon", "hexagon", "star"];
  N.shape = (run) => run.marker || SHAPES[run.slot % SHAPES.length];

  const flatten = (heights) => Float64Array.from(heights.flat?.(1) ?? heights, (h) => h ?? NaN);
  const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

  /* 1, 2 or 5 times a power of ten. */
  function rounded(value) {
    const power = 10 ** Math.floor(Math.log10(value));
    return [1, 2, 5, 10].reduce((a, b) => (Math.abs(b * power - value) < Math.abs(a * power - value) ? b : a)) * power;
  }

  /* Heights as they are coloured: f itself, or log10(1 + (f − base) / unit). What the plane does not say is chosen here:
     the base is the lowest height, the unit the tenth of the heights above it that is lowest. */
  function drawnHeights({ heights, log, base, unit, cut }) {
    const raw = flatten(heights);
    const sorted = raw.filter(Number.isFinite).sort();
    if (!sorted.length) return { raw, drawn: raw, low: 0, high: 1, back: (h) => h };
    const least = Math.min(base ?? sorted[0], sorted[0]);
    const one = unit || rounded(quantile(sorted, 0.1) - least || quantile(sorted, 0.5) - least || 1);
    const [forth, back] = log ? [(f) => Math.log10(1 + (f - least) / one), (h) => least + one * (10 ** h - 1)] : [(f) => f, (h) => h];
    const [low, high] = [forth(sorted[0]), forth(cut ?? quantile(sorted, TOP))];
    return { raw, drawn: raw.map(forth), low, high: high > low ? high : low + 1, back };
  }

  /* The plane's rectangle in its host, as large as it fits: a distance is as long on one axis as on the other. */
  function placed({ host, plane }) {
    const { u, v, scale = [1, 1] } = plane;
    const [room, depth] = [host.clientWidth - MARGIN.left - MARGIN.right, host.clientHeight - MARGIN.top - MARGIN.bottom];
    const [du, dv] = [(u.at(-1) - u[0]) * scale[0], (v.at(-1) - v[0]) * scale[1]];
    const one = Math.max(1e-12, Math.min(room / du, depth / dv)); // pixels of a unit of distance
    const [wide, high] = [Math.max(10, du * one), Math.max(10, dv * one)];
    const left = Math.round(MARGIN.left + (room - wide) / 2);
    const top = Math.round(MARGIN.top + (depth - high) / 2);
    const [ku, kv] = [one * scale[0], one * scale[1]];
    return {
      area: { left, top, wide, high },
      x: (a) => left + (a - u[0]) * ku,
      y: (b) => top + high - (b - v[0]) * kv,
      back: ([a, b]) => [u[0] + (a - left) / ku, v[0] + (top + high - b) / kv],
      one,
    };
  }

  /* Width by height of the picture in a host: of a plane with these proportions it is filled. */
  N.aspect = (host) => (host.clientWidth - MARGIN.left - MARGIN.right) / (host.clientHeight - MARGIN.top - MARGIN.bottom);

  /* The bilinear value at a place in the grid. */
  function valueAt(values, columns, rows, a, b) {
    const i = Math.min(columns - 2, Math.max(0, Math.floor(a)));
    const j = Math.min(rows - 2, Math.max(0, Math.floor(b)));
    const [s, t, at] = [a - i, b - j, j * columns + i];
    return (values[at] * (1 - s) + values[at + 1] * s) * (1 - t) + (values[at + columns] * (1 - s) + values[at + columns + 1] * s) * t;
  }

  const bandColours = (inks) => Array.from({ length: BANDS }, (_, i) => N.packedShade(inks.heights, (i + 0.5) / BANDS));
  function tintBands(sheet, { drawn, low, high }, columns, rows, inks) {
    const colours = bandColours(inks);
    const hole = N.packedHex(inks.soft);
    for (let q = 0; q < sheet.high; q++) {
      const b = (1 - (q + 0.5) / sheet.high) * (rows - 1);
      for (let p = 0; p < sheet.wide; p++) {
        const h = valueAt(drawn, columns, rows, ((p + 0.5) / sheet.wide) * (columns - 1), b);
        const band = Math.floor(((h - low) / (high - low)) * BANDS);
        sheet.pixels[q * sheet.wide + p] = Number.isFinite(h) ? colours[Math.max(0, Math.min(BANDS - 1, band))] : hole;
      }
    }
    sheet.show();
  }

  function drawLevels(pen, { drawn, low, high }, columns, rows, area, inks) {
    const [x, y] = [(i) => area.left + (i / (columns - 1)) * area.wide, (j) => area.top + (1 - j / (rows - 1)) * area.high];
    pen.beginPath();
    for (let k = 1; k < BANDS; k++) N.trace(pen, drawn, columns, rows, low + ((high - low) * k) / BANDS, x, y);
    Object.assign(pen, { strokeStyle: inks.level, lineWidth: 0.8 }).stroke();
  }

  function drawGround(pen, state) {
    const { plane, frame, inks } = state;
    const { area, x, y } = frame;
    const [columns, rows] = [plane.u.length, plane.v.length];
    const scale = window.devicePixelRatio || 1;
    const found = drawnHeights(plane);
    state.heights = found;
    const sheet = N.sheet(Math.max(1, Math.round(area.wide * scale)), Math.max(1, Math.round(area.high * scale)));
    tintBands(sheet, found, columns, rows, inks);
    pen.drawImage(sheet.board, area.left, area.top, area.wide, area.high);
    drawLevels(pen, found, columns, rows, area, inks);
    const ends = ([low, ...rest]) => [low, rest.at(-1)];
    const few = (side, each) => Math.max(2, Math.floor(side / each));
    N.axes(pen, inks, area, { x, y, xs: N.ticks(...ends(plane.u), few(area.wide, 60)), ys: N.ticks(...ends(plane.v), few(area.high, 40)) });
    const shares = area.high > 110 ? [0, 0.25, 0.5, 0.75, 1] : [0, 0.5, 1];
    const words = shares.map((at) => [at, L.written(found.back(found.low + at * (found.high - found.low)))]);
    const place = { left: area.left + area.wide + 10, top: area.top, high: area.high };
    const colours = bandColours(inks);
    N.legend(pen, inks, place, (at) => N.colourIn(colours, at), words);
  }

  /* Where a run is in the plane at a frame, null where it has no numbers. */
  const point = (run, at) => {
    const [a, b] = [run.path[2 * at], run.path[2 * at + 1]];
    return Number.isFinite(a) && Number.isFinite(b) ? [a, b] : null;
  };
  /* The same in pixels. */
  const spotOf = ({ frame }, run, at) => {
    const here = point(run, at);
    return here && [frame.x(here[0]), frame.y(here[1])];
  };
  const epochOf = (run, at) => run.epochs?.[at] ?? at;
  const began = (run) => (run.of !== null && run.of !== undefined ? run.frame || 0 : 0);
  [N.ownFrom, N.epochOf] = [began, epochOf];

  /* The last frame, not later than `frame`, at which a run has numbers and a place; null before its fork. */
  const ended = (run) => Math.min(run.gone ?? Infinity, run.path.length / 2) - 1;
  function lastOf(run, frame) {
    for (let at = Math.min(frame, ended(run)); at >= began(run); at--) if (point(run, at)) return at;
    return null;
  }
  const lost = (run, frame) => frame > (run.gone ?? Infinity) - 1 || !point(run, Math.min(frame, ended(run)));

  /* A run's own part of the path in pixels, kept until the picture under it changes. */
  function trail(state, run) {
    if (!state.trails.has(run.path)) {
      const spots = [];
      for (let at = began(run); at <= ended(run); at++) {
        spots.push(spotOf(state, run, at));
      }
      state.trails.set(run.path, spots);
    }
    return state.trails.get(run.path);
  }

  const shown = (state) => state.runs.filter((run) => !run.hidden);
  /* Hidden parents of forks that are shown. */
  const ghosts = (state) => state.runs.filter((run) => run.hidden && shown(state).some((child) => child.of === run.slot));

  /* What does not move: heights, axes, whole paths faintly. Once per plane, size, theme and cast. */
  function drawStill(state) {
    state.frame = placed(state);
    state.trails = new Map();
    state.still = N.layer(state, (pen) => {
      drawGround(pen, state);
      N.clip(pen, state.frame.area);
      pen.setLineDash([4, 4]);
      pen.globalAlpha = 0.45;
      for (const run of ghosts(state)) L.penLine(pen, trail(state, run), run.color, 1.6);
      pen.setLineDash([]);
      pen.globalAlpha = 0.34;
      for (const run of shown(state)) L.penLine(pen, trail(state, run), run.color, 1.6);
    });
  }

  /* How far a run is from the plane: a disc with that radius around where the plane shows it. */
  function drawDistance(pen, state, run, at) {
    const radius = (run.off?.[at] || 0) * state.frame.one;
    if (!(radius > 9)) return;
    pen.beginPath();
    pen.arc(...spotOf(state, run, at), Math.min(radius, 4000), 0, 2 * Math.PI);
    Object.assign(pen, { globalAlpha: 0.07, fillStyle: run.color }).fill();
    pen.setLineDash([3, 4]);
    Object.assign(pen, { globalAlpha: 0.75, strokeStyle: run.color, lineWidth: 1.3 }).stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  function drawFork(pen, state, run) {
    const spot = spotOf(state, run, began(run));
    if (!began(run) || !spot) return;
    L.penDot(pen, "circle", spot, 5, state.inks.panel, run.color, 2);
    if (shown(state).filter((each) => began(each)).length > MOST_WORDS) return;
    const { area } = state.frame;
    const left = spot[0] > area.left + area.wide - 110;
    Object.assign(pen, { font: N.font(12), textAlign: left ? "right" : "left", textBaseline: "alphabetic" });
    N.write(pen, state.inks, `fork at epoch ${epochOf(run, began(run))}`, spot[0] + (left ? -8 : 8), Math.max(spot[1] - 9, area.top + 12));
  }

  /* A marker at a run's present place; at the border where that is out of view. */
  function drawEnd(pen, state, run, at) {
    const { area } = state.frame;
    const [x, y] = spotOf(state, run, at);
    const within = (value, low, side) => Math.max(low + 7, Math.min(value, low + side - 7));
    const spot = [within(x, area.left, area.wide), within(y, area.top, area.high)];
    const out = Math.hypot(x - spot[0], y - spot[1]) > 7;
    const gone = lost(run, state.at);
    const [fill, rim] = out ? [state.inks.panel, run.color] : [run.color, state.inks.panel];
    L.penDot(pen, gone ? "x" : N.shape(run), spot, gone ? 7 : 6, fill, rim, 2);
    state.ends.push({ run, at, spot, out });
  }

  function draw(state) {
    if (!state.host.clientWidth || !state.plane) return;
    const { host, plane, theme } = state;
    const cast = state.runs.flatMap((run) => [run.path, run.color, Boolean(run.hidden)]);
    const looks = [host.clientWidth, host.clientHeight, window.devicePixelRatio, theme, plane.heights, Boolean(plane.log)];
    if (N.changed(state, [...looks, ...cast])) drawStill(state);
    const from = performance.now();
    const pen = L.pen(state.board);
    pen.drawImage(state.still, 0, 0, state.host.clientWidth, state.host.clientHeight);
    N.clip(pen, state.frame.area);
    state.ends = [];
    const moving = shown(state).map((run) => ({ run, at: lastOf(run, state.at) })).filter(({ at }) => at !== null);
    for (const { run, at } of moving) drawDistance(pen, state, run, at);
    const parts = moving.map(({ run, at }) => trail(state, run).slice(0, at - began(run) + 1));
    for (const part of parts) L.penLine(pen, part, state.inks.halo, 5);
    parts.forEach((part, i) => L.penLine(pen, part, moving[i].run.color, 2.5));
    const first = state.runs.map((run) => spotOf(state, run, 0)).find(Boolean);
    if (first) L.penDot(pen, "circle", first, 6.5, state.inks.panel, state.inks.ink, 2.6);
    for (const { run } of moving) drawFork(pen, state, run);
    for (const { run, at } of moving) drawEnd(pen, state, run, at);
    state.took = performance.now() - from;
    describe(state);
  }

  const told = ({ run, at, out }) =>
    [
      `${run.label}, epoch ${epochOf(run, at)}`,
      `loss ${L.written(run.loss[at])}${run.on_plane ? `, on the plane ${L.written(run.on_plane[at])}` : ""}`,
      ...(run.off ? [`${L.written(run.off[at])} off the plane`] : []),
      ...(out ? ["outside the picture"] : []),
    ].join("\n");

  function describe(state) {
    state.board.setAttribute("aria-label", `Loss around the runs. ${state.ends.map((end) => told(end).replaceAll("\n", ", ")).join(". ")}`);
  }

  function read(state, event) {
    if (!state.ends) return;
    const spot = N.spot(state, event);
    const near = (end) => Math.hypot(end.spot[0] - spot[0], end.spot[1] - spot[1]);
    const end = [...state.ends].sort((a, b) => near(a) - near(b))[0];
    if (end && near(end) < NEAR) return N.card(state, told(end), spot);
    const fork = shown(state).find((run) => {
      const here = began(run) && spotOf(state, run, began(run));
      return here && Math.hypot(here[0] - spot[0], here[1] - spot[1]) < NEAR / 2;
    });
    if (fork) return N.card(state, `${fork.label} forks at epoch ${epochOf(fork, fork.frame)}`, spot);
    const { u, v } = state.plane;
    const [a, b] = state.frame.back(spot);
    if (!(a >= u[0] && a <= u.at(-1) && b >= v[0] && b <= v.at(-1))) return N.card(state, "");
    const [columns, rows] = [u.length, v.length];
    const share = (side, at) => ((at - side[0]) / (side.at(-1) - side[0])) * (side.length - 1);
    const height = valueAt(state.heights.raw, columns, rows, share(u, a), share(v, b));
    const loss = Number.isFinite(height) ? L.written(height) : "not finite";
    const [first, second] = (state.plane.names || []).map((name) => `${name} `);
    N.card(state, `${first || ""}${L.written(a)}, ${second || ""}${L.written(b)}\nloss ${loss}`, spot);
  }

  function listen(state) {
    state.board.setAttribute("role", "img");
    state.board.addEventListener("pointermove", (event) => read(state, event));
    state.board.addEventListener("pointerdown", (event) => read(state, event));
    state.board.addEventListener("pointerleave", () => N.card(state, ""));
  }

  /* Draw heights over a plane and the runs up to `frame`. plane: u, v, heights (rows of v, flat or nested), log, scale
     (the lengths of the basis vectors). runs: slot, label, color, path (2t), off (t), loss, on_plane, of, frame, hidden. */
  N.landscape = (host, plane, runs, frame, theme) => {
    const state = N.state(host, listen, draw);
    Object.assign(state, { plane, runs, at: frame, theme, inks: N.inks(theme) });
    draw(state);
    return state;
  };
})();
