/* The Race page: asks for a race as a job and draws every run at the same share of the budget. */

(() => {
  const L = window.landscape;
  const NOTHING = () => window.dash_clientside.no_update;
  const R = L.race;
  const { place, now, runs, drawRuns, plot, bySlot } = R;
  const PLOTS = ["contour", "overlay", "convergence", "spread"];
  const SLOW = 90; // milliseconds between two drawings of the panels that may lag behind while it plays
  const NEAR = 14; // pixels from a run's dot
  let asked = null; // { query, frame }
  let cancel = null;

  const here = () => L.here("race");

  function size() {
    const stack = document.getElementById("race-stack");
    const [wide, high] = [(stack?.clientWidth || 0) - 46, (stack?.clientHeight || 0) - 30];
    return wide < 50 || high < 50 ? null : Math.round((wide / high) * 50) / 50;
  }

  /* The last picture stays until there is a better one: parts of a race are shown where its surface is new. */
  function ask() {
    cancel?.();
    let growing = !R.found;
    const look = { aspect: (ask.aspect = size() || ask.aspect || 1.25), small: innerWidth < 760 };
    const theme = document.documentElement.dataset.theme;
    const held = plot("contour")?.ground || "";
    cancel = L.job("race", { query: asked.query, theme, held, ...look }, {
      part: (found) => {
        growing ||= R.found.key !== found.key;
        return growing && show(found);
      },
      done: async (found) => {
        await show(found);
        L.answered = performance.now();
      },
      problem: (text) => here() && L.complain(text),
      cancelled: back,
    });
  }

  /* Back to what is shown, rail and address too. */
  let turn = "";
  function back() {
    if (!R.found || R.found.query === asked.query) return;
    turn = turn ? "" : "&"; // the same address twice would be no news
    L.setProps("address", { search: `?${R.found.query}${turn}` });
  }

  async function show(found) {
    while (here() && !(window.Plotly && PLOTS.every(plot))) await new Promise((later) => setTimeout(later, 30));
    if (!here()) return;
    const share = L.model ? L.frame / L.model.steps : null;
    R.found = decoded(found);
    for (const name of PLOTS) {
      const figure = found.figures[name];
      if (!plot(name)) return;
      if (figure) await Plotly.react(plot(name), figure.data, figure.layout, plot(name)._context);
    }
    const ground = plot("contour");
    if (!ground) return;
    ground.ground = found.key;
    if (!ground.watched) ground.on("plotly_afterplot", drawRuns);
    ground.watched = true;
    if (!bySlot(R.picked?.slot) || R.picked.run >= R.found.starts.length) R.picked = null;
    const first = !L.model;
    L.model = R.found;
    L.frame = first ? Math.min(asked.frame ?? R.found.steps, R.found.steps) : Math.round(share * R.found.steps);
    document.getElementById("panels").classList.toggle("no-race", !R.found.lanes.length);
    L.complain(null);
    L.makeScrub();
    legend();
    heads();
    L.raceTable(R.found, { written, counted, named, span, explored });
    pointed();
    L.draw(true);
    L.keepAddress();
  }

  function decoded(found) {
    const lanes = found.lanes.map((lane) => {
      const made = { ...lane, values: L.decode(lane.values), quartiles: L.decode(lane.quartiles), cursor: L.decode(lane.cursor) };
      made.points = { ...lane.points, at: L.decode(lane.points.at) };
      made.lost = lane.gone.map((gone, run) => R.lastSeen(made, run, gone));
      return made;
    });
    return { ...found, lanes };
  }

  let late = 0;
  let next = 0;
  function drawRest() {
    clearTimeout(late);
    late = 0;
    if (!R.found || !here()) return;
    const began = performance.now();
    R.drawCurves();
    R.drawSpread();
    const ended = performance.now();
    next = ended + Math.max(SLOW, 2 * (ended - began)); // the runs and the reader's hands come first
  }

  /* The same for those who cannot see it. */
  const told = () =>
    `${counted((R.found.budget * L.frame) / R.found.steps)} of ${counted(R.found.budget)} evaluations spent. ${R.found.lanes
      .map((lane) => `${lane.label}: median ${L.spoken(middleOf(lane))}`)
      .join("; ") || "No optimizer races"}.`;

  function describe() {
    const names = R.found.lanes.map((lane) => lane.label).join(", ") || "no optimizer";
    const above = R.found.gapped ? " above the minimum" : "";
    const texts = {
      "race-contour": `Contour of ${R.found.name}, with ${R.found.runs} runs each of ${names}.`,
      "race-convergence": `Median and middle half of the best value so far${above} by ${R.found.by}, of ${names}.`,
      "race-spread": `Best value so far${above} of every run of ${names}.`,
    };
    for (const [id, text] of Object.entries(texts)) {
      const box = document.getElementById(id);
      box?.setAttribute("role", "img");
      box?.setAttribute("aria-label", text);
    }
  }

  L.pages.race = {
    told,
    describe,
    query: () => asked && `${asked.query}${R.found && L.model && L.frame < R.found.steps ? `&frame=${L.frame}` : ""}`,
    rest: () => drawRest(),
    paint: () => {
      if (!R.found) return;
      drawRuns();
      words();
      late ||= setTimeout(drawRest, Math.max(0, next - performance.now()));
      queueMicrotask(time);
    },
  };

  const LEAST = 1e-16; // gaps below are drawn there: rounding decides what they are
  const written = (value) => (R.found.gapped && value !== null && value <= LEAST ? "≤ 10⁻¹⁶" : L.written(value ?? Infinity));
  const middleOf = (lane) => lane.quartiles[R.found.steps + 1 + L.frame];
  const counted = (number) => Math.round(number).toLocaleString("en");

  /* Time here is what was spent. */
  function time() {
    const spent = counted((R.found.budget * L.frame) / R.found.steps);
    const box = document.querySelector("#time-bar .counter");
    if (!box) return;
    box.firstChild.textContent = "spent ";
    document.getElementById("frame-number").textContent = spent;
    document.getElementById("frame-total").textContent = ` / ${counted(R.found.budget)}`;
    const range = document.querySelector("#scrub input");
    range?.setAttribute("aria-label", "Evaluations spent");
    range?.setAttribute("aria-valuetext", `${spent} of ${counted(R.found.budget)} evaluations`);
  }

  function words() {
    for (const item of document.querySelectorAll(".legend-item")) {
      const lane = bySlot(Number(item.dataset.slot));
      if (lane) item.querySelector(".legend-value").textContent = written(middleOf(lane));
    }
    if (R.picked) pointed();
  }

  const span = (name, text = "") => Object.assign(document.createElement("span"), { className: name, textContent: text });

  function named(lane) {
    const chip = span(`chip ${lane.marker}`);
    chip.style.setProperty("--entrant", lane.colour);
    return [chip, span("entrant-name", lane.label)];
  }

  function legend() {
    for (const box of document.querySelectorAll(".legend")) {
      box.replaceChildren(
        ...R.found.lanes.map((lane) => {
          const item = document.createElement("div");
          item.className = "legend-item";
          item.dataset.slot = lane.slot;
          item.style.setProperty("--entrant", lane.colour);
          item.append(span(`chip ${lane.marker}`), span("legend-name", lane.label), span("legend-value"));
          return item;
        }),
      );
    }
  }

  function heads() {
    const set = (id, text) => (document.getElementById(id).textContent = text);
    const above = R.found.gapped ? ", above the minimum" : "";
    const shown = R.found.starts.length < R.found.runs ? `${R.found.starts.length} of ${R.found.runs}` : `${R.found.runs}`;
    set("convergence-subtitle", "median and middle half");
    set("spread-subtitle", `best so far of ${shown} runs each${above}`);
    const target = R.found.gapped ? ` · target ${L.written(R.found.target)}` : "";
    set("standings-subtitle", `after ${counted(R.found.budget)} evaluations · ${R.found.runs} runs each${target}`);
    set("phone-name", R.found.name);
    set("phone-detail", `${R.found.runs} runs of ${counted(R.found.budget)} evaluations`);
  }

  const explored = (lane, run) => L.at(`?${R.found.explored}&start=${R.found.starts[run].join(",")}&seed=${run}&steps=${lane.steps[run]}`);

  /* What is told of the run looked at, and the way to it. */
  function pointed() {
    const head = document.getElementById("contour-subtitle");
    const lane = R.picked && bySlot(R.picked.slot);
    if (head.dataset.run !== String(lane && R.picked.run + lane.label)) {
      head.dataset.run = String(lane && R.picked.run + lane.label);
      const link = { href: lane ? explored(lane, R.picked.run) : L.at("") };
      L.setProps("race-link", link);
      document.getElementById("panel-contour").classList.toggle("picked", Boolean(lane));
      const usual = ["trails of median runs · click to start there", ...R.found.notes].join(" · ");
      head.title = lane ? "" : usual;
      head.replaceChildren(...(lane ? [...named(lane), span("run-words")] : [usual]));
    }
    if (!lane) return;
    const value = lane.values[R.picked.run * (R.found.steps + 1) + L.frame];
    const gone = L.frame >= lane.gone[R.picked.run];
    head.lastChild.textContent = `seed ${R.picked.run}: ${gone ? "diverged, best" : "best"} ${written(value)}${R.picked.held ? "" : " · click to hold it"}`;
  }

  /* The pointer over the contour: the run below it, else a place to start around. */
  function aimed(event) {
    const gd = plot("contour");
    const layout = gd?._fullLayout;
    if (!layout?.xaxis || !R.found || !event.target.closest?.("#race-stack")) return null;
    const box = gd.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left - layout.xaxis._offset, event.clientY - box.top - layout.yaxis._offset];
    const inside = x >= 0 && y >= 0 && x <= layout.xaxis._length && y <= layout.yaxis._length;
    return inside ? { x, y, point: [layout.xaxis.p2d(x), layout.yaxis.p2d(y)], layout } : null;
  }

  function nearest(aim) {
    let best = null;
    let shortest = NEAR;
    for (const lane of R.found.lanes) {
      for (const run of runs(lane)) {
        const point = now(lane, run) || (L.frame >= lane.gone[run] && lane.lost[run]);
        if (!point) continue;
        const far = Math.hypot(aim.layout.xaxis.d2p(point[0]) - aim.x, aim.layout.yaxis.d2p(point[1]) - aim.y);
        if (far < shortest) [shortest, best] = [far, { slot: lane.slot, run }];
      }
    }
    return best;
  }

  function pick(next) {
    if (next?.slot === R.picked?.slot && next?.run === R.picked?.run && next?.held === R.picked?.held) return;
    R.picked = next;
    pointed();
    drawRuns();
  }

  document.addEventListener("pointermove", (event) => {
    if (!here() || !R.found || R.picked?.held) return;
    const aim = aimed(event);
    if (aim || R.picked) pick(aim && nearest(aim));
  });
  document.addEventListener("pointerdown", (event) => {
    if (!here() || event.button !== 0) return;
    const aim = aimed(event);
    if (!aim) return;
    const run = nearest(aim);
    const same = run && R.picked?.held && run.slot === R.picked.slot && run.run === R.picked.run;
    if (run) return pick(same ? null : { ...run, held: true });
    if (R.picked?.held) return pick(null);
    L.setProps("race-place", { data: aim.point.map((number) => Number(number.toPrecision(5))) });
  });

  /* On curves over evaluations a place is a moment. */
  function moment(event) {
    const layout = plot("convergence")?._fullLayout;
    if (!layout?.xaxis?.p2d || R.found.by !== "evaluations") return;
    const x = event.clientX - plot("convergence").getBoundingClientRect().left - layout.xaxis._offset;
    L.jump((R.found.steps * layout.xaxis.p2d(Math.min(Math.max(x, 0), layout.xaxis._length))) / R.found.budget);
  }
  let dragging = false;
  document.addEventListener("pointerdown", (event) => {
    dragging = Boolean(here() && R.found?.lanes.length && event.button === 0 && event.target.closest?.("#race-convergence"));
    if (dragging) moment(event);
  });
  document.addEventListener("pointermove", (event) => dragging && here() && moment(event));
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => (dragging = false));

  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (here() && asked && size() && size() !== ask.aspect) ask();
    }, 200);
  });

  /* A rail that is drawn anew: who used it with the keyboard goes on where they were. */
  let focused = "";
  document.addEventListener("focusin", (event) => {
    focused = event.target.closest?.("#race-rail") ? event.target.id : "";
  });

  Object.assign(window.dash_clientside.landscape, {
    raced: (store) => {
      if (!store || !here()) return NOTHING();
      if (!document.getElementById("race-table")?.firstChild) R.found = R.picked = null; // the page was built anew
      asked = store;
      ask();
      return NOTHING();
    },
    raceRailed: () => {
      const id = focused;
      setTimeout(() => id && document.activeElement === document.body && document.getElementById(id)?.focus(), 0);
      return NOTHING();
    },
  });
})();
