/* Lessons: a strip that asks and reveals, and a dialog in which a teacher composes the link. */

(() => {
  const L = window.landscape;
  let lesson = null; // { veiled, question, locked, hidden } or null
  let asked = false; // whether names were hidden when this page was opened
  let guess = null; // the slot that was predicted

  const listed = (paths) => (paths?.length ? paths.join(",") : "");
  const spelled = (parts) =>
    Object.entries(parts)
      .filter(([, value]) => value)
      .map(([name, value]) => `&${name}=${encodeURIComponent(value)}`)
      .join("");

  /* The lesson's part of the address. */
  L.lessonQuery = () =>
    lesson ? spelled({ veil: lesson.veiled ? "1" : "", question: lesson.question, lock: listed(lesson.locked), hide: listed(lesson.hidden) }) : "";

  /* Whether the lesson keeps that control from being used. */
  L.fixed = (word) => Boolean(lesson && [...(lesson.locked || []), ...(lesson.hidden || [])].includes(word));

  const runs = () => L.model.tracks.filter((track) => !track.hidden);
  const endOf = (track) => (track.diverged === null ? track.best.at(-1) : Infinity);

  function choice(track) {
    const chip = L.made("span", { className: `chip ${track.marker}` });
    chip.style.setProperty("--entrant", track.colour);
    const button = L.made("button", { className: "button small choice" }, chip, track.label);
    button.dataset.action = "predict";
    button.dataset.value = track.slot;
    button.setAttribute("aria-pressed", String(guess === track.slot));
    return button;
  }

  function verdict() {
    const best = runs().reduce((a, b) => (endOf(b) < endOf(a) ? b : a));
    const result = `${best.label} is lowest at the end, with ${L.written(best.best.at(-1))}`;
    const chosen = runs().find((track) => track.slot === guess);
    if (!chosen) return `${result}.`;
    return chosen === best ? `You predicted ${chosen.label}: right, ${result}.` : `You predicted ${chosen.label}; ${result}.`;
  }

  /* Runs that came before the names were revealed. */
  const nameless = () => L.model.tracks.every((track) => track.label.length === 1);

  function draw() {
    const strip = document.getElementById("lesson-strip");
    if (!strip) return;
    document.body.classList.toggle("lesson", Boolean(lesson && (asked || lesson.question)));
    const before = strip.offsetHeight;
    fill(strip);
    if (strip.offsetHeight !== before) L.resized();
  }

  function fill(strip) {
    strip.replaceChildren();
    if (!lesson || !L.model || !(asked || lesson.question)) return;
    strip.append(L.made("strong", { textContent: lesson.question || "Which one will be lowest at the end?" }));
    if (lesson.veiled || nameless()) {
      const reveal = L.made("button", { className: "button small reveal", textContent: "Reveal" });
      reveal.dataset.action = "reveal";
      const choices = L.made("div", { className: "choices" }, ...runs().map(choice));
      choices.setAttribute("role", "group");
      choices.setAttribute("aria-label", "Your prediction");
      strip.append(choices, reveal);
    } else if (asked && runs().length) {
      strip.append(L.made("span", { className: "verdict", textContent: verdict() }));
      L.tell(verdict());
    }
  }
  L.drawLesson = draw;

  window.dash_clientside.landscape.lesson = (now) => {
    lesson = now || null;
    asked = Boolean(lesson) && (asked || lesson.veiled);
    if (!lesson) guess = null;
    document.body.classList.toggle("veiled", Boolean(lesson?.veiled));
    L.veiled = Boolean(lesson?.veiled);
    draw();
    return window.dash_clientside.no_update;
  };

  Object.assign(L.actions, {
    predict: (button) => {
      guess = Number(button.dataset.value);
      draw();
      document.querySelector(`.choice[data-value="${guess}"]`)?.focus();
    },
    reveal: () => L.setProps("lesson", { data: { ...lesson, veiled: false } }),
    lesson: () => L.dialog("lesson", "Lesson link", compose),
    "lesson-copy": () => copy(),
  });

  /* The dialog: plain fields, read when the link is copied. */
  const PLACES = [["surface", "Surface"], ["optimizers", "Optimizers"], ["start", "Start"], ["run", "Steps and seed"]];
  const chosenOf = (word) => (lesson?.hidden?.includes(word) ? "hide" : lesson?.locked?.includes(word) ? "lock" : "free");

  function row([word, title]) {
    const options = [["free", "free"], ["lock", "locked"], ...(word === "start" ? [] : [["hide", "hidden"]])];
    const menu = L.made("select", { className: "plain", name: word }, ...options.map(([value, text]) => L.made("option", { value, textContent: text })));
    menu.value = chosenOf(word);
    return L.made("label", { className: "line" }, L.made("span", { textContent: title }), menu);
  }

  function compose() {
    const question = L.made("textarea", { className: "plain", name: "question", rows: 2, maxLength: 300, value: lesson?.question || "" });
    question.placeholder = "Which one will be lowest at the end?";
    const veil = L.made("input", { type: "checkbox", name: "veil", checked: lesson ? lesson.veiled : true });
    const button = L.made("button", { className: "button strong", textContent: "Copy lesson link" });
    button.dataset.action = "lesson-copy";
    return [
      L.made("label", { className: "stacked" }, L.made("span", { textContent: "Question" }), question),
      L.made("label", { className: "line" }, L.made("span", { textContent: "Hide names and numbers until Reveal is pressed" }), veil),
      ...PLACES.map(row),
      L.made("p", { className: "note-text", textContent: "Locked controls are shown but do not move. The link begins at step 0." }),
      button,
    ];
  }

  function copy() {
    const dialog = document.getElementById("dialog-lesson");
    const field = (name) => dialog.querySelector(`[name=${name}]`);
    const words = (what) => PLACES.map(([word]) => word).filter((word) => field(word).value === what);
    const parts = { veil: field("veil").checked ? "1" : "", question: field("question").value.trim(), lock: listed(words("lock")), hide: listed(words("hide")) };
    return L.copy(`${location.origin}${location.pathname}?${L.model.url}&frame=0${spelled(parts)}`, "Lesson link copied");
  }
})();
