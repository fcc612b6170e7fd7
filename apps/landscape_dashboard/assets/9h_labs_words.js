/* The Labs page in words: what a lab explains and asks, what was predicted, its claims, passages and references. */

(() => {
  const L = window.landscape;
  const N = L.labs;
  const KEPT = "landscape-labs"; // what was predicted in this tab: by lab the option's number, or null for none

  const at = (id) => document.getElementById(id);
  const made = (tag, className, ...children) => L.made(tag, { className }, ...children);
  const cell = (tag, text, properties = {}) => L.made(tag, { textContent: text, ...properties });

  function predictions() {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT)) || {};
    } catch {
      return {};
    }
  }
  function predict(name, option) {
    const all = predictions();
    if (option === undefined) delete all[name];
    else all[name] = option;
    sessionStorage.setItem(KEPT, JSON.stringify(all));
  }
  const revealed = () => N.lab.name in predictions();

  /* Sources as links: doi:… and arXiv:… in a line of words. */
  const LINK = /(doi:\s?(10\.\S+?)|arXiv:\s?([\w.-]+\/?\d+(?:v\d+)?))(?=[.,;)\]]?(?:\s|$))/gi;
  function linked(text) {
    const parts = [];
    let from = 0;
    for (const match of String(text).matchAll(LINK)) {
      const href = match[2] ? `https://doi.org/${match[2]}` : `https://arxiv.org/abs/${match[3]}`;
      parts.push(text.slice(from, match.index), L.made("a", { href, target: "_blank", rel: "noreferrer", textContent: match[1] }));
      from = match.index + match[0].length;
    }
    return [...parts, String(text).slice(from)];
  }

  function head() {
    const { title, family, explanation, references } = N.lab;
    at("labs-title").textContent = title;
    at("labs-family").textContent = family;
    at("labs-explanation").textContent = explanation;
    const list = at("labs-references");
    list.hidden = !references.length;
    list.replaceChildren(cell("h2", "References"), L.made("ul", {}, ...references.map((each) => L.made("li", {}, ...linked(each)))));
    for (const id of ["labs-headline", "labs-subtitle", "labs-notes"]) at(id).textContent = "";
    for (const id of ["labs-tabs", "labs-claims", "labs-verdict"]) at(id).replaceChildren();
    for (const id of ["labs-claims", "labs-passages", "labs-verdict"]) at(id).hidden = true;
    veil();
    N.plot.clear();
  }

  /* The question over the veiled figure. */
  function veil() {
    const hidden = !revealed();
    at("labs").classList.toggle("veiled", hidden);
    for (const id of ["labs-under", "time-bar"]) at(id).inert = hidden;
    const box = at("labs-veil");
    box.hidden = !hidden;
    if (!hidden) return box.replaceChildren();
    if (box.dataset.lab === N.lab.name && box.firstChild) return;
    box.dataset.lab = N.lab.name;
    const { text, options } = N.lab.question;
    const answer = (option, i) => L.made("button", { type: "button", className: "button labs-option", textContent: option, onclick: () => reveal(i) });
    const choices = made("div", "labs-options", ...options.map(answer));
    choices.setAttribute("role", "group");
    choices.setAttribute("aria-label", "Answers");
    const show = L.made("button", { type: "button", className: "labs-plain", textContent: "Just show me", onclick: () => reveal(null) });
    box.replaceChildren(made("div", "labs-question", made("span", "dim", "Predict before you look"), cell("h3", text), choices, show));
  }

  function reveal(option) {
    predict(N.lab.name, option);
    shown();
    N.plot.fit();
    N.refit();
    if (L.model) L.draw(true);
    (at("labs-verdict").querySelector("strong") || at("labs-main")).focus({ preventScroll: true });
  }

  /* Whether the prediction is right, as measured at these numbers. */
  function verdict() {
    const box = at("labs-verdict");
    box.hidden = !revealed() || !N.found;
    if (box.hidden) return box.replaceChildren();
    const { right, told } = N.found;
    const { options, text } = N.lab.question;
    const mine = predictions()[N.lab.name];
    const again = L.made("button", { type: "button", className: "button small", textContent: "Ask me again", onclick: ask });
    const answer = right === null ? "It is being measured." : `“${options[right]}”`;
    let said = `${text} Measured at these numbers: ${answer}`;
    if (mine !== null) said = `You predicted “${options[mine]}”${right === null ? ". " : mine === right ? ": right at these numbers." : "; measured at these numbers: "}${mine === right ? "" : answer}`;
    if (!said.endsWith(".")) said += ".";
    const sign = mine === null || right === null ? "" : mine === right ? "✓" : "✗";
    const words = made("p", "", ...(sign ? [made("span", "labs-sign", sign), " "] : []), L.made("strong", { textContent: said, tabIndex: -1 }), right === null ? "" : ` ${told}`);
    const kept = box.contains(document.activeElement) && document.activeElement.tagName;
    box.replaceChildren(words, again);
    if (kept) box.querySelector(kept.toLowerCase())?.focus({ preventScroll: true });
  }

  function ask() {
    predict(N.lab.name);
    L.pause();
    shown();
    N.plot.fit();
    at("labs-veil").querySelector("button")?.focus();
  }

  const HOLDS = { true: ["✓", "holds"], false: ["✗", "does not hold"], null: ["–", "measured only"] };
  function claims() {
    const box = at("labs-claims");
    box.hidden = !revealed() || !N.found?.claims.length;
    if (box.hidden) return box.replaceChildren();
    const rows = N.found.claims.map((claim) => {
      const [sign, word] = HOLDS[claim.holds];
      const holds = made("td", `labs-holds ${claim.holds === false ? "no" : ""}`, made("span", "labs-sign", sign), ` ${word}`);
      const sentence = cell("th", claim.sentence);
      sentence.scope = "row";
      const named = (name, ...content) => {
        const td = L.made("td", {}, ...content);
        td.dataset.name = name;
        return td;
      };
      return L.made("tr", {}, sentence, named("measured here", claim.measured), named("expected", claim.expected || "–"), named("source", ...linked(claim.source)), holds);
    });
    const heads = ["Claim", "Measured here", "Expected", "Source", "Holds"].map((name) => cell("th", name, { scope: "col" }));
    const tested = N.found.claims.filter(({ holds }) => holds !== null);
    const good = tested.filter(({ holds }) => holds).length;
    const count = tested.length ? `${good} of ${tested.length} hold at these numbers` : "measured at these numbers";
    box.replaceChildren(
      made("h2", "", "Claims ", made("span", "dim", count)),
      L.made("table", {}, L.made("thead", {}, L.made("tr", {}, ...heads)), L.made("tbody", {}, ...rows)),
    );
  }

  /* Formulas are typeset by Dash, which has MathJax; what has not changed is not typeset again. */
  let passages = "";
  function more() {
    const box = at("labs-passages");
    box.hidden = !revealed() || !N.found?.passages.length;
    const now = JSON.stringify([N.lab.name, box.hidden ? [] : N.found.passages]);
    if (now === passages && (box.hidden || box.firstChild)) return;
    passages = now;
    const children = box.hidden ? [] : N.found.passages.map(passage);
    L.setProps("labs-passages", { children });
  }
  const part = (type, props, namespace = "dash_html_components") => ({ type, namespace, props });
  function passage({ kind, title, content }, i) {
    const name = part("H2", { children: title });
    if (kind === "latex") {
      const formula = part("Markdown", { children: `$$${content}$$`, mathjax: true }, "dash_core_components");
      return part("Article", { children: [name, part("Div", { children: formula, className: "formula", tabIndex: 0, role: "group", "aria-label": title })] });
    }
    if (kind === "code") {
      const copy = part("Button", { children: "Copy", className: "button small", "data-action": "labsCopy", "data-value": String(i), "aria-label": `Copy ${title}` });
      const text = part("Pre", { children: part("Code", { children: content }), tabIndex: 0, role: "group", "aria-label": title });
      return part("Article", { children: [part("Div", { children: [name, copy], className: "section" }), text] });
    }
    return part("Article", { children: [name, part("P", { children: content })] });
  }
  L.actions.labsCopy = (button) => L.copy(N.found.passages[Number(button.dataset.value)].content, "Code copied");

  function tabs() {
    const { sheets, sheet } = N.found;
    const tab = (name) => {
      const button = L.made("button", { type: "button", textContent: name.replaceAll("_", " "), onclick: () => N.turn(name) });
      button.setAttribute("aria-pressed", String(name === sheet));
      return button;
    };
    const box = at("labs-tabs");
    const kept = box.contains(document.activeElement);
    box.replaceChildren(...(sheets.length > 1 ? sheets.map(tab) : []));
    if (kept) box.querySelector("[aria-pressed=true]")?.focus();
  }

  /* Everything but the plot, of the answer that is shown; formulas take too long for a slider that moves. */
  function shown(moving = false) {
    veil();
    verdict();
    claims();
    if (!moving) more();
    if (!N.found) return;
    const open = revealed();
    at("labs-headline").textContent = open ? N.found.title : "The figure is veiled";
    at("labs-subtitle").textContent = open ? N.found.subtitle : "It shows itself when you have predicted what it says.";
    at("labs-notes").replaceChildren(...(open ? N.found.notes : []).map((note) => L.made("p", {}, ...linked(note))));
    tabs();
  }

  /* What is to be said above a figure that is not of the present numbers; where the rail is seen, it may tell. */
  function stale(sentence, again = false, railTells = false) {
    const box = at("labs-stale");
    box.classList.toggle("rail-tells", railTells);
    box.hidden = !sentence;
    const button = L.made("button", { type: "button", textContent: "Run it" });
    button.dataset.action = "labsAgain";
    box.replaceChildren(...(sentence ? [sentence, " ", ...(again ? [button] : [])] : []));
  }

  Object.assign(N.words, { head, shown, stale, revealed });
})();
