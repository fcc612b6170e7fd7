/* What the other scripts share: state, decoding, numbers in words, and the page's colours. */

window.landscape = {
  model: null, // the last valid answer of the server, decoded
  frame: 0,
  experiment: null, // the last experiment that was drawn
  folded: new Set(), // slots of folded cards
  actions: {}, // what a button with that data-action does
  pages: {}, // by name: { query() -> the page's part of the address, paint(fresh) -> draw the present frame, rest() }
};

(() => {
  const L = window.landscape;
  const VIEWS = { u1: Uint8Array, f4: Float32Array, i4: Int32Array, i2: Int16Array, u2: Uint16Array };

  /* The page that is shown. */
  L.page = () => L.pages[document.body.dataset.page] || {};

  /* Whether that page is shown: on the way to another one its name may stand without it, or it without its name. */
  L.here = (name) => document.body.dataset.page === name && document.getElementById(name) !== null;

  /* An address below the path that the app lives at. */
  let root = null;
  L.at = (path) => {
    root ??= JSON.parse(document.getElementById("_dash-config").textContent).requests_pathname_prefix;
    return root + path;
  };

  /* The element of a component with such an id, as long as it is on the page. */
  const key = (id) => (typeof id === "string" ? id : JSON.stringify(id, Object.keys(id).sort()));
  L.component = (id) => document.getElementById(key(id));

  /* Whether Dash has that component: looking for one that another view has replaced it throws, or finds the whole page. */
  const has = (id) => {
    try {
      return key(dash_component_api.getLayout(id).props.id) === key(id);
    } catch {
      return false;
    }
  };

  /* Tell Dash what a component shows by now, as long as it is there. */
  L.setProps = (id, props) => {
    if (has(id)) dash_clientside.set_props(id, props);
  };

  /* The address line says what the page shows, so that it can be kept, shared and loaded again. */
  L.keepAddress = () => {
    const query = L.page().query?.();
    if (query === undefined || query === null || location.pathname !== L.path) return; // on the way to another page
    L.kept = performance.now();
    history.replaceState(history.state, "", `${location.pathname}${query ? "?" + query : ""}`);
  };

  /* The present frame, on the page that is shown. */
  L.draw = (fresh = false) => {
    if (!L.model) return;
    L.page().paint?.(fresh);
    L.showTime();
  };

  /* An array that came as base64 text. */
  L.decode = (packed) => {
    const text = atob(packed.bdata);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return new VIEWS[packed.dtype](bytes.buffer);
  };

  /* The x and y columns of an (n, 2) array. */
  L.columns = (flat) => {
    const n = flat.length / 2;
    const x = new Float32Array(n);
    const y = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      x[i] = flat[2 * i];
      y[i] = flat[2 * i + 1];
    }
    return { x, y };
  };

  const UP = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

  /* Three significant digits; below 1e-3 or from 1e4 on as 7.8·10⁻⁶; a true minus sign. */
  L.written = (value) => {
    if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "–";
    const size = Math.abs(value);
    if (size === 0) return "0";
    if (size >= 1e-3 && size < 1e4) {
      const text = size < 1000 ? String(Number(value.toPrecision(3))) : value.toFixed(0);
      return text.replace("-", "−");
    }
    const [digits, power] = value.toExponential(1).split("e");
    const up = [...String(Number(power))].map((c) => UP[c]).join("");
    return `${digits}·10${up}`.replace("-", "−");
  };

  L.plot = (name) => document.querySelector(`#${name} .js-plotly-plot`) || document.querySelector(`#${name}.js-plotly-plot`);

  L.say = (text) => {
    const place = document.getElementById("said");
    if (!place) return;
    place.textContent = text;
    place.classList.add("shown");
    clearTimeout(L.said);
    L.said = setTimeout(() => place.classList.remove("shown"), 2400);
  };

  /* A bar on the panels when an answer takes longer than a glance. */
  let waiting = 0;
  L.busy = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => document.body.classList.add("busy"), 150);
  };
  L.idle = () => {
    clearTimeout(waiting);
    document.body.classList.remove("busy");
  };

  /* One problem in one sentence, in the rail, with a way back. What is wrong with the words in a field comes first: it
     stands as long as they do, whatever is answered meanwhile (3_explore.js). */
  L.misread = new Map(); // from the place of a field to the sentence about its words
  let problem = null;
  L.complain = (text) => {
    problem = text || null;
    L.complained();
  };
  L.complained = () => {
    const text = [...L.misread.values()].at(-1) || problem;
    document.body.classList.toggle("has-problem", Boolean(text));
    let box = document.getElementById("problem");
    if (!text) {
      if (box) box.remove();
      document.querySelectorAll(".field.invalid").forEach((field) => field.classList.remove("invalid"));
      return;
    }
    if (!box) {
      box = document.createElement("div");
      box.id = "problem";
      box.setAttribute("role", "alert");
      document.getElementById("rail-frame")?.prepend(box);
    }
    box.textContent = text + " ";
    const remedy = document.createElement("button");
    remedy.textContent = L.experiment ? "Back to the last valid one" : "Dismiss";
    remedy.dataset.action = "undo";
    box.append(remedy);
  };
})();
