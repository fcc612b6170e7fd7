/* The landscape of the chosen problem with the runs of the study, at the same budget as everything else. */

(() => {
  const L = window.landscape;
  const B = L.bench;
  const NEAR = 14; // pixels from a run's dot
  let cancel = null;
  let picked = null; // the run looked at: { slot, run, held }
  let shownKey = "";

  const { here, plot, span, named } = B;
  const place = (...all) => L.race.place(...all);
  const shown = () => B.walks.lanes.filter((lane) => B.only === null || lane.slot === B.only);
  const now = (lane, run) => (L.frame < lane.gone[run] ? place(lane, run, L.frame) : null);

  B.clearWalks = () => {
    B.walks = picked = null;
    shownKey = "";
    const board = document.getElementById("bench-walks");
    board?.getContext("2d").reset();
    document.getElementById("bench-stack")?.classList.add("bare");
  };

  B.askWalks = () => {
    if (!B.found || B.found.empty) return;
    const view = B.look();
    const key = JSON.stringify([B.found.walks, view]);
    if (key === shownKey) return words();
    cancel?.();
    cancel = L.job("benchmark-walks", { query: B.query(), held: plot("contour")?.ground || "", ...view }, {
      done: async (found) => {
        if (found) await show(found, key);
      },
      problem: (text) => {
        if (!here()) return;
        B.clearWalks();
        document.getElementById("bench-said").textContent = text;
        words();
      },
    });
  };

  async function show(found, key) {
    if (!here() || !plot("contour") || !plot("overlay")) return;
    const lanes = found.lanes.map((lane) => {
      const made = { ...lane, points: { ...lane.points, at: L.decode(lane.points.at) } };
      made.lost = lane.gone.map((gone, run) => L.race.lastSeen(made, run, gone));
      return made;
    });
    document.getElementById("bench-stack").classList.remove("bare");
    document.getElementById("bench-said").textContent = "";
    for (const name of ["contour", "overlay"]) {
      const figure = found.figures[name];
      if (figure) await Plotly.react(plot(name), figure.data, figure.layout, plot(name)._context);
    }
    const ground = plot("contour");
    if (!ground || !here()) return;
    B.walks = { ...found, lanes };
    [picked, shownKey] = [null, key];
    ground.ground = found.key;
    if (!ground.watched) ground.on("plotly_afterplot", () => B.drawWalks());
    ground.watched = true;
    instances();
    words();
    B.drawWalks();
    L.pages.benchmark.describe();
    B.settled = performance.now();
  }

  /* Trails of median runs, and a dot for every run. */
  B.drawWalks = () => {
    const board = document.getElementById("bench-walks");
    const layout = plot("contour")?._fullLayout;
    if (!board?.offsetParent || !layout?.xaxis?.d2p || !B.walks || !L.model) return;
    const { xaxis, yaxis } = layout;
    const pen = L.pen(board);
    pen.beginPath();
    pen.rect(xaxis._offset, yaxis._offset, xaxis._length, yaxis._length);
    pen.clip();
    const spot = (point) => point && [xaxis._offset + xaxis.d2p(point[0]), yaxis._offset + yaxis.d2p(point[1])];
    const lanes = shown();
    const trails = lanes.flatMap((lane) => followed(lane).map((run) => [lane, trail(lane, run).map(spot)]));
    for (const [, points] of trails) L.penLine(pen, points, B.walks.inks.halo, 4.5);
    for (const [lane, points] of trails) L.penLine(pen, points, lane.colour, lanes.length > 1 ? 1.8 : 1.3);
    for (const dead of [true, false]) {
      for (const lane of lanes) {
        for (const run of lane.gone.keys()) {
          const point = spot(dead ? L.frame >= lane.gone[run] && lane.lost[run] : now(lane, run));
          if (point) L.penDot(pen, dead ? "x" : lane.marker, point, dead ? 6 : 5, lane.colour, B.walks.inks.panel);
        }
      }
    }
    const lane = picked && B.walks.lanes.find((each) => each.slot === picked.slot);
    const looked = lane && spot(now(lane, picked.run));
    if (looked) L.penDot(pen, "circle", looked, 9, null, B.walks.inks.ink, 2);
    if (picked) words();
  };

  /* Whose trail is drawn: of all optimizers the median run's, of one all of them. */
  function followed(lane) {
    if (picked?.slot === lane.slot) return [picked.run];
    return B.only === lane.slot ? [...lane.gone.keys()] : [lane.middle];
  }

  function trail(lane, run) {
    const end = Math.min(L.frame, lane.gone[run] - 1);
    return Array.from({ length: end + 1 }, (_, frame) => place(lane, run, frame));
  }

  /* Another instance of the same function. */
  function instances() {
    document.getElementById("bench-instance")?.remove();
    const row = B.found.table.rows.find((each) => each.places.includes(B.walks.at));
    if (!row || row.places.length < 2) return;
    const menu = Object.assign(document.createElement("select"), { id: "bench-instance", className: "plain" });
    menu.setAttribute("aria-label", "Instance");
    for (const each of row.places) menu.append(new Option(each.split(":").at(-1), each, false, each === B.walks.at));
    menu.addEventListener("change", () => L.setProps("bench-at", { data: menu.value }));
    document.querySelector("#panel-contour .extra").prepend(menu);
  }

  /* What the panel shows, or of the run looked at. */
  function words() {
    const head = document.getElementById("contour-subtitle");
    if (!head || !B.found || B.found.empty) return;
    if (!B.walks) return head.replaceChildren();
    link();
    const lane = picked && B.walks.lanes.find((each) => each.slot === picked.slot);
    const { title, same, notes, lacking } = B.walks;
    const [kept, all] = same;
    const replayed = all ? (kept === all ? "run again, to the same ends" : `run again: ${kept} of ${all} to the same ends`) : "";
    const alone = B.only !== null && B.bySlot(B.only);
    const usual = [title, ...notes, replayed, ...lacking].filter(Boolean).join(" · ");
    head.title = usual;
    if (lane) return head.replaceChildren(...named(lane), span("run-words", `seed ${lane.seeds[picked.run]}${picked.held ? "" : " · click to hold it"}`));
    head.replaceChildren(...(alone ? [...named(alone), usual] : [usual]));
  }
  B.wordsOfWalks = words;

  /* The same in Race; of one run in Explore. */
  function link() {
    const lane = picked?.held && B.walks.lanes.find((each) => each.slot === picked.slot);
    const text = encodeURIComponent;
    const lanes = B.walks.lanes.slice(0, 8); // as many as Race takes
    const href = lane
      ? L.at(`?surface=${text(B.walks.surface)}&optimizer=${text(lane.text)}&slots=${lane.slot}&start=${lane.starts[picked.run].join(",")}&seed=${lane.seeds[picked.run]}&steps=${Math.max(1, Math.min(5000, lane.steps[picked.run]))}`)
      : L.at(`race?surface=${text(B.walks.surface)}${lanes.map((each) => `&optimizer=${text(each.text)}`).join("")}${lanes.length ? `&slots=${lanes.map((each) => each.slot).join(",")}` : ""}&seeds=${Math.max(3, lanes[0]?.seeds.length || 5)}&budget=${Math.min(50000, Math.max(20, B.walks.budget))}`);
    if (link.href === href) return;
    link.href = href;
    L.setProps("bench-link", { href, children: lane ? "open in Explore →" : "open in Race →" });
  }

  function aimed(event) {
    const gd = plot("contour");
    const layout = gd?._fullLayout;
    if (!layout?.xaxis || !B.walks || !event.target.closest?.("#bench-stack")) return null;
    const box = gd.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left - layout.xaxis._offset, event.clientY - box.top - layout.yaxis._offset];
    return x >= 0 && y >= 0 && x <= layout.xaxis._length && y <= layout.yaxis._length ? { x, y, layout } : null;
  }

  function nearest(aim) {
    let [best, shortest] = [null, NEAR];
    for (const lane of shown()) {
      for (const run of lane.gone.keys()) {
        const point = now(lane, run) || (L.frame >= lane.gone[run] && lane.lost[run]);
        if (!point) continue;
        const far = Math.hypot(aim.layout.xaxis.d2p(point[0]) - aim.x, aim.layout.yaxis.d2p(point[1]) - aim.y);
        if (far < shortest) [shortest, best] = [far, { slot: lane.slot, run }];
      }
    }
    return best;
  }

  function look(next) {
    if (next?.slot === picked?.slot && next?.run === picked?.run && next?.held === picked?.held) return;
    picked = next;
    words();
    B.drawWalks();
  }
  document.addEventListener("pointermove", (event) => {
    if (!here() || !B.walks || picked?.held) return;
    const aim = aimed(event);
    if (aim || picked) look(aim && nearest(aim));
  });
  document.addEventListener("pointerdown", (event) => {
    if (!here() || event.button !== 0) return;
    const aim = aimed(event);
    if (!aim) return;
    const run = nearest(aim);
    const same = run && picked?.held && run.slot === picked.slot && run.run === picked.run;
    look(run && !same ? { ...run, held: true } : null);
  });
})();
