/* Words and numbers of the Networks page: legend, heads of panels, what is told of runs, plane and data. */

(() => {
  const L = window.landscape;
  const N = L.networks;
  const { shown, chosen, lasting, epochAt } = N;
  const coarse = matchMedia("(pointer: coarse)").matches;
  const span = (name, text = "") => L.made("span", { className: name, textContent: text });

  const MANY = 4; // runs beyond which the legend has no room for test values

  /* Numbers beside the pictures. */
  function legend() {
    for (const box of document.querySelectorAll(".legend")) {
      box.replaceChildren(
        ...shown().map((run) => {
          const item = L.made("button", { className: "legend-item", title: `Show ${run.label} in the diagram and the map` });
          item.dataset.slot = run.slot;
          item.dataset.action = "netChoose";
          item.dataset.value = run.slot;
          item.style.setProperty("--entrant", run.color);
          item.append(span(`chip ${run.marker}`), span("legend-name", run.label), span("legend-value"));
          return item;
        }),
      );
    }
    const panels = document.getElementById("panels");
    panels?.classList.toggle("no-runs", !shown().length);
    panels?.classList.toggle("partly", N.found.partly);
    panels?.classList.toggle("no-plane", !N.found.plane);
  }

  const percent = (share) => (Number.isFinite(share) ? `${(100 * share).toFixed(share < 1 ? 1 : 0)} %` : "–");
  const written = (value) => (N.look.measure === "accuracy" ? percent(value) : L.written(value));
  function said(run, frame) {
    if (run.gone !== null && frame >= run.gone) return `diverged at ${epochAt(run.gone)}`;
    const [train, test] = N.look.measure === "accuracy" ? [run.accuracy, run.test_accuracy] : [run.loss, run.test_loss];
    return written(train[frame]) + (shown().length > MANY ? "" : ` · test ${written(test[frame])}`);
  }

  function values() {
    const run = chosen();
    for (const item of document.querySelectorAll("#networks .legend-item")) {
      const each = N.found.runs.find((other) => other.slot === Number(item.dataset.slot));
      if (!each) continue;
      const value = item.querySelector(".legend-value");
      const text = said(each, L.frame);
      if (value.textContent !== text) value.textContent = text;
      value.classList.toggle("warning", each.gone !== null && L.frame >= each.gone);
      item.classList.toggle("current", each === run);
      item.setAttribute("aria-pressed", String(each === run));
    }
    mapped();
    planar(run);
    broken(run);
  }

  /* How good a run is by now: the share of rows that are right; of numbers to be met how much of their spread is explained. */
  function quality(run) {
    const at = lasting(run, L.frame);
    if (N.found.network.classes) return `${percent(run.accuracy[at])} right, test ${percent(run.test_accuracy[at])}`;
    const { label, train } = N.found.points;
    const explained = (loss, rows) => {
      const mean = rows.reduce((sum, each) => sum + each, 0) / rows.length;
      const spread = rows.reduce((sum, each) => sum + (each - mean) ** 2, 0) / rows.length;
      return L.written(1 - (2 * loss) / spread); // a squared loss is half the mean square
    };
    return `R² ${explained(run.loss[at], label.slice(0, train))}, test ${explained(run.test_loss[at], label.slice(train))}`;
  }

  /* Above the map: whose output it is, or which neuron's; and how much of it is right. */
  function mapped() {
    if (!N.found) return;
    const run = chosen();
    const right = run ? quality(run) : "";
    const [layer, neuron] = N.neuron || [];
    const last = N.found.network.widths.length - 1;
    const which = layer === 0 ? `input ${neuron + 1}` : layer === last ? "output" : `layer ${layer}, neuron ${neuron + 1}`;
    N.put("decision-subtitle", N.neuron ? which : N.found.points.plane ? right || "train ●, test ○" : "no map: these data are not in a plane");
  }

  /* What the plane shows of the path, and how far it is from the truth at this moment. */
  function planar(run) {
    const { plane } = N.found;
    if (!plane) return N.put("landscape-subtitle", "computing the plane of the paths …");
    const at = run ? lasting(run, L.frame) : 0;
    const truth = run?.loss[at];
    const known = run && Number.isFinite(truth);
    const both = known ? `true loss ${L.written(truth)}, on the plane ${L.written(run.on_plane[at])}` : "";
    N.put("net-plane-told", [plane.told, known ? `At this epoch the ${both}, ${L.written(run.off[at])} away from it.` : ""].join(" "));
    N.put("landscape-subtitle", [plane.about, both].filter(Boolean).join(" · "));
  }

  /* A run that broke off: why, in words, while its last numbers stay on the picture. */
  function broken(run) {
    const gone = run && run.gone !== null && L.frame >= run.gone;
    const place = document.getElementById("net-broken");
    if (!place) return;
    place.hidden = !gone;
    document.getElementById("panel-diagram")?.classList.toggle("broken", Boolean(gone));
    if (gone) N.put("net-broken", `${run.told} The picture shows epoch ${epochAt(lasting(run, L.frame))}.`);
  }

  function heads() {
    const run = chosen();
    const head = document.getElementById("diagram-subtitle");
    if (head && run) {
      const chip = span(`chip ${run.marker}`);
      chip.style.setProperty("--entrant", run.color);
      head.replaceChildren(chip, span("entrant-name", run.label), coarse ? "tap a neuron to see its map, a link to edit its weight" : "hover a neuron to see its map, click a link to edit its weight");
    } else if (head) head.textContent = "the weights that every run starts from";
    N.put("curves-subtitle", N.look.measure === "loss" ? `train solid, test dashed · ${N.found.network.loss.replace(/^squared$/, "squared loss")}` : "train solid, test dashed · share of rows that are right");
    N.put("phone-name", N.found.name);
    N.put("phone-detail", `${N.found.start.length} weights, ${shown().length} run${shown().length === 1 ? "" : "s"} of ${N.found.epochs.at(-1)} epochs`);
    document.querySelectorAll("#net-measure, [data-action=netSharp], [data-action=netMatrix]").forEach((each) => each.classList.toggle("off", !N.found.network.classes));
  }

  function notes() {
    for (const place of document.querySelectorAll("#net-rail .entrant-note")) {
      const run = N.found?.runs.find((each) => each.slot === Number(place.dataset.slot));
      place.replaceChildren(...(run?.told ? [`${run.told} `] : []));
      place.classList.toggle("calm", Boolean(run?.told) && run.gone === null);
      const rate = N.state?.entrants?.[place.dataset.index]?.parameters?.learning_rate;
      if (!run || run.gone === null || typeof rate !== "number") continue;
      const remedy = L.made("button", { textContent: "Halve the learning rate" });
      remedy.dataset.action = "halve";
      remedy.dataset.value = place.dataset.index;
      place.append(remedy);
    }
    const told = document.getElementById("net-data-told");
    if (told && N.found?.points.told) told.textContent = N.found.points.told;
  }

  const told = () =>
    N.found &&
    `Epoch ${epochAt(L.frame)} of ${N.found.epochs.at(-1)}. ${shown().map((run) => `${run.label}: ${run.gone !== null && L.frame >= run.gone ? run.told : `loss ${L.spoken(run.loss[L.frame])}, test ${L.spoken(run.test_loss[L.frame])}`}`).join("; ") || "No run yet"}.`;

  Object.assign(N.words, { legend, values, mapped, planar, heads, notes, told });
})();
