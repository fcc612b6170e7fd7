/* The lens: gradient, level set and angle at the pointer. A click holds it, another lets it go. */

(() => {
  const L = window.landscape;
  let held = false;
  let asked = null;
  let waiting = false;
  let plot = null;
  let last = null;

  const on = () => document.body.classList.contains("lens");
  const stack = () => document.getElementById("contour-stack");

  function readout() {
    let place = document.getElementById("lens-words");
    if (!place) {
      place = Object.assign(document.createElement("span"), { id: "lens-words", className: "subtitle" });
      place.setAttribute("role", "status");
      document.getElementById("contour-subtitle").before(place);
    }
    return place;
  }

  /* One question at a time; the newest waits for the answer to the last. */
  function ask(point) {
    asked = point;
    if (waiting || !point) return;
    waiting = true;
    last = point;
    L.setProps("aim", { data: point.map((value) => Number(value.toPrecision(6))) });
    asked = null;
  }

  function clear() {
    if (plot) Plotly.purge(plot);
    plot?.remove();
    plot = null;
    const place = readout();
    if (place) place.textContent = "";
  }

  L.showLens = (answer) => {
    waiting = false;
    if (!on() || !answer) return;
    const overlay = L.plot("overlay");
    if (!overlay?.layout) return;
    if (!plot?.isConnected) {
      plot = Object.assign(document.createElement("div"), { className: "plot plot-lens" });
      stack().append(plot);
    }
    readout().textContent = answer.problem || answer.words;
    readout().classList.toggle("warning", Boolean(answer.problem));
    const layout = { ...structuredClone(overlay.layout), width: undefined, height: undefined, autosize: true };
    Plotly.react(plot, answer.traces || [], layout, { staticPlot: true, responsive: true });
    if (asked) ask(asked);
  };

  L.actions.lens = (button) => {
    const now = document.body.classList.toggle("lens");
    button.classList.toggle("on", now);
    button.setAttribute("aria-pressed", String(now));
    held = waiting = false;
    clear();
    if (now) ask(L.model.start ? [...L.model.start] : [...L.model.whole.slice(0, 2), 0].slice(0, 2));
  };

  /* The surface has changed under it. */
  L.lensAgain = () => {
    if (on() && last) L.setProps("aim", { data: [...last] });
  };

  L.lensDown = (point) => {
    if (!on()) return false;
    held = !held;
    document.body.classList.toggle("lens-held", held);
    ask(point);
    return true;
  };

  document.addEventListener("pointermove", (event) => {
    if (!on() || held || !event.target.closest?.("#contour-stack")) return;
    const point = L.aimed(event);
    if (point) ask(point);
  });
})();
