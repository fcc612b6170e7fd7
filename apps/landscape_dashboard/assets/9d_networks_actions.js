/* The Networks page: what buttons, the rail and the address do to what is asked for. */

(() => {
  const L = window.landscape;
  const N = L.networks;
  const { here, host, chosen, epochAt } = N;
  const NOTHING = () => window.dash_clientside.no_update;

  /* Edits that the server makes: it answers with another state and another rail. */
  let count = 0;
  N.edit = (what) => {
    if (what.do === "fork" || what.do === "weight") N.slot = grown(what);
    L.setProps("net-edit", { data: { ...what, count: ++count } });
  };

  /* The slot of the run that such an edit makes, which is the one to look at then. */
  function grown({ at, frame, do: kind }) {
    const rows = N.state.entrants;
    if (kind === "weight" && rows[at]?.branch?.frame === frame) return rows[at].slot;
    return [...Array(rows.length + 1).keys()].find((slot) => !rows.some((row) => row.slot === slot));
  }

  const again = () => {
    N.words.heads();
    L.draw(true);
  };
  const toggled = (name) => (button) => {
    N.look[name] = !N.look[name];
    button.classList.toggle("on", N.look[name]);
    button.setAttribute("aria-pressed", String(N.look[name]));
    again();
  };
  const usual = { undo: L.actions.undo };
  Object.assign(L.actions, {
    undo: () => {
      if (!here()) return usual.undo();
      L.complain(null);
      L.forget();
      document.body.classList.remove("stale");
      N.forget();
      N.dropDrawn();
      if (N.good) N.edit({ do: "set", content: N.good });
    },
    netFork: (button) => {
      const run = N.found?.runs[Number(button.dataset.value)];
      if (!run) throw new Error("This run is not there yet; wait until it is drawn.");
      N.edit({ do: "fork", at: Number(button.dataset.value), frame: N.found.frames[L.frame] });
      L.say(`Forked at epoch ${epochAt(Math.min(L.frame, N.found.steps - 1))}: give it another rate, or change a weight`);
    },
    netChoose: (button) => {
      N.slot = Number(button.dataset.value);
      again();
    },
    netTest: toggled("test"),
    netSharp: toggled("sharp"),
    netLog: toggled("log"),
  });

  window.addEventListener("resize", () => here() && N.found && requestAnimationFrame(() => L.draw(true)));

  /* A rail that is drawn anew: who used it with the keyboard goes on where they were. */
  let focused = "";
  document.addEventListener("focusin", (event) => {
    focused = event.target.closest?.("#net-rail") ? event.target.id : "";
  });

  /* Small maps in the chips of features. */
  const SMALL = 18;
  function chips() {
    const places = [...document.querySelectorAll("canvas[data-feature]")];
    const names = places.map((canvas) => canvas.dataset.feature);
    const net = L.net.make({ features: names, hidden: [], outputs: 1, classes: 2, activation: "tanh", output: "tanh", norm: "none", blocks: [] });
    const maps = L.net.inputs(net, SMALL);
    places.forEach((canvas, i) => {
      canvas.hidden = !maps;
      if (!maps) return;
      const pen = canvas.getContext("2d");
      const image = pen.createImageData(SMALL, SMALL);
      L.net.tint(new Uint32Array(image.data.buffer), 0, SMALL, SMALL, maps[i], SMALL, L.net.largest(maps[i]), L.net.signed);
      pen.putImageData(image, 0, 0);
    });
  }

  Object.assign(window.dash_clientside.landscape, {
    netAsked: (content) => {
      if (!content || !here()) return NOTHING();
      if (!host("diagram")?.firstChild) {
        N.found = N.good = N.neuron = N.slot = null; // the page was built anew
        N.forget();
        N.dropDrawn();
        N.drawing = null;
        document.querySelector("#time-bar .counter").firstChild.textContent = "epoch ";
      }
      N.ask(content);
      return NOTHING();
    },
    netRailed: () => {
      L.forget();
      const id = focused;
      setTimeout(() => {
        chips();
        N.tools();
        if (N.found) {
          N.words.notes();
          N.words.planar(chosen());
        }
        if (id && document.activeElement === document.body) document.getElementById(id)?.focus({ preventScroll: true });
      }, 0);
      return NOTHING();
    },
    netLook: (measure) => {
      if (measure && N.look.measure !== measure) {
        N.look.measure = measure;
        if (here() && N.found) again();
      }
      return NOTHING();
    },
  });
})();
