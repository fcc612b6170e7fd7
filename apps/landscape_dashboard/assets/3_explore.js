/* The Explore page: sliders write numbers into the experiment, answers are drawn, clicks place the start. */

(() => {
  const L = window.landscape;
  const NOTHING = () => window.dash_clientside.no_update;

  const look = (content, path) => path.split(".").reduce((inner, word) => inner?.[word], content);
  function place(content, path, value) {
    const way = path.split(".");
    const name = way.pop();
    look(content, way.join("."))[name] = value;
  }

  const round = (value) => Number(value.toPrecision(4));
  const text = (value) => String(Number(value.toPrecision(6)));

  /* A slider or a field moved: [path, number], or null where it merely appeared. */
  function moved(event, experiment, sliders) {
    const id = JSON.parse(event.prop_id.slice(0, event.prop_id.lastIndexOf(".")));
    const now = look(experiment, id.at);
    if (typeof now !== "number" || event.value === null || event.value === undefined) return null;
    if (isEcho(id, event.value)) return null;
    return id.type === "slider" ? slid(id, event.value, now) : typed(id, String(event.value).trim(), now, sliders);
  }

  /* The slider's field shows the number at once; Dash is told when the slider rests, or when something else is touched.
     Told during a drag, it would merge that with the slider's next move and lose the move, and what it does then would
     keep the picture waiting. */
  const following = new Map();
  let newest = null; // the experiment, as long as Dash does not know it
  /* Where sliders write, and who is asked then: this page's own, or what another page says. */
  const usual = { store: "experiment", ask: (changed) => L.ask({ ...looked, experiment: changed }) };
  const target = () => L.page().sliders || usual;
  let giveUp = 0;
  function later(id, props) {
    following.set(JSON.stringify(id), [id, props]);
    const shown = L.component(id);
    if (id.type === "field" && shown) shown.value = props.value;
    rest();
  }
  function rest() {
    clearTimeout(giveUp);
    giveUp = setTimeout(follow, 200);
  }
  function follow() {
    clearTimeout(giveUp);
    for (const [id, props] of following.values()) {
      echoes.push({ key: id.type + id.at, value: props.value, until: performance.now() + 2000 });
      L.setProps(id, props);
    }
    following.clear();
    if (!newest) return;
    L.setProps(target().store, { data: newest });
    newest = null;
    if (target() === usual) L.lensAgain();
  }
  for (const touched of ["pointerdown", "focusin"]) document.addEventListener(touched, follow, true);

  /* Our own words coming back, perhaps after the slider has moved on: no edit. Dash may merge some of them away. */
  let echoes = [];
  function isEcho(id, value) {
    const [key, now] = [id.type + id.at, performance.now()];
    const at = echoes.findIndex((echo) => echo.key === key && echo.value === value && echo.until > now);
    if (at >= 0) echoes = echoes.filter((echo, i) => echo.until > now && (echo.key !== key || i > at));
    return at >= 0;
  }

  /* A rail drawn anew holds the numbers already; what its forerunner was still to be told would move it again. */
  L.forget = () => {
    clearTimeout(giveUp);
    following.clear();
    newest = null;
    echoes = [];
    if (!L.misread.size) return;
    L.misread.clear();
    L.complained();
  };

  /* The number in a field's words, or null; of words that make none, the sentence about them. */
  L.numberIn = (at, words, now) => {
    const value = Number(words.replace("−", "-"));
    mended(at);
    if (words !== "" && Number.isFinite(value)) return value;
    L.touched = at;
    L.misread.set(at, L.noNumber(words, text(now)));
    L.complained();
    return null;
  };
  L.noNumber = (words, like) => (words ? `'${words}' is not a number; give one like ${like}.` : `Give a number, like ${like}.`);
  function mended(at) {
    if (L.misread.delete(at)) L.complained();
  }

  const scaleOf = (id) => {
    const [log, low, high] = id.scale.split(":").map(Number);
    return { at: (number) => Math.min(Math.max(log ? Math.log10(Math.max(number, 1e-300)) : number, low), high), log, step: (high - low) / 400 };
  };

  function slid(id, position, now) {
    const scale = scaleOf(id);
    if (Math.abs(position - scale.at(now)) < 0.4 * scale.step) return null;
    const value = round(scale.log ? 10 ** position : Math.abs(position) < 1e-9 ? 0 : position);
    later({ type: "field", at: id.at }, { value: text(value) });
    mended(id.at);
    return [id.at, value];
  }

  function typed(id, words, now, sliders) {
    const value = L.numberIn(id.at, words, now);
    if (value === null || value === Number(text(now))) return null;
    const slider = sliders.find((each) => each.id.at === id.at);
    if (slider) later(slider.id, { value: scaleOf(slider.id).at(value) });
    return [id.at, value];
  }

  let looked = {}; // how the experiment is looked at
  const callbacks = {
    turned: (page) => {
      L.forget();
      if (page) L.turned(page);
      return NOTHING();
    },

    slide: (sliders, fields, start, experiment) => {
      const context = dash_clientside.callback_context;
      if (!experiment) return NOTHING();
      const changed = structuredClone(newest || experiment);
      let moves = 0;
      for (const event of context.triggered) {
        if (event.prop_id === "start.data") {
          if (!start) continue;
          changed.start = start;
          moves++;
        } else {
          const move = moved(event, changed, context.inputs_list[0] || []);
          if (!move) continue;
          place(changed, ...move);
          L.touched = move[0];
          L.moved = performance.now();
          moves++;
        }
      }
      // Dash merges calls that come close together and then names only the last cause: look at the sliders themselves.
      for (const { id, value } of moves ? [] : context.inputs_list[0] || []) {
        const now = look(changed, id.at);
        if (following.has(JSON.stringify(id)) || typeof now !== "number" || typeof value !== "number") continue;
        const move = slid(id, value, now);
        if (!move) continue;
        place(changed, ...move);
        moves++;
      }
      if (!moves) return NOTHING();
      L.refused = null;
      target().ask(changed);
      newest = changed;
      rest();
      return NOTHING();
    },

    /* Something that the picture depends on has changed. */
    ask: (experiment, view, moment, theme, lesson, by) => {
      looked = { view, moment, theme, lesson, by };
      if (experiment && view) L.ask({ ...looked, experiment: newest || experiment }); // Dash may be late with it
      return NOTHING();
    },

    /* An edit that could not be made, or the words about it are out of date. */
    refused: (problem) => {
      L.refused = problem;
      if (problem || L.model) L.complain(problem);
      L.idle();
      return NOTHING();
    },

    /* The rail was drawn anew. */
    railed: () => {
      L.busy();
      L.forget();
      setTimeout(L.refreshRail, 0);
      return NOTHING();
    },

    setTheme: (clicks, theme) => {
      const preferred = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
      const kept = localStorage.getItem("landscape-theme") || preferred;
      const next = clicks ? (theme === "dark" ? "light" : "dark") : kept;
      if (clicks) localStorage.setItem("landscape-theme", next);
      document.documentElement.dataset.theme = next;
      return [next, next];
    },

    /* Something is wrong with the formula typed, or no longer. */
    noted: (told) => {
      const wrong = Boolean(told && told.length);
      document.body.classList.toggle("stale", wrong);
      document.querySelector(".formula-field")?.classList.toggle("invalid", wrong);
      document.querySelector(".formula-field")?.setAttribute("aria-invalid", String(wrong));
      return NOTHING();
    },

    lens: (answer) => {
      L.showLens(answer);
      return NOTHING();
    },

    setSpeed: (value) => {
      L.setSpeed(value);
      return NOTHING();
    },
  };
  window.dash_clientside = Object.assign({}, window.dash_clientside, { landscape: callbacks });
})();
