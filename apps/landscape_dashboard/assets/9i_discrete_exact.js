/* The Discrete page: the exact solver beside the match. Bound and incumbent over seconds, the gap, "proved" only when proved. */

(() => {
  const L = window.landscape;
  const D = L.discrete;
  const SVG = "http://www.w3.org/2000/svg";
  const NAMES = { cuts: "cuts", dynamic_programming: "dynamic programming", cp_sat: "CP-SAT" };

  let asked = ""; // problem and solver that are solved or being solved
  let cancel = null;
  let run = null; // { solver, seconds, bounds, incumbents, proof, problem, stopped }

  const keyOf = ({ surface, exact }) => (exact ? JSON.stringify([surface, exact]) : "");

  /* Another problem or solver is on its way: what runs for the last one ends. */
  function expect(content) {
    const key = keyOf(content);
    if (key === asked) return;
    asked = key;
    cancel?.();
    cancel = null;
    run = key ? { solver: content.exact, seconds: [], bounds: [], incumbents: [], told: "waiting for the methods" } : null;
    show();
  }

  function ask(content) {
    expect(content);
    if (!run || run.begun) return;
    Object.assign(run, { begun: true, told: "starting" });
    show();
    const mine = run;
    const now = () => D.here() && mine === run;
    cancel = L.job("discrete-exact", { content }, {
      part: ({ seconds, bound, incumbent, told }) => {
        if (!now()) return;
        run.seconds.push(seconds);
        run.bounds.push(bound);
        run.incumbents.push(incumbent);
        run.told = told;
        show();
      },
      done: (proof) => {
        if (!now()) return;
        Object.assign(run, { seconds: proof.seconds, bounds: proof.bounds, incumbents: proof.incumbents, proof, told: proof.told });
        run.x = proof.x && L.decode(proof.x);
        show();
        if (D.found) D.build();
        if (D.found) L.draw(true);
      },
      problem: (text) => now() && (Object.assign(run, { problem: text }), show()),
      cancelled: () => now() && (Object.assign(run, { stopped: true, told: "cancelled" }), show()),
      ended: () => mine === run && (cancel = null),
    });
  }

  const last = (values) => values.findLast((value) => value !== null) ?? null;
  const now = () => run && { bound: run.proof ? run.proof.bound : last(run.bounds), incumbent: run.proof ? run.proof.value : last(run.incumbents) };

  function sentence() {
    if (run.problem) return run.problem;
    const { bound, incumbent } = now();
    const { whole, percent } = D.words;
    const seconds = run.seconds.at(-1);
    const time = Number.isFinite(seconds) ? ` in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s` : "";
    if (run.proof?.status === "proved") return `Proved${time}: no solution is below ${whole(run.proof.value)}.`;
    if (run.proof?.status === "infeasible") {
      const least = bound === null || bound <= 0 ? "" : `; nothing is below ${whole(bound)}`;
      return `Proved infeasible${time}: ${(run.proof.told || "nothing fulfils all demands").replace(/: proved$/, "")}${least}.`;
    }
    const parts = [bound === null ? "no bound yet" : `nothing below ${whole(bound)}`, incumbent === null ? "no solution yet" : `best so far ${whole(incumbent)}`];
    const gap = bound !== null && incumbent !== null ? `, gap ${percent(incumbent, bound)}` : "";
    const state = run.stopped ? "Cancelled" : run.proof ? `Stopped${time}, not proved` : "Working";
    return `${state}: ${parts.join(", ")}${gap}.`;
  }

  /* Bound from below and incumbent from above over seconds, as steps. */
  function drawn(wide, high) {
    const { seconds, bounds, incumbents } = run;
    const values = [...bounds, ...incumbents].filter((value) => value !== null && Number.isFinite(value));
    if (seconds.length < 2 || !values.length || high < 60) return null;
    const end = Math.max(...seconds) || 1;
    const [low, top] = [Math.min(...values), Math.max(...values)];
    if (top - low < 1e-9) return null; // known from the first moment: nothing to draw
    const [left, right, up, down] = [58, 12, 10, 22];
    const x = (t) => left + ((wide - left - right) * t) / end;
    const y = (v) => up + (high - up - down) * (1 - (v - low) / (top - low));
    const made = (tag, attributes, text) => {
      const element = document.createElementNS(SVG, tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      if (text !== undefined) element.textContent = text;
      return element;
    };
    const steps = (values_) => {
      let path = "";
      values_.forEach((value, i) => {
        if (value === null) return;
        path += path ? `H${x(seconds[i]).toFixed(1)}V${y(value).toFixed(1)}` : `M${x(seconds[i]).toFixed(1)} ${y(value).toFixed(1)}`;
      });
      return path && `${path}H${(wide - right).toFixed(1)}`;
    };
    const svg = made("svg", { width: wide, height: high, role: "img", "aria-label": `Bound and incumbent over ${end.toFixed(1)} seconds. ${sentence()}` });
    const ticks = L.net.ticks(low, top, Math.max(2, Math.floor(high / 40)));
    for (const tick of ticks) {
      svg.append(made("line", { x1: left, x2: wide - right, y1: y(tick), y2: y(tick), class: "disc-grid" }));
      svg.append(made("text", { x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, D.words.whole(tick)));
    }
    svg.append(made("text", { x: left, y: high - 5 }, "0 s"), made("text", { x: wide - right, y: high - 5, "text-anchor": "end" }, `${end.toPrecision(2)} s`));
    for (const [values_, name] of [[incumbents, "disc-incumbent"], [bounds, "disc-bound"]]) {
      const path = steps(values_);
      if (path) svg.append(made("path", { d: path, class: name }));
    }
    return svg;
  }

  function show() {
    const place = D.host("exact");
    document.getElementById("panels")?.classList.toggle("solving", Boolean(run));
    if (!place || !run) return place?.replaceChildren();
    const told = L.made("p", { className: "disc-proof", textContent: sentence() });
    told.classList.toggle("proved", ["proved", "infeasible"].includes(run.proof?.status));
    const key = L.made("p", { className: "disc-key dim" }, L.made("span", { className: "disc-swatch incumbent" }), "best solution", L.made("span", { className: "disc-swatch bound" }), "bound");
    const chart = L.made("div", { className: "disc-chart" });
    place.replaceChildren(told, ...(run.problem ? [] : [key]), chart);
    const svg = drawn(chart.clientWidth, chart.clientHeight);
    if (svg) chart.append(svg);
    else {
      key.remove();
      if (run.proof?.status === "proved") chart.append(L.made("p", { className: "dim", textContent: "Bound and best solution met at the first look, so there is no curve of them." }));
    }
    const subtitle = document.getElementById("exact-subtitle");
    const name = NAMES[run.solver] || run.solver;
    if (subtitle) subtitle.textContent = run.proof || run.problem || run.told === name ? name : `${name} · ${run.told}`;
    if (D.found) D.drawCurves();
    D.words.values?.();
  }
  window.addEventListener("resize", () => D.here() && run && requestAnimationFrame(show));

  D.exact = {
    ask,
    expect,
    now,
    show,
    proved: () => run?.proof?.status === "proved",
    solution: () => run?.x || null,
    state: () => run,
    forget: () => {
      cancel?.();
      [asked, cancel, run] = ["", null, null];
    },
  };
})();
