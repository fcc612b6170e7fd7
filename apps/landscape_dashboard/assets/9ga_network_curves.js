/* Curves of loss or accuracy over the epochs: training solid, test dashed, paler after the cursor. */

(() => {
  const L = window.landscape;
  const N = L.net;
  const MARGIN = { left: 52, right: 16, top: 10, bottom: 26 };
  const DASHES = [6, 4];
  const PALE = 0.32;

  const shown = (runs) => runs.filter((run) => !run.hidden);
  const curvesOf = (run, measure) => [
    { run, test: false, values: run[measure] },
    { run, test: true, values: run[`test_${measure}`] },
  ].filter(({ values }) => values?.length);
  const { epochOf } = N;

  /* The range of the values. On a linear scale a leap far above the start does not make all others flat. */
  function reach(curves, measure, log) {
    if (measure === "accuracy") return [0, 1];
    const all = [];
    for (const { run, values } of curves) {
      const step = Math.max(1, Math.floor(values.length / 2000));
      for (let at = N.ownFrom(run); at < values.length; at += step) {
        if (Number.isFinite(values[at]) && (!log || values[at] > 0)) all.push(values[at]);
      }
    }
    if (!all.length) return log ? [0.1, 1] : [0, 1];
    all.sort((a, b) => a - b);
    if (log) return [all[0] * 0.8, Math.max(all.at(-1) * 1.25, all[0] * 2)];
    const first = Math.max(...curves.map(({ run, values }) => values[N.ownFrom(run)]).filter(Number.isFinite));
    const most = Math.max(first, 2 * all[Math.floor(0.98 * (all.length - 1))]);
    return [Math.min(0, all[0]), (Math.min(all.at(-1), most) || 1) * 1.06];
  }

  function placed(state, curves) {
    const { host, options } = state;
    const area = {
      left: MARGIN.left, top: MARGIN.top,
      wide: Math.max(10, host.clientWidth - MARGIN.left - MARGIN.right),
      high: Math.max(10, host.clientHeight - MARGIN.top - MARGIN.bottom),
    };
    const log = options.log && options.measure !== "accuracy";
    const [low, high] = reach(curves, options.measure, log);
    const longest = curves.reduce((best, { run, values }) => (values.length > (best?.values.length ?? 0) ? { run, values } : best), null);
    const last = longest ? Math.max(1, epochOf(longest.run, longest.values.length - 1)) : 1;
    const share = log ? (v) => Math.log(v / low) / Math.log(high / low) : (v) => (v - low) / (high - low);
    return {
      area, low, high, last, log, longest,
      x: (epoch) => area.left + (epoch / last) * area.wide,
      y: (v) => area.top + area.high * (1 - share(v)),
    };
  }

  /* A curve in pixels, null at gaps: of the points that share a pixel only the first, lowest, highest and last. */
  function thinned({ run, values }, { x, y, log, area }) {
    const spots = [];
    let bin = [];
    let column = null;
    const empty = () => {
      if (bin.length <= 4) spots.push(...bin);
      else {
        const heights = bin.map((spot) => spot[1]);
        const kept = new Set([0, heights.indexOf(Math.min(...heights)), heights.indexOf(Math.max(...heights)), bin.length - 1]);
        spots.push(...[...kept].sort((a, b) => a - b).map((i) => bin[i]));
      }
      bin = [];
    };
    for (let at = N.ownFrom(run); at < values.length; at++) {
      const value = values[at];
      if (!Number.isFinite(value) || (log && value <= 0)) {
        empty();
        if (spots.at(-1)) spots.push(null);
        continue;
      }
      const spot = [x(epochOf(run, at)), Math.max(-4000, Math.min(y(value), area.top + area.high + 4000))];
      if (Math.floor(spot[0]) !== column) empty();
      column = Math.floor(spot[0]);
      bin.push(spot);
    }
    empty();
    return spots;
  }

  /* Where training was best and where it was stopped. */
  function drawStop(pen, state, { run, values }) {
    const { x, y, area } = state.frame;
    const { best = null, frame = null } = run.stop || {};
    const spot = (at) => [x(epochOf(run, at)), Math.max(area.top + 6, Math.min(y(values[at]), area.top + area.high - 6))];
    Object.assign(pen, { font: N.font(11), textAlign: "center", textBaseline: "bottom" });
    if (best !== null && Number.isFinite(values[best])) {
      const [a, b] = spot(best);
      L.penDot(pen, "circle", [a, b], 4.5, state.inks.panel, run.color, 2);
      const under = b < area.top + 20;
      pen.textBaseline = under ? "top" : "bottom";
      N.write(pen, state.inks, "best", Math.min(a, area.left + area.wide - 12), under ? b + 8 : b - 8);
    }
    if (frame !== null && Number.isFinite(values[frame])) {
      const [a, b] = spot(frame);
      L.penLine(pen, [[a, b - 9], [a, b + 9]], run.color, 2);
      Object.assign(pen, { textAlign: a > area.left + area.wide - 50 ? "right" : "left", textBaseline: "middle" });
      N.write(pen, state.inks, "stopped", a + (pen.textAlign === "right" ? -6 : 6), b < area.top + 20 ? b + 14 : b - 12);
    }
  }

  /* Axes, and all curves once strong and once pale: a frame only shows parts of both. */
  function prepare(state) {
    const { runs, options, inks } = state;
    const curves = shown(runs).flatMap((run) => curvesOf(run, options.measure));
    const frame = (state.frame = placed(state, curves));
    state.curves = curves.map((curve) => ({ ...curve, spots: thinned(curve, frame) }));
    const paint = (width) => (pen) => {
      N.clip(pen, frame.area, 2);
      for (const { run, test, spots } of state.curves) {
        pen.setLineDash(test ? DASHES : []);
        L.penLine(pen, spots, run.color, test ? width - 0.4 : width);
      }
    };
    state.strong = N.layer(state, paint(2.2));
    state.pale = N.layer(state, paint(1.6));
    state.ground = N.layer(state, (pen) => {
      const { area, low, high, last, x, y, log } = frame;
      const few = Math.max(2, Math.floor(area.high / (log ? 20 : 34)));
      const decades = log ? N.logTicks(low, high, few) : [];
      const ys = decades.length > 1 ? decades : N.ticks(low, high, few).filter((value) => !log || value > 0);
      N.axes(pen, inks, area, { x, y, xs: N.ticks(0, last, Math.max(2, Math.floor(area.wide / 90))), ys, grid: true });
    });
    state.notes = N.layer(state, (pen) => {
      for (const run of shown(runs)) {
        if (run.stop) drawStop(pen, state, curvesOf(run, options.measure).at(-1) || { run, values: [] });
      }
    });
  }

  const frames = (state) => (state.frame.longest ? state.frame.longest.values.length - 1 : 0);
  const cursorAt = (state) => {
    const { longest, x } = state.frame;
    return longest ? x(epochOf(longest.run, Math.min(state.at, frames(state)))) : state.frame.area.left;
  };

  function drawEnds(pen, state) {
    const { frame } = state;
    for (const { run, test, values } of state.curves) {
      let at = Math.min(state.at, values.length - 1);
      const gone = !Number.isFinite(values[at]);
      while (at >= N.ownFrom(run) && !Number.isFinite(values[at])) at--;
      if (test || at < N.ownFrom(run) || state.at < N.ownFrom(run)) continue;
      const y = Math.max(frame.area.top + 4, Math.min(frame.y(values[at]), frame.area.top + frame.area.high - 4));
      L.penDot(pen, gone ? "x" : N.shape(run), [frame.x(epochOf(run, at)), y], 4.5, run.color, state.inks.panel, 1.5);
    }
  }

  /* What the prepared pictures hang on. */
  function inputs({ host, theme, runs, options: { measure, log } }) {
    const looks = [host.clientWidth, host.clientHeight, window.devicePixelRatio, theme, measure, Boolean(log)];
    return [...looks, ...runs.flatMap((run) => [run[measure], run[`test_${measure}`], run.color, Boolean(run.hidden), run.frame, run.stop])];
  }

  function draw(state) {
    const [wide, high] = [state.host.clientWidth, state.host.clientHeight];
    if (!wide) return;
    if (N.changed(state, inputs(state))) prepare(state);
    const from = performance.now();
    const pen = L.pen(state.board);
    const show = (board) => pen.drawImage(board, 0, 0, wide, high);
    const { area } = state.frame;
    const x = cursorAt(state);
    show(state.ground);
    const part = (left, right, board, alpha) => {
      pen.save();
      pen.beginPath();
      pen.rect(left, 0, Math.max(0, right - left), high);
      pen.clip();
      pen.globalAlpha = alpha;
      show(board);
      pen.restore();
    };
    part(0, x, state.strong, 1);
    part(x, wide, state.pale, PALE);
    show(state.notes);
    Object.assign(pen, { globalAlpha: 0.55 });
    L.penLine(pen, [[x, area.top], [x, area.top + area.high]], state.inks.ink, 1);
    pen.globalAlpha = 1;
    drawEnds(pen, state);
    state.took = performance.now() - from;
    describe(state);
  }

  function told(state, at) {
    const { measure } = state.options;
    const lines = shown(state.runs)
      .filter((run) => at >= N.ownFrom(run) && at < (run[measure]?.length ?? 0))
      .map((run) => `${run.label}: ${L.written(run[measure][at])}, test ${L.written(run[`test_${measure}`]?.[at] ?? NaN)}`);
    const { longest } = state.frame;
    return [`epoch ${longest ? epochOf(longest.run, at) : at}`, ...lines];
  }

  function describe(state) {
    const { board } = state;
    board.setAttribute("aria-valuemax", frames(state));
    board.setAttribute("aria-valuenow", Math.min(state.at, frames(state)));
    board.setAttribute("aria-valuetext", told(state, Math.min(state.at, frames(state))).join("; "));
  }

  /* The frame whose epoch is nearest to a place. */
  function frameAt(state, [x]) {
    const { area, last, longest } = state.frame;
    if (!longest) return 0;
    const epoch = ((x - area.left) / area.wide) * last;
    let [low, high] = [0, frames(state)];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (epochOf(longest.run, middle) <= epoch) low = middle;
      else high = middle;
    }
    return epoch - epochOf(longest.run, low) > epochOf(longest.run, high) - epoch ? high : low;
  }

  const KEYS = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity }; // frames

  function listen(state) {
    const { board } = state;
    board.classList.add("net-curves");
    board.tabIndex = 0;
    board.setAttribute("role", "slider");
    board.setAttribute("aria-label", "Epoch, over the curves");
    board.setAttribute("aria-valuemin", 0);
    const seek = (event) => state.options.seek?.(frameAt(state, N.spot(state, event)));
    board.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      board.setPointerCapture(event.pointerId);
      state.dragging = true;
      seek(event);
    });
    board.addEventListener("pointermove", (event) => {
      if (state.dragging) seek(event);
      const spot = N.spot(state, event);
      N.card(state, told(state, frameAt(state, spot)).join("\n"), spot);
    });
    for (const end of ["pointerup", "pointercancel"]) board.addEventListener(end, () => (state.dragging = false));
    board.addEventListener("pointerleave", () => N.card(state, ""));
    board.addEventListener("keydown", (event) => {
      const by = KEYS[event.key];
      if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
      state.options.seek?.(Math.max(0, Math.min(frames(state), state.at + by)));
      event.preventDefault();
      event.stopPropagation();
    });
  }

  /* Draw curves up to `frame`. runs: label, color, slot, epochs, loss, test_loss, accuracy, test_accuracy, of, frame,
     stop { frame, best } (frames) or null. options: measure "loss" or "accuracy", log, seek(frame). */
  N.curves = (host, runs, frame, theme, options = {}) => {
    const state = N.state(host, listen, draw);
    Object.assign(state, { runs, at: frame, theme, inks: N.inks(theme), options: { measure: "loss", ...options } });
    draw(state);
    return state;
  };
})();
