/* The Networks page: data of one's own, from a file, a paste or drawn points; and sessions from files. */

(() => {
  const L = window.landscape;
  const N = L.networks;
  const LARGEST = 2_000_000; // bytes of a file
  const KEPT = "landscape-own-data"; // where this browser remembers the last of them
  const NAMES = ["−", "+"];
  let own = null; // { word } and what it stands for: the text of a table, points, or the file of a session

  function remember(made) {
    own = made;
    try {
      localStorage.setItem(KEPT, JSON.stringify(own));
    } catch {
      // too much for this browser: a link works as long as the page is open
    }
  }

  /* The server keeps nothing for anybody: what it does not know any more is sent again. */
  N.resend = async (word) => {
    try {
      own ??= JSON.parse(localStorage.getItem(KEPT));
    } catch {
      own = null;
    }
    if (own?.word !== word) return false;
    const [route, content] = own.file ? ["networks-open", { text: own.file }] : ["networks-own", { text: own.text, points: own.points }];
    return !(await N.post(route, content, false)).problem;
  };

  /* Data that were read become the data set, unless they are not wanted any more; what was left out is told. */
  async function take(content, wanted = () => true) {
    const answer = await N.post("networks-own", content, false);
    if (answer.problem) throw new Error(answer.problem);
    if (!wanted()) return answer;
    remember({ word: answer.word, ...content });
    N.edit({ do: "own", word: answer.word, columns: answer.columns, classes: answer.classes });
    return answer;
  }

  async function file(picked, largest = LARGEST) {
    if (picked.size > largest) throw new Error(`${picked.name} is larger than ${largest / 1e6} MB; take fewer rows.`);
    return picked.text();
  }

  function pick(accept, then) {
    const picker = L.made("input", { type: "file", accept });
    picker.addEventListener("change", () => picker.files[0] && then(picker.files[0]).catch((error) => L.complain(error.message)));
    picker.click();
  }

  async function csv(picked) {
    const answer = await take({ text: await file(picked) });
    L.say(answer.told || `${answer.rows} rows read`);
  }

  async function session(picked) {
    const text = await file(picked, LARGEST);
    const answer = await N.post("networks-open", { text }, false);
    if (answer.problem) throw new Error(answer.problem);
    if (answer.own) remember({ word: answer.own, file: text });
    N.edit({ do: "set", content: answer.content });
  }

  /* A file that is dropped on the page: a session, or else rows of data. */
  const carries = (event) => N.here() && event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    const [dropped] = event.dataTransfer.files;
    if (dropped) (/\.json$/i.test(dropped.name) ? session : csv)(dropped).catch((error) => L.complain(error.message));
  });

  /* Pasted rows: what is wrong with them is told below the field, and they stay in it. */
  function paste() {
    L.dialog("net-paste", "Your own data", (dialog) => {
      const field = L.made("textarea", { className: "plain", rows: 10, placeholder: "x,y,label\n0.5,1.2,a\n-1.4,0.3,b", spellcheck: false });
      field.setAttribute("aria-label", "Rows of numbers, the label last");
      const wrong = L.made("p", { className: "net-wrong" });
      wrong.setAttribute("role", "alert");
      const send = L.made("button", { className: "button strong", textContent: "Use these rows" });
      send.addEventListener("click", async () => {
        wrong.textContent = "";
        try {
          const answer = await take({ text: field.value });
          dialog.close();
          L.say(answer.told || `${answer.rows} rows read`);
        } catch (error) {
          wrong.textContent = error.message;
        }
      });
      const words = "Comma-separated rows with a header; the last column is the label: words for classes, or numbers to be met.";
      return [L.made("p", { className: "dim", textContent: words }), field, wrong, send];
    });
  }

  /* Drawing: a click on the map adds a point of the class that is picked, Shift or the eraser takes the nearest away.
     Points are seen at once; the runs wait until the hand rests, since another number of rows is another program. */
  const NEAR = 0.7; // in data coordinates
  const REST = 700; // milliseconds
  const digits = (number) => Number(number.toPrecision(5));
  const numeric = (name) => Number(String(name).replace("−", "-"));
  const classesOf = () => (N.found.points.labels.length ? N.found.points.labels : NAMES);
  const placeOf = (label) => (N.found.network.classes > 2 ? label : label > 0 ? 1 : 0);
  const labelOf = (place) => (N.found.network.classes > 2 ? place : place ? 1 : -1);

  /* Points as rows (x, y, name of the class): words stay words, numbers numbers. */
  function rows() {
    const { x, y, label } = N.found.points;
    const names = classesOf().map((name) => (Number.isNaN(numeric(name)) ? name : numeric(name)));
    return Array.from(x, (each, i) => [each, y[i], names[placeOf(label[i])]]);
  }

  let resting = 0;
  let sending = Promise.resolve(); // one after the other, so that the newest points come last
  let drawn = null; // { points, on, word }: what no picture holds yet, on data of those names; the word it was sent as
  function redraw(points) {
    drawn = { points, on: drawn ? [...drawn.on, drawn.word] : [N.good.surface.parameters.data] };
    N.found.points = { ...N.found.points, ...points };
    L.draw(true);
    clearTimeout(resting);
    resting = setTimeout(() => (sending = sending.then(send).catch((error) => L.complain(error.message))), REST);
  }
  const wanted = () => N.here() && [...(drawn?.on || []), drawn?.word].includes(N.state.surface.parameters.data);
  async function send() {
    const sent = drawn;
    if (!wanted()) return;
    try {
      const { word } = await take({ points: rows() }, wanted);
      if (drawn === sent) drawn.word = word;
      else drawn?.on.push(word); // more was drawn meanwhile
    } catch (error) {
      if (drawn === sent) N.dropDrawn(); // the next picture is without them
      throw error;
    }
  }

  /* An answer about what was asked before takes no drawn point away; other data end the drawing. */
  N.keepDrawn = (content) => {
    if (drawn?.on.includes(content.surface.parameters.data)) N.found.points = { ...N.found.points, ...drawn.points };
    else N.dropDrawn();
  };
  N.dropDrawn = () => {
    drawn = null;
    clearTimeout(resting);
  };

  let shift = false;
  document.addEventListener("pointerdown", (event) => (shift = event.shiftKey), true);
  N.clicked = (x, y) => {
    const { points } = N.found;
    const [xs, ys, labels] = [Array.from(points.x), Array.from(points.y), Array.from(points.label)];
    let train = points.train;
    if (N.drawing.erase || shift) {
      const far = xs.map((each, i) => Math.hypot(each - x, ys[i] - y));
      const nearest = far.indexOf(Math.min(...far));
      if (!(far[nearest] < NEAR)) return;
      for (const list of [xs, ys, labels]) list.splice(nearest, 1);
      if (nearest < train) train -= 1;
    } else {
      xs.unshift(digits(x));
      ys.unshift(digits(y));
      labels.unshift(labelOf(N.drawing.index));
      train += 1;
    }
    redraw({ x: Float32Array.from(xs), y: Float32Array.from(ys), label: Float32Array.from(labels), train });
  };

  const tools = (N.tools = () => {
    const place = document.getElementById("net-tools");
    if (!place) return;
    place.hidden = !N.drawing;
    document.querySelector("[data-action=netDraw]")?.setAttribute("aria-pressed", String(Boolean(N.drawing)));
    if (!N.drawing) return place.replaceChildren();
    const tool = (text, label, on, press) => {
      const button = L.made("button", { className: "toggle", textContent: text, title: label, onclick: () => (press(), tools()) });
      button.setAttribute("aria-label", label);
      button.setAttribute("aria-pressed", String(on));
      return button;
    };
    const { index, erase } = N.drawing;
    place.replaceChildren(
      L.made("span", { className: "dim", textContent: "click adds" }),
      ...classesOf().map((name, i) => tool(String(name).replace(/^-/, "−"), `Add points of class ${name}`, !erase && index === i, () => (N.drawing = { index: i, erase: false }))),
      tool("erase", "Click takes the nearest point away", erase, () => (N.drawing = { index, erase: true })),
      tool("clear", "Take all points away but two of each class", false, clear),
      tool("done", "No more points", false, () => draw(false)),
    );
  });

  /* Data need rows of each class to learn from: two of each stay. */
  function clear() {
    const { x, y, label } = N.found.points;
    const kept = [...new Set(label)].flatMap((each) => Array.from(label.keys()).filter((i) => label[i] === each).slice(0, 2));
    const [xs, ys, labels] = [x, y, label].map((list) => Float32Array.from(kept, (i) => list[i]));
    redraw({ x: xs, y: ys, label: labels, train: kept.length });
  }

  function draw(on) {
    N.drawing = on ? { index: 1, erase: false } : null;
    document.getElementById("networks")?.classList.toggle("drawing", on);
    tools();
    if (N.found) L.draw(true);
  }

  Object.assign(L.actions, {
    netUpload: () => pick(".csv,.txt,.tsv,text/csv", csv),
    netOpen: () => pick(".json,application/json", session),
    netPaste: paste,
    netDraw: () => {
      if (!N.found) return;
      if (!N.drawing && !N.found.network.classes) throw new Error("Points are drawn for classes; choose a set with classes first.");
      if (!N.drawing && !N.found.points.plane) throw new Error("These data are not in a plane; choose a set with two columns first.");
      if (!N.drawing) document.getElementById("panels").dataset.view = "decision";
      document.body.classList.remove("rail-open");
      draw(!N.drawing);
    },
  });
})();
