/* The Geometry page: sliders and clicks write its state, the pointer aims, answers are drawn by Dash. */

(() => {
  const L = window.landscape;
  const NOTHING = () => window.dash_clientside.no_update;
  const here = () => document.getElementById("geometry");

  let answer = null; // the last answer of the server: address, point, key, whether there is work to be done
  let content = null; // the state that it belongs to

  L.pages.geometry = { query: () => answer?.address ?? null };

  /* Numbers */

  const digits = (value) => Number(value.toPrecision(5));
  const text = (value) => String(Number(value.toPrecision(6)));
  const look = (state, path) => path.split(".").reduce((inner, word) => inner?.[word], state);
  function write(state, path, value) {
    const way = path.split(".");
    const name = way.pop();
    way.reduce((inner, word) => inner[word], state)[name] = value;
  }
  function scaleOf(id) {
    const [log, low, high] = id.scale.split(":").map(Number);
    const at = (number) => Math.min(Math.max(log ? Math.log10(Math.max(number, 1e-300)) : number, low), high);
    return { at, number: (position) => (log ? 10 ** position : position), step: (high - low) / 400 };
  }

  /* A slider that was drawn anew, or that only follows a typed number, is where its number is: no move. */
  function slid({ id, value }, state) {
    const [now, scale] = [look(state, id.at), scaleOf(id)];
    if (typeof now !== "number" || typeof value !== "number" || Math.abs(value - scale.at(now)) < 0.4 * scale.step) return false;
    const number = Number((Math.abs(value) < 1e-9 ? scale.number(0) : scale.number(value)).toPrecision(4));
    write(state, id.at, number);
    follow({ type: "geo-field", at: id.at }, text(number));
    return true;
  }

  function typed({ id, value }, state, sliders) {
    const now = look(state, id.at);
    if (typeof now !== "number") return false;
    const number = L.numberIn(id.at, String(value ?? "").trim(), now);
    if (number === null || text(number) === text(now)) return false;
    write(state, id.at, number);
    const slider = sliders.find((each) => each.id.at === id.at);
    if (slider) later(slider.id, scaleOf(slider.id).at(number));
    return true;
  }

  /* The field shows its slider's number at once; Dash is told when the slider rests, for telling it draws the field anew. */
  const following = new Map();
  let resting = 0;
  function follow(id, value) {
    const field = L.component(id);
    if (field) field.value = value;
    later(id, value);
  }
  function later(id, value) {
    following.set(JSON.stringify(id), [id, value]);
    clearTimeout(resting);
    resting = setTimeout(() => {
      for (const [id, value] of following.values()) L.setProps(id, { value });
      following.clear();
    }, 250);
  }

  Object.assign(window.dash_clientside.landscape, {
    geoSlide: (sliders, fields, place, state) => {
      if (!state) return NOTHING();
      const context = dash_clientside.callback_context;
      const [bars, boxes] = context.inputs_list;
      const changed = structuredClone(state);
      const causes = context.triggered.map((event) => event.prop_id);
      let moves = 0;
      if (causes.includes("geo-place.data") && place) {
        changed.at = place;
        moves++;
      }
      const fromBox = boxes.filter(({ id }) => causes.some((cause) => cause.includes("geo-field") && cause.includes(`"${id.at}"`)));
      for (const box of fromBox) moves += typed(box, changed, bars);
      if (!fromBox.length) for (const bar of bars) if (!following.has(JSON.stringify(bar.id))) moves += slid(bar, changed);
      return moves ? changed : NOTHING();
    },

    /* What was wrong with words in the rail before is gone with them. */
    geoRailed: () => {
      L.forget();
      return NOTHING();
    },

    geoWait: (state) => {
      if (state && here()) L.busy();
      return NOTHING();
    },

    geoAnswered: (now, state) => {
      waiting = false;
      if (!now || !here()) return NOTHING();
      if (!now.problem) {
        answer = { ...now, address: now.query ?? answer?.address };
        content = state;
        L.keepAddress();
        if (now.query !== null) showPoint(state);
        if (done !== now.key) done = null;
        if (now.job) start(now.key);
        else if (running && running.key !== now.key) stop();
      }
      if (!running) L.idle();
      if (next) aim(next.point, next.rest);
      return NOTHING();
    },
  });

  /* The point's field says where it is, once one is kept. */
  function showPoint(state) {
    const words = answer.whole.map((x) => text(digits(x))).join(", ");
    const id = { at: "at", type: "geo-text" };
    const field = L.component(id);
    if (state.at.length && field && field.value !== words && field !== document.activeElement) L.setProps(id, { value: words });
  }

  /* Work that takes a while: one job at a time, and none again for what was cancelled. */
  let running = null;
  let done = null;
  const CANCELLED = "Cancelled. Another view, optimizer or number begins anew.";
  const tell = (words) => L.setProps("geo-words", { children: words });
  function stop() {
    const last = running;
    running = null;
    last?.cancel();
  }
  function start(key) {
    if (running?.key === key || done === key) return;
    stop();
    const mine = { key };
    const drawn = () => L.setProps("geo-done", { data: performance.now() });
    let shown = ""; // which of its stages
    let arrived = false;
    mine.cancel = L.job("geometry", { asked: content, frame }, {
      progress: ({ progress, said }) => {
        if (progress > 0 && said !== shown) drawn();
        shown = said;
      },
      done: () => {
        arrived = true;
        drawn();
      },
      problem: (words) => {
        arrived = true;
        tell(words);
      },
      ended: () => {
        if (running !== mine) return; // stopped, for another question
        running = null;
        done = key;
        if (!arrived) tell(CANCELLED);
      },
    });
    running = mine;
  }

  /* The pointer: one question at a time; the newest waits for the answer to the last. The panels beside the picture
     follow when it rests. */
  const REST = 160; // milliseconds
  let waiting = false;
  let next = null;
  let asked = 0;
  let still = 0;
  function aim(point, rest = false) {
    clearTimeout(still);
    if (waiting && performance.now() - asked < 3000) return (next = { point, rest });
    waiting = true;
    asked = performance.now();
    next = null;
    L.setProps("geo-aim", { data: point ? { at: whole(point), rest } : null });
    if (point && !rest) still = setTimeout(() => aim(point, true), REST);
  }
  const whole = (point) => (point ? [...point.map(digits), ...answer.whole.slice(2)].slice(0, answer.whole.length) : null);
  const keep = (point) => {
    next = null;
    clearTimeout(still);
    L.setProps("geo-place", { data: point });
  };

  function aimed(event) {
    const gd = L.plot("geo-map");
    const layout = gd?._fullLayout;
    if (!layout?.xaxis || !answer) return null;
    const box = gd.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left - layout.xaxis._offset, event.clientY - box.top - layout.yaxis._offset];
    if (x < 0 || y < 0 || x > layout.xaxis._length || y > layout.yaxis._length) return null;
    return [layout.xaxis.p2d(x), layout.yaxis.p2d(y)];
  }

  const over = (event) => event.target.closest?.("#geo-stack");
  document.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch" || !over(event)) return;
    const point = aimed(event);
    if (point) aim(point);
  });
  document.addEventListener("pointerout", (event) => {
    if (over(event) && !event.relatedTarget?.closest?.("#geo-stack") && content) aim(null);
  });
  document.addEventListener("click", (event) => {
    if (!here()) return;
    const row = event.target.closest("[data-point]");
    if (row) return keep(row.dataset.point.split(",").map(Number));
    const example = event.target.closest("[data-query]");
    if (example && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      document.body.classList.remove("rail-open");
      L.setProps("geo-query", { data: { query: example.dataset.query, asked: performance.now() } });
      return;
    }
    const point = over(event) && aimed(event);
    if (point) keep(whole(point));
  });
  document.addEventListener("dblclick", (event) => {
    if (over(event)) document.getElementById("geo-link").click();
  });

  /* Arrow keys move the kept point, by a fiftieth of the picture; with Shift by a tenth of that. */
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.target.id !== "geo-stack" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter") document.getElementById("geo-link").click();
      const way = WAYS[event.key];
      if (!way || !answer) return;
      event.preventDefault();
      event.stopPropagation();
      const step = (answer.side / 50) * (event.shiftKey ? 0.1 : 1);
      const from = content.at.length ? content.at : answer.whole;
      content = { ...content, at: from.map((x, i) => (i < 2 ? digits(x + step * way[i]) : x)) };
      keep(content.at);
    },
    true,
  );

  /* The frame decides which part of the plane the server draws. */
  let frame = null;
  let seen = null;
  function measure() {
    const stack = document.getElementById("geo-stack");
    if (!stack) return (seen = null);
    const [wide, high] = [stack.clientWidth - 46, stack.clientHeight - 30];
    if (wide < 50 || high < 50) return;
    const now = { aspect: Math.round((wide / high) * 20) / 20, small: innerWidth < 760 };
    if (seen === stack && JSON.stringify(now) === JSON.stringify(frame)) return;
    [seen, frame] = [stack, now];
    L.setProps("geo-frame", { data: now });
  }
  let settling = 0;
  const soon = () => {
    clearTimeout(settling);
    settling = setTimeout(measure, 120);
  };
  window.addEventListener("resize", () => here() && soon());
  new MutationObserver(() => {
    if (here() && !seen?.isConnected) {
      answer = content = null;
      waiting = false;
      soon();
    } else if (!here() && (seen || running)) {
      stop();
      seen = frame = done = null;
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
