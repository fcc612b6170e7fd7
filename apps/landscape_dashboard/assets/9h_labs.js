/* The Labs page: asks for what a lab finds at the present numbers, keeps the time, and shows one sheet. */

(() => {
  const L = window.landscape;
  const NOTHING = () => window.dash_clientside.no_update;
  const N = (L.labs = {
    known: new Map(), // what every lab says of itself, by name
    lab: null, // the one that is shown
    values: {}, // its numbers
    typed: {}, // what was typed and makes no sense, by parameter
    odd: null, // what makes no sense in the address, until something is changed
    found: null, // the last valid answer
    touched: null, // the parameter that was changed last
    words: {},
  });
  const REST = 280; // milliseconds without a move after which all is asked for
  const MOST = 14; // answers that are remembered
  const LASTING = 6; // seconds in which a whole sheet is played
  const QUICK = 800; // milliseconds of an answer that one may wait for while a slider moves

  const here = (N.here = () => L.here("labs"));
  const theme = () => document.documentElement.dataset.theme || "light";
  const parameter = (N.parameter = (name) => N.lab.parameters.find((each) => each.name === name));

  /* Questions: of a quick lab one at a time, the newest waits; a slow one is asked when the hand rests, and what it was
     asked before is abandoned. A slow one that was quick of late is asked like a quick one while a slider moves. */
  let asked = "";
  let running = null; // { question, cancel }
  let waiting = null;
  let resting = 0;
  let took = { name: null, time: 0 }; // milliseconds of the last answer to new numbers, and of which lab
  const memory = new Map();

  /* While a slider moves, the present moment alone is asked for. */
  function questionOf(moving) {
    const alone = moving && N.found?.name === N.lab.name && N.found.moments > 1 ? { moment: L.frame, own: N.found.frame } : {};
    return { name: N.lab.name, values: { ...N.values }, sheet: N.sheet, theme: theme(), ...N.room(), ...alone };
  }

  N.ask = (moving = false) => {
    if (!here() || !N.lab) return;
    clearTimeout(resting);
    if (moving) resting = setTimeout(() => N.ask(), REST);
    if (!moving || follows()) question(moving);
  };
  const follows = () => !N.lab.slow || (took.name === N.lab.name && took.time < QUICK);

  function question(moving) {
    const now = questionOf(moving);
    const key = JSON.stringify(now);
    if (key === asked) return;
    asked = key;
    waiting = null;
    if (memory.has(key)) {
      stop();
      return receive(memory.get(key), now);
    }
    if (running && ((N.lab.slow && !(moving && follows())) || running.question.name !== now.name)) stop();
    if (running) waiting = now;
    else start(now);
  }

  function stop() {
    const last = running;
    running = null;
    last?.cancel();
  }

  function start(now) {
    const mine = { question: now };
    const began = performance.now();
    running = mine;
    const mineStill = () => running === mine && here();
    mine.cancel = L.job("labs", now, {
      part: (answer) => mineStill() && receive(answer, now),
      done: (answer) => {
        if (!mineStill()) return;
        const again = N.found?.name === now.name && JSON.stringify(N.found.values) === JSON.stringify(now.values);
        if (!again) took = { name: now.name, time: performance.now() - began };
        receive(answer, now);
      },
      problem: (text) => mineStill() && receive({ problem: text }, now),
      cancelled: () => mineStill() && cancelled(),
      ended: () => {
        if (!mineStill()) return;
        running = null;
        if (waiting) start(waiting);
        waiting = null;
      },
    });
  }

  function cancelled() {
    asked = "";
    waiting = null;
    N.words.stale("Cancelled.", true);
  }
  L.actions.labsAgain = () => {
    N.words.stale(null);
    asked = "";
    N.ask();
  };

  async function receive(answer, now) {
    if (answer.problem) return refused(answer);
    const alone = now.moment !== undefined;
    if (answer.done && !alone) remember(JSON.stringify(now), answer);
    if (now.sheet && now.sheet !== answer.sheet) N.odd = `This lab has no figure '${now.sheet}'; it has ${answer.sheets.join(", ")}.`;
    N.rail.told(N.odd);
    if (N.odd) N.words.stale(N.odd, false, true);
    else if (!Object.keys(N.typed).length) N.words.stale(null);
    document.body.classList.remove("stale");
    const same = N.found?.name === answer.name && N.found.sheet === answer.sheet && N.found.moments === answer.moments;
    const begin = N.begin;
    const own = same && answer.frame !== N.found.frame; // a parameter has moved the moment that the sheet is about
    N.found = answer;
    N.sheet = answer.sheet;
    N.begin = null;
    const last = answer.moments - 1;
    L.model = last > 0 ? { steps: last, scheduled: false, pace: Math.max(1.5, last / LASTING) } : null;
    if (!same || own || L.frame > last) L.frame = Math.min(begin ?? answer.frame, last);
    document.getElementById("labs").classList.toggle("timeless", !L.model);
    N.words.shown(alone);
    await N.plot.show(answer);
    if (L.model) L.draw(true);
    N.drawn = performance.now();
    if (alone) return; // all moments are asked for when the slider rests
    L.answered = performance.now();
    L.keepAddress();
    N.refit();
  }

  /* Words above the figure that are longer than was thought. */
  N.refit = () => N.found?.done && N.plot.cut() && N.ask();

  function remember(key, answer) {
    memory.delete(key);
    memory.set(key, answer);
    if (memory.size > MOST) memory.delete(memory.keys().next().value);
  }

  /* What makes no sense is told at its control, where it stays as it was typed; the former value and figure hold. */
  function refused({ problem, at }) {
    asked = "";
    if (at in N.values && !(at in N.typed)) {
      N.typed[at] = String(N.values[at]);
      N.values[at] = N.found?.name === N.lab.name ? N.found.values[at] : parameter(at).default;
      N.rail.follow(at);
    }
    const place = at ?? (N.touched in N.values ? N.touched : null);
    N.rail.told(problem, place);
    N.words.stale(problem, false, true);
    document.body.classList.toggle("stale", Boolean(N.found));
    L.refusedAt = performance.now();
  }
  N.refused = refused;

  /* A parameter with another value. */
  N.set = (name, value, moving = false) => {
    N.touched = name;
    N.odd = null;
    N.values[name] = value;
    delete N.typed[name];
    N.rail.follow(name);
    N.ask(moving);
  };

  N.reset = (name) => {
    for (const each of N.lab.parameters) if (!name || each.name === name) N.values[each.name] = each.default;
    if (name) delete N.typed[name];
    else N.typed = {};
    Object.assign(N, { touched: name ?? null, odd: null });
    N.rail.told(null);
    N.rail.build();
    N.ask();
  };

  /* Another lab, or the one of an address. */
  function take({ name, values = {}, typed = {}, sheet = null, frame = null, problem, at }) {
    if (N.lab?.name !== name) N.found = null;
    N.lab = N.known.get(name);
    N.values = { ...Object.fromEntries(N.lab.parameters.map((each) => [each.name, each.default])), ...values };
    Object.assign(N, { typed, sheet, begin: frame, touched: null, odd: at ? null : problem });
    asked = "";
    L.pause();
    L.setProps("labs-menu", { value: name });
    N.rail.build();
    N.rail.told(null);
    N.words.stale(null);
    N.words.head();
    N.ask();
    if (problem) N.rail.told(problem, at);
    if (problem) N.words.stale(problem, false, true);
  }

  async function open(search) {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(L.at("labs-open"), { method: "POST", headers, body: JSON.stringify({ search }) });
    const found = await answer.json();
    if (here()) take(found); // it may be another page by now
  }

  N.choose = (name) => {
    if (!N.lab || name === N.lab.name || !N.known.has(name)) return;
    history.pushState({}, "", `${location.pathname}?lab=${name}`);
    take({ name });
    document.getElementById("labs-main").scrollTop = 0;
    document.body.classList.remove("rail-open");
  };
  const back = () => here() && N.lab && location.pathname === L.path && open(location.search);
  window.addEventListener("popstate", back);

  N.turn = (sheet) => {
    L.pause();
    N.sheet = sheet;
    N.ask();
  };

  const query = () => {
    if (!N.found) return null;
    const { url, sheet, sheets, moments, frame } = N.found;
    const named = sheet === sheets[0] ? "" : `&sheet=${encodeURIComponent(sheet)}`;
    return `${url}${named}${moments > 1 && L.frame !== frame ? `&frame=${L.frame}` : ""}`;
  };

  function paint() {
    if (!N.found || !here()) return;
    N.plot.moment(L.frame);
    queueMicrotask(time);
  }

  /* Time here has units of its own: steps, epochs, layers. */
  function time() {
    const box = document.querySelector("#labs #time-bar .counter");
    if (!box || !N.found?.times) return;
    const { unit, times } = N.found;
    box.firstChild.textContent = `${unit} `;
    document.getElementById("frame-number").textContent = times[L.frame];
    document.getElementById("frame-total").textContent = ` / ${times.at(-1)}`;
    const range = document.querySelector("#scrub input");
    range?.setAttribute("aria-label", unit);
    range?.setAttribute("aria-valuetext", `${unit} ${times[L.frame]} of ${times.at(-1)}`);
  }

  L.pages.labs = { query, paint, rest: paint };

  let resized = 0;
  window.addEventListener("resize", () => {
    clearTimeout(resized);
    resized = setTimeout(() => here() && N.found && N.ask(), 200);
  });

  Object.assign(window.dash_clientside.landscape, {
    labsOpened: (known) => {
      if (!known || !document.getElementById("labs")) return NOTHING();
      const fresh = !document.querySelector("#labs-rail").firstChild;
      if (fresh) {
        N.known = new Map(known.map((lab) => [lab.name, lab]));
        Object.assign(N, { lab: null, found: null });
        asked = "";
        running = waiting = null;
      }
      const now = location.search.slice(1);
      if (fresh || (now !== query() && location.pathname === L.path)) setTimeout(() => open(location.search), 0);
      return NOTHING();
    },
    labsThemed: () => {
      setTimeout(() => here() && N.lab && N.ask(), 0);
      return NOTHING();
    },
    labsChosen: (name) => {
      if (name && here()) N.choose(name);
      return NOTHING();
    },
  });
  N.forget = () => (asked = "");
})();
