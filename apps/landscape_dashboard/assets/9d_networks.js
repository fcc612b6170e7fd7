/* The Networks page: asks for what its state describes, keeps the time, and draws four views of the same moment. */

(() => {
  const L = window.landscape;
  const N = (L.networks = {
    found: null, // the last valid answer, decoded
    state: null, // what was asked for last
    good: null, // the state of what is shown
    slot: null, // of the run in the diagram and the map
    neuron: null, // [layer, neuron] whose map is shown
    look: { test: false, sharp: false, measure: "loss", log: true },
  });
  const SLOW = 60; // milliseconds between two drawings of plane and curves that cost more than a frame has

  const here = () => L.here("networks");
  const theme = () => document.documentElement.dataset.theme || "light";
  const host = (name) => document.getElementById(`net-${name}`);
  const seen = (element) => Boolean(element && element.clientWidth > 20 && element.clientHeight > 20);
  N.put = (id, text) => {
    const place = document.getElementById(id);
    if (place && place.textContent !== text) place.textContent = text;
  };

  const shown = () => N.found.runs.filter((run) => !run.hidden);
  const chosen = () => N.found?.runs.find((run) => run.slot === N.slot && !run.hidden) || (N.found && shown()[0]);
  const epochAt = (frame) => N.found.epochs[Math.min(frame, N.found.epochs.length - 1)];

  /* Of a run that diverged the last moment with numbers. */
  const lasting = (run, frame) => (run.gone === null ? frame : Math.min(frame, Math.max(run.gone - 1, 0)));
  function weightsOf(run, frame) {
    if (!run) return N.found.start;
    const d = N.found.start.length;
    const at = lasting(run, frame) * d;
    return run.weights.subarray(at, at + d);
  }

  const look = () => {
    const box = host("landscape");
    // On a phone the panel may not be shown yet: then what it will be.
    return { theme: theme(), aspect: seen(box) ? L.net.aspect(box) : (innerWidth - 148) / 326 };
  };

  /* One question at a time; the newest waits for the answer to the last, unless that is a long job, which ends. */
  let asked = "";
  let waiting = null; // { content, moving }: while a slider moves a coarser plane will do
  let finer = 0;
  let flying = false;
  let cancel = null;
  const REST = 250; // milliseconds without a move after which the fine plane is asked for
  function ask(content, moving = false) {
    const question = JSON.stringify([content, theme()]);
    if (question === asked) return;
    N.state = content;
    asked = question;
    waiting = { content, moving };
    clearTimeout(finer);
    cancel?.();
    cancel = null;
    L.busy();
    if (!flying) fly();
  }

  async function fly() {
    flying = true;
    while (waiting) {
      const { content, moving } = waiting;
      waiting = null;
      const answer = await post("networks-move", { content, moving, ...look() });
      if (!here()) break;
      if (answer.long !== undefined && !waiting) long(content, answer.long);
      else if (answer.long === undefined) await receive(answer, content);
      if (moving && answer.plane && !waiting) finer = setTimeout(() => refine(content), REST);
    }
    flying = false;
    if (!cancel) L.idle();
  }

  function refine(content) {
    if (!here() || content !== N.state || waiting || cancel) return;
    waiting = { content, moving: false };
    if (!flying) fly();
  }

  async function post(route, body, again = true) {
    const headers = { "Content-Type": "application/json" };
    try {
      const send = () => fetch(L.at(route), { method: "POST", headers, body: JSON.stringify(body) });
      const answer = await send().catch(send); // a connection that was kept may be gone
      if (!answer.ok) asked = "";
      const made = answer.ok ? await answer.json() : { problem: `The server failed (${answer.status}); try again, its log says why.` };
      if (!made.missing || !again || !(await N.resend?.(made.missing))) return made;
      return post(route, body, false);
    } catch {
      asked = "";
      return { problem: "The server does not answer; is it still running?" };
    }
  }

  /* What takes longer than a glance is a job: told before, shown as it grows, and stopped by its button. */
  function long(content, seconds) {
    if (seconds >= 4) L.say(`This takes about ${seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`}`);
    const mine = L.job("networks", { content, ...look() }, {
      // Without a plane it would take away more than it brings, but where there is no whole picture yet.
      part: (answer) => here() && content === N.state && (answer.plane || !N.found?.plane) && receive(answer, content),
      done: (answer) => here() && content === N.state && receive(answer, content),
      problem: (text) => here() && receive({ problem: text }, content),
      cancelled: () => {
        asked = "";
        L.say(N.good === content ? "Stopped; what was ready is shown" : "Stopped; the last picture is shown");
      },
      ended: () => {
        if (cancel === mine) cancel = null;
      },
    });
    cancel = mine;
  }

  async function receive(answer, content) {
    document.body.classList.toggle("stale", Boolean(answer.problem));
    L.complain(answer.problem || null);
    if (answer.problem) return mark();
    while (here() && !seen(host("diagram"))) await new Promise((later) => setTimeout(later, 30));
    if (!here()) return;
    const before = N.found && { frame: L.frame, last: L.model?.steps, epoch: epochAt(L.frame) };
    N.found = decoded(answer);
    [N.good, L.experiment] = [content, content];
    N.net = L.net.make(N.found.network, N.found.points);
    N.keepDrawn(content);
    if (N.neuron && !(N.neuron[0] < N.found.network.widths.length && N.neuron[1] < N.found.network.widths[N.neuron[0]])) N.neuron = null;
    L.model = N.found;
    L.frame = placed(before, content);
    L.makeScrub();
    N.words.legend();
    N.words.notes();
    N.words.heads();
    L.draw(true);
    L.answered = performance.now();
    L.settle();
  }

  /* The moment stays: the same epoch, or the end where time stood there. */
  function placed(before, content) {
    const last = N.found.steps;
    if (!before) return content.frame === null || content.frame === undefined ? last : first(N.found.frames, content.frame);
    return before.frame >= before.last ? last : first(N.found.epochs, before.epoch);
  }
  function first(numbers, least) {
    const at = numbers.findIndex((each) => each >= least);
    return at < 0 ? N.found.steps : at;
  }

  const mark = () => {
    if (L.touched) document.getElementById(JSON.stringify({ at: L.touched, type: "field" }))?.classList.add("invalid");
  };

  const NUMBERS = ["weights", "loss", "test_loss", "accuracy", "test_accuracy", "path", "off", "on_plane"];
  function decoded(answer) {
    const unpacked = (packed) => (packed?.bdata === undefined ? packed : L.decode(packed));
    const each = (object, names) => ({ ...object, ...Object.fromEntries(names.filter((name) => object[name]).map((name) => [name, unpacked(object[name])])) });
    const epochs = unpacked(answer.epochs);
    return {
      ...answer,
      start: unpacked(answer.start),
      epochs,
      frames: unpacked(answer.frames),
      points: each(answer.points, ["x", "y", "label"]),
      runs: answer.runs.map((run) => ({ ...each(run, NUMBERS), epochs })),
      plane: answer.plane && each(answer.plane, ["u", "v", "heights"]),
    };
  }

  /* One moment in four views. While it plays, plane and curves may lag behind the network. */
  let late = 0;
  let next = 0;
  function paint() {
    if (!N.found || !here()) return;
    network();
    if (performance.now() >= next) rest();
    else late ||= setTimeout(rest, next - performance.now());
    N.words.values();
    queueMicrotask(time);
  }
  function rest() {
    clearTimeout(late);
    late = 0;
    if (!N.found || !here()) return;
    const began = performance.now();
    if (seen(host("landscape")) && N.found.plane) L.net.landscape(host("landscape"), N.found.plane, N.found.runs, L.frame, theme());
    const { measure, log } = N.look;
    if (seen(host("curves"))) L.net.curves(host("curves"), N.found.runs, L.frame, theme(), { measure, log: log && measure === "loss", seek: L.jump });
    const ended = performance.now();
    next = ended - began > 8 ? ended + Math.max(SLOW, 2 * (ended - began)) : 0;
  }

  const playing = () => document.body.classList.contains("playing");
  function network() {
    const run = chosen();
    const weights = weightsOf(run, L.frame);
    const resolution = L.net.resolution(N.net, playing());
    if (seen(host("diagram"))) {
      L.net.diagram(host("diagram"), N.net, weights, theme(), {
        hover: (layer, neuron) => looked(layer === null || layer === undefined ? null : [layer, neuron]),
        edit: (index, value) => run && N.edit({ do: "weight", at: N.found.runs.indexOf(run), frame: N.found.frames[L.frame], weight: index, value }),
        preview: (tried) => decision(tried || weightsOf(chosen(), L.frame), L.net.resolution(N.net, false)),
        resize: (layer, by) => N.edit({ do: "neurons", at: layer, by }),
        chosen: N.neuron,
        resolution,
        fixed: !run,
      });
    }
    decision(weights, resolution);
    N.drawMatrix(weights);
  }

  function decision(weights, resolution) {
    if (!seen(host("decision"))) return;
    L.net.decision(host("decision"), N.net, weights, N.found.points, theme(), {
      neuron: N.neuron,
      showTest: N.look.test,
      discretize: N.look.sharp,
      labels: N.found.points.labels,
      clicked: N.drawing ? (x, y) => N.clicked(x, y) : undefined,
      resolution,
    });
  }

  function looked(neuron) {
    if (String(neuron) === String(N.neuron)) return;
    N.neuron = neuron;
    if (!N.found) return;
    decision(weightsOf(chosen(), L.frame), L.net.resolution(N.net, playing()));
    N.words.mapped();
  }

  /* Time here is counted in epochs. */
  function time() {
    const box = document.querySelector("#time-bar .counter");
    if (!box || !N.found) return;
    const [now, all] = [epochAt(L.frame), N.found.epochs.at(-1)];
    box.firstChild.textContent = "epoch ";
    N.put("frame-number", now.toLocaleString("en"));
    N.put("frame-total", ` / ${all.toLocaleString("en")}`);
    const range = document.querySelector("#scrub input");
    range?.setAttribute("aria-label", "Epoch");
    range?.setAttribute("aria-valuetext", `epoch ${now} of ${all}`);
  }

  /* What the address holds: the session, and the moment unless it is the end. */
  function query() {
    if (!N.found) return null;
    return `${N.found.url}${L.frame < N.found.steps ? `&frame=${N.found.frames[L.frame]}` : ""}`;
  }

  L.pages.networks = {
    query,
    told: () => N.words.told(),
    paint,
    rest: () => {
      network();
      rest();
    },
    sliders: { store: "net-asked", ask: (content) => ask(content, true) },
  };

  /* The page was built anew, or shall be asked again what it was asked last. */
  const forget = () => (asked = "");
  Object.assign(N, { ask, forget, here, host, post, shown, chosen, lasting, epochAt, words: {} });
})();
