/* The Discrete page: words and numbers, what buttons do, cities that are drawn, files of one's own. */

(() => {
  const L = window.landscape;
  const D = L.discrete;
  const NOTHING = () => window.dash_clientside.no_update;
  const KEPT = "landscape-own-instance"; // where this browser remembers the last file
  const LARGEST = 1_000_000; // bytes of a file
  const MOST = 200; // cities that are drawn by hand
  const DRAWN = "points:"; // how their instance begins
  const HOW = matchMedia("(pointer: coarse)").matches
    ? "tap adds a city, drag moves one, a long press removes one"
    : "click adds a city, drag moves one, right click or Delete removes one";
  const { here, host } = D;

  /* --- words --- */

  /* A value as the problem counts it: whole numbers in full. */
  const whole = (value) => {
    const text = Number.isInteger(value) ? value.toLocaleString("en") : Math.abs(value) >= 1000 ? value.toLocaleString("en", { maximumFractionDigits: 1 }) : String(Number(value.toPrecision(4)));
    return text.replace("-", "−");
  };
  const percent = (value, from) => (Math.abs(value - from) < 1e-9 ? "0 %" : from ? `${Number(((100 * (value - from)) / Math.abs(from)).toPrecision(2))} %` : whole(value - from));

  /* What values are compared with: the optimum that is proved or known, else a bound. */
  function reference() {
    if (D.exact.proved()) return ["off optimum", D.exact.now().incumbent, "proved optimal"];
    if (D.found.problem.minimum !== null) return ["off optimum", D.found.problem.minimum, "the optimum"];
    const bound = D.exact.now()?.bound ?? null;
    return bound === null ? null : ["above bound", bound, "proved optimal"];
  }
  function against(value) {
    const known = reference();
    if (!known) return "";
    const [name, least, met] = known;
    return Math.abs(value - least) < 1e-6 * Math.max(1, Math.abs(least)) ? `, ${met}` : `, ${percent(value, least)} ${name}`;
  }

  function values() {
    if (!D.found) return;
    const put = (place, text) => place && place.textContent !== text && (place.textContent = text);
    for (const { lane, cell } of D.boards.values()) {
      const [value, line] = [cell.querySelector(".disc-value"), cell.querySelector(".disc-line")];
      if (lane.empty) {
        put(line, D.found.partly ? (D.refused ? "not played" : D.running() ? "the first method is at work" : "stopped before the first method was done") : "no method yet");
        continue;
      }
      if (lane.exact) {
        const known = D.exact.now()?.incumbent ?? null;
        put(value, known === null ? "" : whole(known));
        put(line, D.exact.proved() ? "proved optimal" : "not proved to be optimal");
        continue;
      }
      const at = Math.min(L.frame, lane.value.length - 1);
      put(value, whole(lane.value[at]));
      const followed = lane.parent && L.frame <= lane.since ? ` · still ${lane.parent}` : "";
      put(line, `best ${whole(lane.best[at])}${against(lane.best[at])}${followed}`);
      line.title = line.textContent;
    }
    for (const item of document.querySelectorAll("#discrete .legend-item")) {
      const lane = D.found.lanes.find((each) => each.slot === Number(item.dataset.slot));
      if (lane) put(item.querySelector(".legend-value"), whole(lane.best[Math.min(L.frame, lane.best.length - 1)]));
    }
  }

  function legend() {
    for (const box of document.querySelectorAll("#discrete .legend")) {
      box.replaceChildren(
        ...D.found.lanes.map((lane) => {
          const item = L.made("div", { className: "legend-item" });
          item.dataset.slot = lane.slot;
          item.style.setProperty("--entrant", D.slotOf(lane.slot));
          item.append(L.made("span", { className: `chip ${lane.marker}` }), L.made("span", { className: "legend-name", textContent: lane.label }), L.made("span", { className: "legend-value" }));
          return item;
        }),
      );
    }
  }

  const put = (id, text) => {
    const place = document.getElementById(id);
    if (place && place.textContent !== text) place.textContent = text;
  };
  function heads() {
    const { problem, lanes, budget } = D.found;
    const known = problem.minimum === null ? "" : ` · best known ${whole(problem.minimum)}`;
    const key = L.boards.kinds[problem.picture]?.key?.(problem);
    put("boards-subtitle", D.editing ? HOW : [`${problem.title}${known}`, key].filter(Boolean).join(" · "));
    const spent = `${budget.toLocaleString("en")} evaluations`;
    const counted = lanes.length === 1 ? `one lane, ${spent}` : `${lanes.length} lanes, ${spent} each`;
    put("curves-subtitle", lanes.length ? `of ${counted}` : D.found.partly ? "" : "no method yet");
    put("phone-name", problem.title);
    put("phone-detail", D.found.partly ? "at work" : lanes.length ? counted : "no method yet");
    document.getElementById("panels")?.classList.toggle("no-lanes", !lanes.length && !D.found.partly);
    const cities = host("cities");
    if (cities) cities.hidden = !D.editable();
    if (cities?.hidden && D.editing) editing(false);
    if (host("undo")) host("undo").hidden = !D.past.length;
  }

  /* Time here is counted in evaluations. */
  function time() {
    const box = document.querySelector("#discrete #time-bar .counter");
    if (!box || !D.found) return;
    const spent = Math.round(D.found.spent[L.frame]).toLocaleString("en");
    box.firstChild.textContent = "";
    put("frame-number", spent);
    put("frame-total", ` / ${D.found.budget.toLocaleString("en")}`);
    const range = document.querySelector("#scrub input");
    range?.setAttribute("aria-label", "Evaluations spent");
    range?.setAttribute("aria-valuetext", `${spent} of ${D.found.budget.toLocaleString("en")} evaluations`);
  }

  const told = () =>
    D.found &&
    `${Math.round(D.found.spent[L.frame])} evaluations of ${D.found.budget}. ${D.found.lanes.map((lane) => `${lane.label}: ${whole(lane.value[L.frame])}, best ${whole(lane.best[L.frame])}`).join("; ") || "No method yet"}.`;

  Object.assign(D.words, { whole, percent, values, legend, heads, time, told });

  /* --- buttons --- */

  /* Edits that the server makes: it answers with another state and another rail. */
  let count = 0;
  D.edit = (what) => L.setProps("disc-edit", { data: { ...what, count: ++count } });

  /* What can be done with a lane, on its board. */
  D.buttons = ({ slot, label, parent }) => {
    const button = (icon, words, action) => {
      const made = L.made("button", { className: "icon-button", title: words }, L.made("span", { className: `icon icon-${icon}` }));
      made.setAttribute("aria-label", `${words}: ${label}`);
      Object.assign(made.dataset, { action, slot });
      return made;
    };
    return [button("branch", "Branch here", "discBranch"), ...(parent ? [button("trash", "Drop this lane", "discDrop")] : [])];
  };
  const placeOf = ({ dataset }) => (dataset.value !== undefined ? Number(dataset.value) : D.state.entrants.findIndex((each) => each.slot === Number(dataset.slot)));

  const usual = { undo: L.actions.undo };
  Object.assign(L.actions, {
    undo: () => {
      if (!here()) return usual.undo();
      L.complain(null);
      L.forget();
      document.body.classList.remove("stale");
      D.again();
      const content = D.refused ? D.good : D.state;
      D.edit(content ? { do: "set", content } : { do: "address", search: "" });
    },
    discOn: () => D.ask(D.state),
    discBranch: (button) => {
      if (!D.found) return;
      const frame = Math.min(L.frame, D.found.steps - 1);
      D.edit({ do: "branch", at: placeOf(button), frame });
      L.say(`Branched after ${Math.round(D.found.spent[frame]).toLocaleString("en")} evaluations: give it another method or other numbers`);
    },
    discDrop: (button) => D.edit({ do: "remove", at: placeOf(button) }),
    discFold: (button) => {
      const { value } = button.dataset;
      if (!L.folded.delete(value)) L.folded.add(value);
      folded();
    },
    discCities: () => editing(!D.editing),
    discUndo: () => {
      D.sent = D.past.pop();
      D.edit({ do: "own", word: D.sent, name: "tsp" });
    },
    discOpen: () => pick(document.getElementById("rail-frame").dataset.files, opened),
    discBest: async () => {
      const answer = await fetch(L.at(`discrete-best?${D.found ? D.found.url : ""}`));
      if (!answer.ok) throw new Error(await answer.text());
      const link = L.made("a", { href: URL.createObjectURL(await answer.blob()), download: "landscape-solution.json" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      L.say("Downloaded");
    },
  });

  const folded = () => document.querySelectorAll("#disc-rail .card").forEach((card) => card.classList.toggle("folded", L.folded.has(card.dataset.slot)));

  /* --- cities that are drawn --- */

  function editing(on) {
    D.editing = on;
    host("cities").setAttribute("aria-pressed", String(on));
    host("cities").classList.toggle("on", on);
    host("cities").textContent = on ? "Done" : "Edit cities";
    for (const { board, lane } of D.boards.values()) board?.edit(on && !lane.exact);
    if (!D.found) return;
    heads();
    if (on && !document.getElementById("boards-subtitle").offsetParent) L.say(HOW); // a phone has no room for subtitles
  }

  /* Whole numbers where the cities are far apart, so that a link stays short. */
  D.cities = (places) => {
    if (places.length > MOST) {
      L.complain(`${places.length} cities are more than the ${MOST} that can be drawn here; remove some.`);
      D.build();
      return L.draw(true);
    }
    const all = places.flat();
    const extent = Math.max(...all) - Math.min(...all) || 1;
    const decimals = Math.max(0, 3 - Math.floor(Math.log10(extent)));
    const word = `${DRAWN}${places.map((place) => place.map((value) => Number(value.toFixed(decimals))).join(",")).join(" ")}`;
    D.past.push(D.sent ?? D.state.surface.parameters.instance);
    D.sent = word;
    D.edit({ do: "own", word, name: "tsp" });
  };

  /* --- files --- */

  let own = null; // { word, text, name }
  function remember(made) {
    own = made;
    try {
      localStorage.setItem(KEPT, JSON.stringify(own));
    } catch {
      // too much for this browser: a link works as long as the page is open
    }
  }
  D.resend = async (word) => {
    try {
      own ??= JSON.parse(localStorage.getItem(KEPT));
    } catch {
      own = null;
    }
    return own?.word === word && !(await post(own)).problem;
  };

  async function post({ text, name }) {
    const now = D.state?.surface.name;
    const answer = await fetch(L.at("discrete-own"), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text, name, now }) });
    return answer.ok ? answer.json() : { problem: `The server failed (${answer.status}); try again, its log says why.` };
  }

  async function opened(file) {
    if (file.size > LARGEST) throw new Error(`${file.name} is larger than 1 MB; take a smaller instance.`);
    const text = await file.text();
    const answer = await post({ text, name: file.name });
    if (answer.problem) throw new Error(answer.problem);
    L.complain(null);
    if (answer.content) return D.edit({ do: "set", content: answer.content });
    remember({ word: answer.word, text, name: file.name });
    D.edit({ do: "own", word: answer.word, name: answer.name });
    L.say(`${file.name} is shown; a link to it works while this server remembers the file`);
  }

  function pick(accept, then) {
    const picker = L.made("input", { type: "file", accept });
    picker.addEventListener("change", () => picker.files[0] && then(picker.files[0]).catch((error) => L.complain(error.message)));
    picker.click();
  }

  const carries = (event) => here() && event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) opened(file).catch((error) => L.complain(error.message));
  });

  /* --- what Dash tells --- */

  /* A link to a file that the server has forgotten and this browser has not: the file is sent, and the link opened again. */
  async function recall(content) {
    const { search } = location;
    const [word] = /own-[0-9a-f]{16}/.exec(search) || [];
    if (!word || content.surface.parameters.instance === word || !(await D.resend(word))) return;
    D.linked = word;
    D.edit({ do: "address", search });
  }

  let focused = "";
  document.addEventListener("focusin", (event) => {
    // A field to search in opens its list with the focus.
    const kept = event.target.closest?.("#disc-rail") && !event.target.closest(".add-menu");
    focused = kept ? event.target.id : "";
  });

  Object.assign(window.dash_clientside.landscape, {
    discAsked: (content) => {
      if (!content || !here()) return NOTHING();
      if (!host("boards")?.firstChild) {
        D.forget();
        recall(content);
      }
      const { instance } = content.surface.parameters;
      if (instance !== D.sent && !instance?.startsWith(DRAWN)) [D.past, D.sent] = [[], null]; // other cities, or none
      D.ask(content);
      return NOTHING();
    },
    discRailed: () => {
      L.forget();
      const id = focused;
      setTimeout(() => {
        folded();
        if (id && document.activeElement === document.body) document.getElementById(id)?.focus({ preventScroll: true });
      }, 0);
      return NOTHING();
    },
  });
})();
