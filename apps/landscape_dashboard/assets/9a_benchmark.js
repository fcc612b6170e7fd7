/* The Benchmark page: asks for a study as a job, draws what comes, and cuts all of it at the same budget. */

(() => {
  const L = window.landscape;
  const NOTHING = () => window.dash_clientside.no_update;
  const B = (L.bench = {
    found: null, // the study that is shown, decoded
    walks: null, // where the runs on the chosen problem were
    only: null, // the slot of the optimizer looked at
  });
  const SLOW = 90; // milliseconds between two drawings of the plots that may lag behind while it plays
  const NEAR = 9; // pixels from a curve
  let asked = null; // { query, frame }
  let cancel = null;
  let stopped = false; // someone cancelled what is shown

  const here = () => L.here("benchmark");
  const plot = (name) => L.plot(`bench-${name}`);
  const span = (name, text = "") => Object.assign(document.createElement("span"), { className: name, textContent: text });
  const counted = (number) => (number < 100 ? Number(number.toPrecision(2)) : Math.round(number)).toLocaleString("en");
  const percent = (share) => (Number.isFinite(share) ? `${share > 0 && share < 0.005 ? "<1" : share < 1 && share > 0.995 ? ">99" : Math.round(100 * share)} %` : "–");
  const bySlot = (slot) => B.found?.solvers.find((each) => each.slot === slot);

  function named(solver) {
    const chip = span(`chip ${solver.marker}`);
    chip.style.setProperty("--entrant", solver.colour);
    return [chip, span("entrant-name", solver.label)];
  }

  function look() {
    const stack = document.getElementById("bench-stack");
    const [wide, high] = [(stack?.clientWidth || 0) - 46, (stack?.clientHeight || 0) - 30];
    const unseen = innerWidth < 760 ? (innerWidth - 82) / 362 : 1.25; // of a panel that is not shown yet
    const aspect = Math.round((wide < 50 || high < 50 ? unseen : wide / high) * 50) / 50;
    return { aspect: (look.aspect = aspect), small: innerWidth < 760, theme: document.documentElement.dataset.theme };
  }

  /* Parts are shown as they come. Who cancels keeps what is there. */
  function ask(kept = false) {
    cancel?.();
    cancel = L.job("benchmark", { query: asked.query, kept, ...look() }, {
      part: (found) => show(found, false),
      done: async (found) => {
        stopped = kept;
        await show(found, true);
        L.answered = performance.now();
        B.askWalks();
      },
      problem: (text) => here() && L.complain(text),
      cancelled: () => ask(true),
    });
  }

  async function ready() {
    const there = () => window.Plotly && ["ecdf", "more", "contour", "overlay"].every(plot);
    while (here() && !there()) await new Promise((later) => setTimeout(later, 30));
    return here();
  }

  async function show(found, ended) {
    if (!(await ready())) return;
    const share = L.model ? L.frame / L.model.steps : (asked.frame ?? Infinity) / found.steps;
    document.getElementById("panels").classList.toggle("no-study", Boolean(found.empty));
    B.found = decoded(found);
    if (!bySlot(B.only)) B.only = null;
    for (const name of ["ecdf", "more"]) await put(name, B.found.figures?.[name], B.found.words?.[name]);
    if (!here()) return;
    L.complain(null);
    empty();
    L.benchTable(B.found);
    if (found.empty) {
      L.model = null;
      B.clearWalks();
      return L.keepAddress();
    }
    L.model = B.found;
    L.frame = Math.round(Math.min(share, 1) * B.found.steps);
    L.makeScrub();
    legend();
    heads(ended);
    L.draw(true);
    L.keepAddress();
  }

  function decoded(found) {
    const solvers = found.solvers.map((each) => ({ ...each, shares: L.decode(each.shares), middle: each.middle && L.decode(each.middle) }));
    return found.empty ? { ...found, solvers } : { ...found, solvers, amounts: L.decode(found.amounts) };
  }

  /* A figure, or the sentence why there is none. */
  async function put(name, figure, words) {
    const body = document.querySelector(`#panel-${name} .panel-body`);
    const gd = plot(name);
    if (!body || !gd) return;
    body.querySelector(".bench-none")?.remove();
    body.classList.toggle("bare", !figure);
    if (words?.problem) body.append(Object.assign(document.createElement("p"), { className: "bench-none", textContent: words.problem }));
    if (!figure) return;
    const data = name === "ecdf" ? figure.data.flatMap(cuttable) : figure.data;
    const layout = name === "ecdf" ? { ...figure.layout, shapes: [cursor()] } : figure.layout;
    await Plotly.react(gd, data, layout, gd._context);
  }

  const cursor = () => ({ type: "line", x0: 1, x1: 1, y0: 0, y1: 1, yref: "paper", opacity: 0.55, line: { color: B.found.inks.ink, width: 1 } });

  /* A curve as a whole, pale, and what of it the budget has reached. */
  function cuttable(trace) {
    if (trace.meta?.role !== "curve") return [trace];
    const [x, y] = [plain(trace.x), plain(trace.y)];
    const whole = { ...trace, x, y, opacity: 0.32, line: { ...trace.line, width: 1.6 }, meta: { ...trace.meta, role: "whole" } };
    return [whole, { ...trace, x: [], y: [], whole: { x, y }, meta: { ...trace.meta, role: "now" } }];
  }
  const plain = (values) => (values?.bdata ? L.decode(values) : values);

  /* What curves and shares say at this budget. */
  function drawCut() {
    const gd = plot("ecdf");
    if (!gd?.data?.length || !gd.offsetParent || !B.found?.figures?.ecdf) return;
    const here = B.found.amounts[L.frame];
    const which = [];
    const update = { x: [], y: [] };
    gd.data.forEach((trace, index) => {
      if (trace.meta?.role !== "now") return;
      const { x, y } = trace.whole;
      let last = 0;
      while (last < x.length && x[last] <= here) last++;
      which.push(index);
      update.x.push([...x.slice(0, last), ...(last ? [Math.min(here, x.at(-1))] : [])]);
      update.y.push([...y.slice(0, last), ...(last ? [y[last - 1]] : [])]);
    });
    if (which.length) Plotly.update(gd, update, { "shapes[0].x0": here, "shapes[0].x1": here }, which);
  }

  /* Who has reached most at this budget. */
  const ranked = () => [...B.found.solvers].sort((a, b) => (b.shares[L.frame] || 0) - (a.shares[L.frame] || 0));
  function ranks() {
    const box = document.getElementById("bench-ranks");
    if (!box) return;
    const rows = ranked();
    const order = rows.map((each) => each.slot).join();
    if (box.dataset.order !== order + B.only) {
      box.dataset.order = order + B.only;
      const focus = box.contains(document.activeElement) ? document.activeElement.dataset.value : null;
      box.replaceChildren(...rows.map(rankRow));
      if (focus) box.querySelector(`[data-value="${focus}"]`)?.focus();
    }
    rows.forEach((each, i) => (box.children[i].lastChild.textContent = percent(each.shares[L.frame])));
  }

  function rankRow(solver) {
    const row = Object.assign(document.createElement("button"), { className: "bench-rank", title: `${solver.text}\nShow its runs alone` });
    row.dataset.action = "benchOnly";
    row.dataset.value = solver.slot;
    row.setAttribute("aria-pressed", String(B.only === solver.slot));
    row.append(...named(solver), span("bench-share"));
    return row;
  }

  let late = 0;
  let next = 0;
  function drawRest() {
    clearTimeout(late);
    late = 0;
    if (!B.found || B.found.empty || !here()) return;
    const began = performance.now();
    drawCut();
    const ended = performance.now();
    next = ended + Math.max(SLOW, 2 * (ended - began));
  }

  const told = () =>
    B.found && !B.found.empty
      ? `${counted(B.found.amounts[L.frame])} ${B.found.by} for each dimension. Targets reached: ${ranked().map((each) => `${each.label} ${percent(each.shares[L.frame])}`).join(", ")}.`
      : "";

  function describe() {
    if (!B.found || B.found.empty) return;
    const names = B.found.solvers.map((each) => each.label).join(", ");
    const texts = {
      "bench-ecdf": `Share of targets reached by ${B.found.by} for each dimension, of ${names}: ${B.found.compared}.`,
      "bench-more": `${B.found.words.more?.title || "Profile"} of ${names}.`,
      "bench-contour": `Contour of ${B.walks?.name || "the chosen problem"}, with the runs of ${names}.`,
    };
    for (const [id, text] of Object.entries(texts)) {
      const box = document.getElementById(id);
      box?.setAttribute("role", "img");
      box?.setAttribute("aria-label", text);
    }
  }

  L.pages.benchmark = {
    told,
    describe,
    query: () => asked && `${asked.query}${L.model && L.frame < L.model.steps ? `&frame=${L.frame}` : L.model || !asked.frame ? "" : `&frame=${asked.frame}`}`,
    rest: () => drawRest(),
    paint: () => {
      if (!B.found || B.found.empty) return;
      B.drawWalks();
      ranks();
      values();
      late ||= setTimeout(drawRest, Math.max(0, next - performance.now()));
      queueMicrotask(time);
    },
  };

  /* Time here is the budget for each dimension. */
  function time() {
    const box = document.querySelector("#time-bar .counter");
    if (!box || !B.found || B.found.empty) return;
    const [now, all] = [counted(B.found.amounts[L.frame]), counted(B.found.amounts.at(-1))];
    box.firstChild.textContent = "budget ";
    document.getElementById("frame-number").textContent = now;
    document.getElementById("frame-total").textContent = ` / ${all} × d`;
    const range = document.querySelector("#scrub input");
    range?.setAttribute("aria-label", `Budget: ${B.found.by} for each dimension`);
    range?.setAttribute("aria-valuetext", `${now} of ${all}`);
  }

  function legend() {
    for (const box of document.querySelectorAll(".legend")) {
      box.replaceChildren(
        ...B.found.solvers.map((solver) => {
          const item = document.createElement("div");
          item.className = "legend-item";
          item.dataset.slot = solver.slot;
          item.style.setProperty("--entrant", solver.colour);
          item.append(span(`chip ${solver.marker}`), span("legend-name", solver.label), span("legend-value"));
          item.title = "median of its runs on the problem whose landscape is shown";
          return item;
        }),
      );
    }
  }

  const LEAST = 1e-16; // gaps below: rounding decides what they are
  const written = (value) => (B.found.gapped && value <= LEAST ? "≤ 10⁻¹⁶" : L.written(value));
  function values() {
    for (const item of document.querySelectorAll(".legend-item")) {
      const solver = bySlot(Number(item.dataset.slot));
      const value = solver?.middle?.[L.frame];
      item.querySelector(".legend-value").textContent = Number.isFinite(value) ? written(value) : "–";
    }
  }

  function resumer() {
    const button = Object.assign(document.createElement("button"), { className: "bench-resume", textContent: "go on" });
    button.dataset.action = "benchResume";
    return button;
  }

  const set = (id, ...content) => document.getElementById(id)?.replaceChildren(...content);
  function heads(ended) {
    const { words, runs, planned, compared, by, target, cells } = B.found;
    const partly = runs < planned && ended;
    const stopped = partly ? [span("warning", `stopped at ${runs.toLocaleString("en")} of ${planned.toLocaleString("en")} runs · `), resumer()] : [];
    const growing = runs < planned ? `${runs.toLocaleString("en")} of ${planned.toLocaleString("en")} runs so far` : words.ecdf?.subtitle || compared;
    set("ecdf-subtitle", ...(partly ? stopped : [growing]));
    document.getElementById("ecdf-subtitle").title = [words.ecdf?.subtitle, ...(words.ecdf?.notes || [])].filter(Boolean).join(" · ");
    set("more-subtitle", words.more?.subtitle || "");
    document.getElementById("more-subtitle").title = [words.more?.subtitle, ...(words.more?.notes || [])].filter(Boolean).join(" · ");
    const reached = `expected ${by} until ${L.written(target).replace("1.0·", "")} above the minimum, and successes`;
    set("table-subtitle", cells === "ert" ? reached : "median distance from the minimum at the end");
    document.getElementById("table-subtitle").title = document.getElementById("table-subtitle").textContent;
    set("phone-name", "Benchmark");
    set("phone-detail", compared);
  }

  /* Nothing to show: why, and what to do. */
  function empty() {
    const body = document.querySelector("#panel-ecdf .panel-body");
    body?.querySelector(".bench-empty")?.remove();
    if (!B.found.empty || !body) return;
    const rows = document.querySelectorAll(".bench-entrant");
    const hidden = [...rows].every((row) => row.classList.contains("hidden-entrant"));
    const ahead = stopped && rows.length && !hidden;
    const sentence = ahead ? "Stopped before there was a result. " : !rows.length ? "Add an optimizer to see what it reaches." : hidden ? "Every optimizer is hidden." : "Choose a problem to run them on.";
    const box = Object.assign(document.createElement("div"), { className: "empty bench-empty", textContent: sentence });
    if (ahead) box.append(resumer());
    body.append(box);
    for (const id of ["ecdf-subtitle", "more-subtitle", "table-subtitle", "contour-subtitle", "phone-detail"]) set(id);
    document.querySelectorAll(".legend").forEach((each) => each.replaceChildren());
    set("bench-ranks");
  }

  /* On the curves a place is a budget; near one it is that optimizer too. */
  function moment(event, press) {
    const layout = plot("ecdf")?._fullLayout;
    if (!layout?.xaxis?.p2d || !B.found?.amounts) return;
    const box = plot("ecdf").getBoundingClientRect();
    const across = Math.min(Math.max(event.clientX - box.left - layout.xaxis._offset, 0), layout.xaxis._length);
    const amount = layout.xaxis.p2d(across);
    const { amounts, steps } = B.found;
    L.jump((steps * Math.log(amount / amounts[0])) / Math.log(amounts[steps] / amounts[0]));
    if (!press) return;
    const down = event.clientY - box.top - layout.yaxis._offset;
    const far = (each) => Math.abs(layout.yaxis.d2p(each.shares[L.frame]) - down);
    const near = B.found.solvers.filter((each) => far(each) < NEAR).sort((a, b) => far(a) - far(b))[0];
    if (near && near.slot !== B.only) pick(near.slot);
  }
  let dragging = false;
  document.addEventListener("pointerdown", (event) => {
    dragging = Boolean(here() && L.model && event.button === 0 && event.target.closest?.("#bench-ecdf"));
    if (dragging) moment(event, true);
  });
  document.addEventListener("pointermove", (event) => dragging && here() && moment(event, false));
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => (dragging = false));

  /* One optimizer's runs alone, or all again. */
  function pick(slot) {
    B.only = slot;
    ranks();
    B.drawWalks();
    B.wordsOfWalks();
    document.querySelectorAll("#bench-table [data-slot]").forEach((each) => each.classList.toggle("current", Number(each.dataset.slot) === slot));
  }
  Object.assign(L.actions, {
    benchOnly: (button) => pick(B.only === Number(button.dataset.value) ? null : Number(button.dataset.value)),
    benchResume: () => ask(),
  });

  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    const before = look.aspect;
    waiting = setTimeout(() => here() && B.found && !B.found.empty && look().aspect !== before && B.askWalks(), 250);
  });

  /* A rail that is drawn anew: who used it with the keyboard goes on where they were. */
  let focused = "";
  document.addEventListener("focusin", (event) => {
    focused = event.target.closest?.("#bench-rail") ? event.target.id : "";
  });

  Object.assign(B, { here, plot, span, named, counted, percent, bySlot, look, pick, query: () => asked.query, written });
  Object.assign(window.dash_clientside.landscape, {
    benched: (store) => {
      if (!store || !here()) return NOTHING();
      if (!document.getElementById("bench-table")?.firstChild) {
        B.found = B.only = null; // the page was built anew
        B.clearWalks();
      }
      asked = store;
      L.keepAddress();
      ask();
      return NOTHING();
    },
    benchRailed: () => {
      const id = focused;
      setTimeout(() => id && document.activeElement === document.body && document.getElementById(id)?.focus(), 0);
      return NOTHING();
    },
  });
})();
