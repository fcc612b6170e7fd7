/* The Discrete page: what is asked of the server, and how one moment of all lanes is painted. */

(() => {
  const L = window.landscape;
  const D = (L.discrete = {
    state: null, // names and numbers that were asked for last
    good: null, // those of the picture
    found: null, // the last answer, decoded
    boards: new Map(), // by slot: { board, cell }
    curves: null,
    linked: null, // the file of a link that is opened once more
    refused: false, // whether the state is one that makes no sense
    past: [], // instances before each edit of the cities
    sent: null, // the one that was edited last
    words: {},
  });
  const PATIENCE = 700; // milliseconds that a run may finish in when another one is asked for

  const here = () => L.here("discrete");
  const host = (name) => document.getElementById(`disc-${name}`);
  const row = (lane, frame) => lane.x.subarray(frame * D.found.problem.dim, (frame + 1) * D.found.problem.dim);
  const slotOf = (slot) => `var(--slot-${slot % 8})`;

  /* One job at a time; the newest state waits for it, or ends it where it takes long. */
  let asked = "";
  let waiting = null;
  let cancel = null;
  let begun = 0;
  function ask(content) {
    D.state = content;
    const question = JSON.stringify({ ...content, frame: null });
    if (question === asked) return;
    asked = question;
    waiting = content;
    if (!cancel) play();
    else setTimeout(() => waiting && cancel?.(), Math.max(0, begun + PATIENCE - performance.now()));
    D.exact.expect(content);
  }

  function play() {
    const content = waiting;
    waiting = null;
    stopped(false);
    begun = performance.now();
    cancel = L.job("discrete", { content }, {
      // At first there is the problem alone, then lane by lane; later a picture stays until the next one is whole.
      part: (answer) => here() && (!D.found || D.found.partly) && receive(answer, content),
      done: (answer) => here() && (answer.missing ? lost(answer.missing, content) : receive(answer, content)),
      problem: (text) => here() && refuse(text),
      cancelled: () => {
        asked = "";
        stopped(true);
        L.say("Stopped; Go on plays it");
      },
      ended: () => {
        cancel = null;
        if (waiting && here()) play();
        else if (here()) D.words.values();
      },
    });
  }

  /* What was cancelled can be asked for again. */
  function stopped(now) {
    if (host("on")) host("on").hidden = !now;
  }

  function refuse(text) {
    asked = "";
    D.refused = true;
    L.complain(text);
    if (D.good) document.body.classList.add("stale");
    else document.querySelector("#problem button").textContent = "Show the first match";
    D.words.values();
  }

  /* The server keeps nothing for anybody: a file that it does not know any more is sent again. */
  async function lost(word, content) {
    if (!(await D.resend(word))) return refuse(`The instance '${word}' was opened elsewhere or long ago; open its file again.`);
    asked = "";
    ask(content);
  }

  function receive(answer, content) {
    document.body.classList.remove("stale");
    D.refused = false;
    L.complain(null);
    const linked = D.linked && content.surface.parameters.instance === D.linked; // its address says the moment, too
    const before = D.found?.seen && !linked && { frame: L.frame, end: L.frame >= D.found.steps };
    if (linked && !answer.partly) D.linked = null;
    D.found = { ...decoded(answer), seen: !answer.partly || answer.lanes.length > 0 }; // the problem alone has no time
    if (D.found.seen) D.good = content;
    [L.experiment, L.model] = [content, D.found];
    L.frame = before ? (before.end ? D.found.steps : before.frame) : content.frame ?? D.found.steps;
    build();
    L.makeScrub();
    D.words.heads();
    D.words.legend();
    L.draw(true);
    if (!D.found.partly && content === D.state) D.exact.ask(content); // it takes longer, so it comes second
    L.answered = performance.now();
    L.settle();
  }

  const unpacked = (value) => {
    if (value?.bdata !== undefined) return L.decode(value);
    if (Array.isArray(value)) return value.map(unpacked);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, unpacked(each)]));
  };
  const decoded = (answer) => ({ ...answer, spent: unpacked(answer.spent), lanes: unpacked(answer.lanes) });

  /* --- boards --- */

  function cellOf(lane) {
    const chip = L.made("span", { className: `chip ${lane.marker}` });
    const value = L.made("span", { className: "disc-value" });
    const head = L.made("header", {}, chip, L.made("h3", { textContent: lane.label, title: lane.label }), value);
    if (lane.slot !== null) head.append(...D.buttons(lane));
    const line = L.made("p", { className: "disc-line" });
    const place = L.made("div", { className: "disc-host" });
    const cell = L.made("section", { className: "disc-board" }, head, line, place);
    cell.dataset.slot = lane.slot ?? "";
    cell.setAttribute("aria-label", lane.label);
    cell.style.setProperty("--entrant", lane.slot === null ? "var(--ink)" : slotOf(lane.slot));
    return cell;
  }

  /* A board for each lane, for an exact solution, or for the problem alone. Those that show the same kind of picture stay. */
  function build() {
    const { problem } = D.found;
    const frame = host("boards");
    if (!D.curves) D.curves = L.boards.curves(host("curves"), { seek: L.jump, label: "Evaluations, over energy, temperature and acceptance" });
    const lanes = D.found.lanes.length ? [...D.found.lanes] : [{ slot: null, label: problem.title, marker: "circle", empty: true }];
    if (D.found.lanes.length && D.exact?.solution()) lanes.push({ slot: null, label: "exact solver", marker: "square", exact: true });
    D.shownLanes = lanes;
    const kept = new Map();
    frame.replaceChildren(
      ...lanes.map((lane) => {
        const key = lane.exact ? "exact" : lane.slot ?? "empty";
        const old = D.boards.get(key);
        const cell = cellOf(lane);
        if (old && old.picture === problem.picture) {
          cell.querySelector(".disc-host").replaceWith(old.cell.querySelector(".disc-host"));
          // Cities that were edited meanwhile stay as they are; their own answer is on its way.
          const fixed = D.editing && D.past.includes(problem.instance) ? old.board.fixed : old.board.kind.prepare(problem);
          Object.assign(old.board, { problem, fixed });
          Object.assign(old.board.options, { label: lane.label });
          old.board.seen = [];
          kept.set(key, { ...old, cell });
        } else kept.set(key, { cell, picture: problem.picture, board: null });
        return cell;
      }),
    );
    for (const [key, old] of D.boards) if (kept.get(key)?.board !== old.board) old.board?.destroy();
    D.boards = kept;
    arrange();
    for (const [key, made] of kept) {
      const lane = lanes.find((each) => (each.exact ? "exact" : each.slot ?? "empty") === key);
      made.board ??= L.boards.make(made.cell.querySelector(".disc-host"), problem, { slot: lane.slot ?? undefined, label: lane.label, onedit: D.cities });
      made.lane = lane;
      made.board.edit(D.editing && editable());
    }
    drawCurves();
  }
  const editable = () => D.found?.problem.picture === "tour" && !D.found.problem.shown.drawn;

  function drawCurves() {
    const { minimum } = D.found.problem;
    const { bound = null, incumbent = null } = D.exact?.now() || {};
    D.curves?.data(D.found.lanes, { bound, incumbent, minimum });
    D.curves?.at(L.frame);
  }

  /* How wide a picture is for its height. */
  const ASPECTS = { bits: 1.6, clauses: 1.4, schedule: 1.8 };
  function aspect({ picture, shown }) {
    if (!shown.places?.length) return ASPECTS[picture] ?? 1;
    const [wide, high] = [0, 1].map((axis) => Math.max(...shown.places.map((each) => each[axis])) - Math.min(...shown.places.map((each) => each[axis])));
    return Math.max(0.5, Math.min(2.5, (wide || 1) / (high || 1)));
  }

  /* As many columns as make the pictures largest. */
  function arrange() {
    const frame = host("boards");
    const count = frame?.children.length;
    if (!count) return;
    const [wide, high] = [frame.clientWidth, frame.clientHeight];
    const shape = aspect(D.found.problem);
    frame.style.setProperty("--board", `${Math.round(Math.max(220, Math.min(372, (wide - 12) / shape + 62)))}px`); // on phones
    const size = (columns) => Math.min(wide / columns / shape, high / Math.ceil(count / columns) - 62);
    const all = Array.from({ length: count }, (_, i) => i + 1);
    const columns = all.reduce((best, each) => (size(each) > size(best) ? each : best), 1);
    frame.style.setProperty("--columns", columns);
    frame.style.setProperty("--rows", Math.ceil(count / columns));
  }
  window.addEventListener("resize", () => here() && D.found && arrange());

  /* One moment in all boards. */
  const playing = () => document.body.classList.contains("playing");
  function paint() {
    if (!D.found || !here()) return;
    for (const { board, lane } of D.boards.values()) {
      if (!board) continue;
      if (lane.empty) board.show(null);
      else if (lane.exact) board.show(D.exact.solution());
      else {
        const frame = Math.min(L.frame, lane.value.length - 1);
        const previous = frame && !playing() ? row(lane, frame - 1) : null;
        board.show(row(lane, frame), { frames: (k) => row(lane, k), frame, previous, value: lane.value[frame] });
      }
    }
    D.curves?.at(L.frame);
    D.words.values();
    queueMicrotask(D.words.time);
  }

  L.pages.discrete = {
    query: () => D.found && `${D.found.url}${L.frame < D.found.steps ? `&frame=${L.frame}` : ""}`,
    told: () => D.words.told(),
    paint,
    rest: paint,
    sliders: { store: "disc-asked", ask },
  };

  /* The page was built anew: nothing of the last one stands. */
  function forget() {
    for (const { board } of D.boards.values()) board?.destroy();
    D.curves?.destroy();
    Object.assign(D, { found: null, good: null, boards: new Map(), curves: null, editing: false, past: [], sent: null, linked: null, refused: false });
    D.exact?.forget();
    asked = "";
    waiting = null;
  }

  const again = () => (asked = "");
  const running = () => Boolean(cancel);
  Object.assign(D, { ask, again, running, here, host, row, slotOf, build, drawCurves, editable, forget });
})();
