/* Time: play, pause, step, scrub, loop, with the keyboard too. */

(() => {
  const L = window.landscape;
  const PER_SECOND = 30; // steps at speed 1, where the page's model has no pace of its own
  let playing = false;
  let looping = false;
  let speed = 1;
  let before = 0;
  let exact = 0;

  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  L.go = (frame) => {
    if (!L.model) return;
    L.frame = Math.max(0, Math.min(L.model.steps, Math.round(frame)));
    L.draw();
  };

  function tick(now) {
    if (!playing || !L.model) return;
    // Frames are skipped, never slowed: time decides the step.
    exact += ((now - before) / 1000) * (L.model.pace ?? PER_SECOND) * speed;
    before = now;
    if (exact >= L.model.steps) {
      if (!looping) {
        L.go(L.model.steps);
        return L.pause();
      }
      exact = 0;
    }
    if (Math.round(exact) !== L.frame) L.go(exact);
    requestAnimationFrame(tick);
  }

  L.play = () => {
    if (!L.model) return;
    if (L.frame >= L.model.steps) L.frame = 0;
    playing = true;
    exact = L.frame;
    before = performance.now();
    document.body.classList.add("playing");
    document.getElementById("play")?.setAttribute("aria-label", "Pause");
    requestAnimationFrame(tick);
  };

  L.pause = () => {
    if (playing && L.model) L.page().rest?.();
    playing = false;
    document.body.classList.remove("playing");
    document.getElementById("play")?.setAttribute("aria-label", "Play");
    L.settle();
  };

  L.jump = (frame) => {
    if (playing) L.pause();
    L.go(frame);
    L.settle();
  };

  L.setSpeed = (value) => (speed = Number(value) || 1);
  const SPEEDS = ["0.25", "0.5", "1", "2", "4"]; // those of the menu
  function pace(by) {
    const at = SPEEDS.indexOf(String(speed)) + by;
    if (SPEEDS[at]) L.setProps("speed", { value: SPEEDS[at] });
  }

  /* After time has come to rest: keep the address, and draw a scheduled surface as it stands now. */
  let resting = 0;
  let moment = null;
  L.settle = () => {
    clearTimeout(resting);
    resting = setTimeout(() => {
      if (!L.model) return;
      L.keepAddress();
      L.narrate();
      if (!L.model.scheduled || L.frame === moment) return;
      moment = L.frame;
      L.setProps("moment", { data: moment });
    }, 180);
  };

  Object.assign(L.actions, {
    play: () => (playing ? L.pause() : L.play()),
    first: () => L.jump(0),
    back: () => L.jump(L.frame - 1),
    forward: () => L.jump(L.frame + 1),
    on: () => L.jump(L.frame + 10),
    ago: () => L.jump(L.frame - 10),
    last: () => L.jump(L.model?.steps ?? 0),
    slower: () => pace(-1),
    faster: () => pace(1),
    loop: (button) => {
      looping = !looping;
      button?.classList.toggle("on", looping);
      button?.setAttribute("aria-pressed", String(looping));
    },
  });

  /* Another page: no run yet, and nothing plays. */
  L.turned = (page) => {
    document.body.dataset.page = page;
    L.path = location.pathname;
    L.pause();
    for (const cancel of L.jobs || []) cancel();
    L.model = L.experiment = null;
    L.frame = 0;
    L.remeasure();
    L.forgetCamera();
    L.forgetZoom();
    L.forgetAnswers();
    L.idle(); // what the page before waited for
    L.complain(null);
  };

  /* The scrub: a native range, so that keyboard and screen readers know it. */
  L.makeScrub = () => {
    const place = document.getElementById("scrub");
    if (!place || place.firstChild) return;
    const range = document.createElement("input");
    Object.assign(range, { type: "range", min: 0, max: 1, step: 1, value: 0 });
    range.setAttribute("aria-label", "Step");
    range.addEventListener("input", () => L.jump(Number(range.value)));
    place.append(range);
  };

  L.showTime = () => {
    L.makeScrub();
    const range = document.querySelector("#scrub input");
    if (!range) return;
    range.max = L.model.steps;
    range.value = L.frame;
    range.style.setProperty("--share", `${(100 * L.frame) / L.model.steps}%`);
    range.setAttribute("aria-valuetext", `step ${L.frame} of ${L.model.steps}`);
    document.getElementById("frame-number").textContent = L.frame;
    document.getElementById("frame-total").textContent = ` / ${L.model.steps}`;
  };

  /* Keys, except where they are letters of a text or belong to the control that has focus. */
  const KEYS = { " ": "play", ArrowLeft: "back", ArrowRight: "forward", Home: "first", End: "last", n: "on", N: "ago", l: "loop", L: "loop",
    "<": "slower", ">": "faster", "?": "keys" };
  const OWNS = "input:not([type=range]), textarea, select, dialog, [role=slider], [role=menu], [role=listbox], [role=option]";
  const PRESSED = "button, a, summary";
  function belongs(event) {
    const inside = (selector) => event.target.closest?.(selector);
    return inside(OWNS) || (inside(PRESSED) && event.key === " ") || (inside("[type=range]") && event.key.length > 1);
  }
  document.addEventListener("keydown", (event) => {
    const name = KEYS[event.key];
    if (!name || event.ctrlKey || event.metaKey || event.altKey || belongs(event)) return;
    event.preventDefault();
    L.actions[name](document.querySelector(`[data-action=${name}]`));
  });

  L.still = still;
})();
