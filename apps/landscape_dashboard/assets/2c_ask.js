/* The server is asked for what to draw, and what it answers is kept and drawn. */

(() => {
  const L = window.landscape;

  /* The server is asked one question at a time; the newest waits for the answer to the last. A move is asked for at
     once, before Dash has stored it, so that the picture does not wait for that. */
  let asked = "";
  let held = null;
  let waiting = null;
  let flying = false;
  L.refused = null; // what was wrong with the last edit
  L.ask = (question) => {
    const words = JSON.stringify(question);
    if (words === asked || !question.view) return;
    asked = words;
    waiting = question;
    L.busy();
    if (!flying) fly();
  };
  L.forgetAnswers = () => {
    asked = "";
    held = waiting = null;
  };

  async function fly() {
    flying = true;
    while (waiting) {
      const [question, page] = [waiting, document.body.dataset.page];
      waiting = null;
      const answer = await answerTo({ ...question, held });
      if (document.body.dataset.page === page) receive(answer, question.experiment);
    }
    flying = false;
    L.idle();
  }

  async function answerTo(question) {
    const headers = { "Content-Type": "application/json" };
    try {
      const answer = await fetch(L.at("move"), { method: "POST", headers, body: JSON.stringify(question) });
      return answer.ok ? await answer.json() : { problem: await answer.text() };
    } catch {
      asked = "";
      return { problem: "The server does not answer; is it still running?" };
    }
  }

  function redrawn([name, figure]) {
    L.setProps(name, { figure: L.withHeights(name, figure) });
  }

  function receive(answer, experiment) {
    document.body.classList.toggle("stale", Boolean(answer.problem));
    L.complain(answer.problem || L.refused);
    if (answer.problem) {
      const id = JSON.stringify({ at: L.touched, type: "field" });
      if (L.touched) document.getElementById(id)?.classList.add("invalid");
      return;
    }
    if (answer.heights) L.keepHeights(answer.heights);
    const { surface, ...flat } = answer.figures || {};
    Object.entries(flat).forEach(redrawn);
    // Drawing the surface keeps the page busy: the other pictures are seen before.
    if (surface) requestAnimationFrame(() => setTimeout(() => redrawn(["surface", surface]), 0));
    if (answer.figures) L.groundLater = null;
    if (answer.regrounded) {
      L.reground("contour", answer.regrounded.contour);
      L.groundLater = answer.regrounded.surface;
    }
    held = answer.keys;
    const first = L.model === null;
    L.model = decoded(answer);
    if (first) L.frame = answer.frame ?? L.model.steps;
    L.frame = Math.min(L.frame, L.model.steps);
    L.experiment = experiment;
    L.ready();
    L.draw(true);
    L.answered = performance.now();
    L.settle();
    L.lensAgain();
  }

  function decoded(payload) {
    const counted = Int32Array.from({ length: payload.steps + 1 }, (_, i) => i);
    const above = (level) => L.decode(level).map((gap) => gap + payload.minimum);
    const tracks = payload.tracks.map((track) => ({
      ...track,
      path: L.columns(L.decode(track.path)),
      members: track.members && { ...track.members, at: L.decode(track.members.at) },
      value: L.decode(track.value),
      gradient: track.gradient && L.decode(track.gradient),
      level: L.decode(track.level),
      best: track.best ? L.decode(track.best) : above(track.level),
      amount: track.amount ? L.decode(track.amount) : counted,
      metrics: Object.fromEntries(Object.entries(track.metrics).map(([name, packed]) => [name, L.decode(packed)])),
    }));
    const minima = { x: payload.minima.map((point) => point[0]), y: payload.minima.map((point) => point[1]) };
    return { ...payload, tracks, counted, minima };
  }
})();
