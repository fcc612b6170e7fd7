/* The Labs page: the controls of a lab, made of what its parameters say. */

(() => {
  const L = window.landscape;
  const N = L.labs;
  const POSITIONS = 400; // of one slider
  const SHORT = 25; // letters of all options together that stand side by side
  const rows = new Map(); // by parameter: { box, follow }

  const text = (value) => (typeof value === "number" ? String(Number(value.toPrecision(6))) : String(value));
  const worded = (option) => String(option).replaceAll("_", " ");
  const same = (a, b) => a === b || (typeof a === "number" && Math.abs(a - b) <= 1e-12 * Math.abs(b));

  /* Positions of a slider: the number, or its logarithm. */
  function scaleOf({ low, high, log, whole, multiple = 1 }) {
    const [from, to] = log ? [Math.log10(low), Math.log10(high)] : [low, high];
    const even = (value) => Math.round(value / multiple) * multiple;
    const step = whole && !log ? multiple : (to - from) / POSITIONS;
    const at = (value) => (log ? Math.log10(Math.max(value, 1e-300)) : value);
    const number = (position) => {
      const value = log ? 10 ** position : Math.abs(position) < 1e-9 * (to - from) ? 0 : position;
      return whole ? Math.min(high, Math.max(low, even(value))) : Number(value.toPrecision(4));
    };
    return { from, to, step, at, number };
  }

  function slider(told) {
    const scale = scaleOf(told);
    const range = L.made("input", { type: "range", className: "labs-slider", min: scale.from, max: scale.to, step: scale.step });
    range.setAttribute("aria-label", `${told.label} slider`);
    range.addEventListener("input", () => N.set(told.name, scale.number(Number(range.value)), true));
    range.addEventListener("change", () => N.ask());
    const field = fieldOf(told);
    const follow = (value) => {
      const at = scale.at(value);
      if (document.activeElement !== range || Math.abs(Number(range.value) - at) > scale.step) range.value = at;
      range.style.setProperty("--share", `${Math.min(100, Math.max(0, (100 * (at - scale.from)) / (scale.to - scale.from)))}%`);
      range.setAttribute("aria-valuetext", text(value));
      field.value = text(value);
    };
    return { head: [field], below: [range], follow, main: field };
  }

  /* A number that is typed; what is no number is told and stays. */
  function fieldOf(told) {
    const field = L.made("input", { type: "text", inputMode: "decimal", className: "field", autocomplete: "off", spellcheck: false });
    field.addEventListener("change", () => {
      const words = field.value.trim();
      const value = Number(words.replace("−", "-"));
      if (words === "" || Number.isNaN(value)) {
        N.typed[told.name] = words;
        return N.refused({ problem: L.noNumber(words, text(told.default)), at: told.name });
      }
      if (same(value, N.values[told.name]) && !(told.name in N.typed)) return;
      N.set(told.name, value);
    });
    return field;
  }

  function menu(told) {
    const select = L.made("select", { className: "plain labs-select" }, ...told.options.map((option, i) => L.made("option", { value: i, textContent: worded(option) })));
    select.addEventListener("change", () => N.set(told.name, told.options[select.value]));
    return { head: [select], below: [], follow: (value) => (select.value = told.options.indexOf(value)), main: select };
  }

  function segments(told) {
    const buttons = told.options.map((option) => {
      const button = L.made("button", { type: "button", textContent: worded(option), onclick: () => N.set(told.name, option) });
      button.setAttribute("aria-label", `${told.label}: ${worded(option)}`);
      return button;
    });
    const group = L.made("div", { className: "labs-segments" }, ...buttons);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", told.label);
    const follow = (value) => buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(told.options[i] === value)));
    return { head: [group], below: [], follow };
  }

  function toggle(told) {
    const button = L.made("button", { type: "button", className: "labs-switch", onclick: () => N.set(told.name, !N.values[told.name]) });
    button.setAttribute("role", "switch");
    button.setAttribute("aria-label", told.label);
    return { head: [button], below: [], follow: (value) => button.setAttribute("aria-checked", String(value)) };
  }

  function line(told) {
    const field = L.made("input", { type: "text", className: "plain labs-formula", autocomplete: "off", spellcheck: false });
    field.addEventListener("change", () => field.value.trim() !== N.values[told.name] && N.set(told.name, field.value.trim()));
    return { head: [], below: [field], follow: (value) => (field.value = value), main: field };
  }

  const short = ({ options }) => options.length < 5 && options.map(worded).join("").length + 3 * options.length < SHORT;
  const KINDS = {
    range: slider,
    choice: (told) => (short(told) ? segments(told) : menu(told)),
    switch: toggle,
    curve: (told) => N.boards.curve(told),
    picture: (told) => N.boards.picture(told),
    text: line,
  };

  function row(told) {
    const control = KINDS[told.kind](told);
    const name = L.made("label", { textContent: told.label, title: told.help });
    if (control.main) {
      control.main.id = `labs-at-${told.name}`;
      name.htmlFor = control.main.id;
    }
    const reset = L.made("button", { type: "button", className: "labs-reset", textContent: "reset", onclick: () => N.reset(told.name) });
    reset.setAttribute("aria-label", `Reset ${told.label}`);
    const head = L.made("div", { className: "row-head" }, name, reset, ...control.head);
    const wrong = L.made("p", { className: "told", hidden: true });
    wrong.setAttribute("role", "alert");
    const box = L.made("div", { className: "row labs-row", title: told.help || "" }, head, ...control.below, wrong);
    box.dataset.name = told.name;
    const follow = () => {
      const value = N.values[told.name];
      control.follow(value);
      if (told.name in N.typed && control.main) control.main.value = N.typed[told.name];
      reset.hidden = same(value, told.default) && !(told.name in N.typed);
    };
    return { box, follow, wrong, main: control.main };
  }

  function all() {
    const changed = N.lab.parameters.some(({ name, default: usual }) => !same(N.values[name], usual) || name in N.typed);
    const button = document.getElementById("labs-reset");
    if (button) button.disabled = !changed;
  }

  N.rail = {
    build() {
      const place = document.getElementById("labs-rail");
      if (!place) return;
      const kept = place.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
      rows.clear();
      for (const told of N.lab.parameters) rows.set(told.name, row(told));
      const reset = L.made("button", { type: "button", id: "labs-reset", className: "button small", textContent: "Reset all", onclick: () => N.reset() });
      const head = L.made("div", { className: "section" }, L.made("h2", { textContent: "Parameters" }), reset);
      place.replaceChildren(head, ...[...rows.values()].map(({ box }) => box));
      for (const { follow } of rows.values()) follow();
      all();
      // Who pressed a reset that is gone by now goes on at its row.
      const name = kept?.replace("Reset ", "");
      if (kept) [...place.querySelectorAll("input, select, button:not([hidden])")].find((each) => each.labels?.[0]?.textContent === name || each.getAttribute("aria-label") === kept)?.focus();
    },
    follow(name) {
      rows.get(name)?.follow();
      all();
    },
    /* A sentence at the control of a parameter, or above them all; without one those of the last answer go. */
    told(sentence, at = null) {
      for (const [name, { wrong, main }] of rows) {
        const mine = Boolean(sentence) && name === at;
        if (!mine && name in N.typed) continue; // it is still there, and still wrong
        wrong.hidden = !mine;
        wrong.textContent = mine ? sentence : "";
        main?.classList.toggle("invalid", mine);
        if (mine) main?.setAttribute("aria-invalid", "true");
        else main?.removeAttribute("aria-invalid");
      }
      const box = document.getElementById("labs-told");
      const above = sentence && !rows.has(at) ? [L.made("p", { className: "told", textContent: sentence })] : [];
      box?.replaceChildren(...above);
    },
  };
})();
