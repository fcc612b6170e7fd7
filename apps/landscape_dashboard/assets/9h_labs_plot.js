/* The Labs page: the plot of a sheet. It is drawn once; then time moves the traces that change, without the server. */

(() => {
  const L = window.landscape;
  const N = L.labs;
  const HIGH = [380, 560]; // pixels of a frame before its plot is known, and of a veiled one at most
  const UNDER = 74; // of a window: the time bar, and the edge of the figure
  const VERDICT = 70; // with its gap, as long as it is not there
  const SLACK = 6; // pixels by which a figure may miss its room
  const WIDE = 760; // of a window that is no phone

  const at = (id) => document.getElementById(id);
  const gd = () => L.plot("labs-plot");
  let shown = null; // { picture, frame }

  /* Pixels that the plot has across, and on a wide page those in height that are seen at once, with the time bar. */
  N.room = () => {
    const [main, canvas] = [at("labs-main"), at("labs-canvas")];
    const width = Math.floor(canvas?.clientWidth || 0);
    if (!canvas || innerWidth < WIDE) return { width, height: null };
    const above = canvas.getBoundingClientRect().top + main.scrollTop - at("labs-stale").offsetHeight;
    return { width, height: Math.round(innerHeight - UNDER - above - (at("labs-verdict").hidden ? VERDICT : 0)) };
  };

  /* Whether the words above leave less room than the figure takes, which was not known when it was asked for. */
  const cut = () => N.room().height !== null && shown?.picture.figure.layout.height > N.room().height + SLACK;

  const ready = async () => {
    while (N.here() && (!window.Plotly || !gd())) await new Promise((later) => setTimeout(later, 30));
    return N.here();
  };

  async function show(answer) {
    const { picture } = answer;
    const { data, layout } = picture.figure;
    if (!(await ready()) || N.found !== answer) return;
    shown = { picture, frame: picture.frame };
    const plot = gd();
    plot.parentElement.style.height = `${layout.height}px`;
    fit();
    const clear = { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", dragmode: false, autosize: false };
    await Plotly.react(plot, structuredClone(data), { ...structuredClone(layout), ...clear }, { displayModeBar: false, responsive: false, scrollZoom: false, doubleClick: false });
    if (!plot.clicked) plot.on("plotly_click", clicked);
    plot.clicked = true;
    told(plot, answer);
  }

  /* The frame of the plot; the question over a veiled one has room, and stays near its top. */
  function fit() {
    const high = shown?.picture.figure.layout.height ?? HIGH[0];
    const asks = (at("labs-veil").firstChild?.offsetHeight || 0) + 48;
    at("labs-canvas").style.height = `${N.words.revealed() ? high : Math.max(asks, Math.min(high, HIGH[1]))}px`;
  }

  function told(plot, { title, subtitle, notes }) {
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", `Figure: ${title}. ${subtitle}`);
    const sets = shown.picture.figure.data.map((trace) => trace.meta?.sets).find(Boolean);
    const words = sets && N.lab.parameters.find(({ name }) => name === sets);
    const said = notes.some((note) => /click/i.test(note));
    at("labs-hint").textContent = words && !said ? `A click in the figure sets ${words.label}.` : "";
  }

  /* A dot or cell that stands for a value of a parameter. */
  function clicked({ points }) {
    for (const { data, customdata, pointNumber } of points) {
      const name = data.meta?.sets;
      if (!name || !N.parameter(name)) continue;
      const own = data.customdata;
      const value = customdata ?? (Array.isArray(pointNumber) ? own[pointNumber[0]][pointNumber[1]] : own[pointNumber]);
      if (value === null || value === undefined) continue;
      N.set(name, value);
      return;
    }
  }

  /* Another moment of the sheet, in one call: what a trace does not change is undefined there, and stays. */
  function moment(frame) {
    if (!shown || shown.frame === frame || !gd()?.data) return;
    shown.frame = frame;
    const { moves } = shown.picture;
    const traces = [...new Set(moves.filter(({ trace }) => trace !== undefined).map(({ trace }) => trace))];
    const [update, words] = [{}, {}];
    for (const { trace, annotation, path, values } of moves) {
      const value = values[Math.min(frame, values.length - 1)];
      if (annotation !== undefined) words[`annotations[${annotation}].${path}`] = value;
      else (update[path] ??= Array(traces.length).fill(undefined))[traces.indexOf(trace)] = value;
    }
    if (traces.length) Plotly.restyle(gd(), update, traces);
    if (Object.keys(words).length) Plotly.relayout(gd(), words);
  }

  function clear() {
    shown = null;
    fit();
    if (window.Plotly && gd()?.data) Plotly.react(gd(), [], { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", xaxis: { visible: false }, yaxis: { visible: false } });
  }

  N.plot = { show, moment, clear, fit, cut };
})();
