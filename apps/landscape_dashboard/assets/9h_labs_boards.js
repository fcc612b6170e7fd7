/* The Labs page: boards to draw on. A function is drawn with the pointer, a picture is painted cell by cell or taken
   from an image file, which never leaves this browser but as 576 greys. */

(() => {
  const L = window.landscape;
  const N = L.labs;
  const POINTS = 41; // of a function that is drawn
  const SIDE = 24; // cells of a picture
  const OWN = "own";
  const WORDS = (name) => name.replaceAll("_", " ");

  const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function select(label, names, pick) {
    const menu = L.made("select", { className: "plain labs-select" }, ...[...names, OWN].map((name) => L.made("option", { value: name, textContent: WORDS(name) })));
    menu.setAttribute("aria-label", label);
    menu.addEventListener("change", () => pick(menu.value));
    return menu;
  }

  /* Numbers with spaces, or null where a text is none. */
  function numbers(value) {
    const words = String(value).trim().split(/[\s,]+/).map(Number);
    return words.length > 1 && words.every(Number.isFinite) ? words : null;
  }

  function curve(told) {
    const board = L.made("canvas", { className: "labs-curve", tabIndex: -1 });
    board.setAttribute("role", "img");
    board.setAttribute("aria-label", `${told.label}: draw it with the pointer, or type a formula below`);
    const field = L.made("input", { type: "text", className: "plain labs-formula", autocomplete: "off", spellcheck: false, placeholder: "a formula in x" });
    const clear = L.made("button", { type: "button", className: "button small", textContent: "Clear", onclick: () => N.set(told.name, "") });
    clear.setAttribute("aria-label", `Clear ${told.label}`);
    const menu = select(`${told.label}: named functions`, told.names, (name) => (name === OWN ? field.focus() : N.set(told.name, name)));
    field.addEventListener("change", () => field.value !== N.values[told.name] && N.set(told.name, field.value.trim()));
    let points = null;
    const samples = (value) => numbers(value) || told.drawn?.[value] || N.found?.curves?.[told.name];

    const { low, high } = told;
    const pad = 6;
    const place = (i, y, n) => [(board.clientWidth * i) / (n - 1), pad + ((high - y) / (high - low)) * (board.clientHeight - 2 * pad)];
    function draw() {
      if (!board.clientWidth) return;
      const pen = L.pen(board);
      const zero = place(0, Math.min(high, Math.max(low, 0)), 2)[1];
      L.penLine(pen, [[0, zero], [board.clientWidth, zero]], ink("--border"), 1);
      const shown = points || samples(N.values[told.name]) || [];
      const line = Array.from(shown, (y, i) => (y === null ? null : place(i, Math.min(high, Math.max(low, y)), shown.length)));
      L.penLine(pen, line, ink("--ink"), 2);
    }

    /* From where the pointer was to where it is, every point between. */
    let last = null;
    function mark(event) {
      const box = board.getBoundingClientRect();
      const at = Math.max(0, Math.min(POINTS - 1, Math.round(((event.clientX - box.left) / box.width) * (POINTS - 1))));
      const share = (event.clientY - box.top - pad) / (box.height - 2 * pad);
      const y = Math.max(low, Math.min(high, high - share * (high - low)));
      const [from, before] = last || [at, y];
      const way = Math.sign(at - from) || 1;
      for (let i = from; ; i += way) {
        points[i] = at === from ? y : before + ((y - before) * (i - from)) / (at - from);
        if (i === at) break;
      }
      last = [at, y];
      draw();
    }
    board.addEventListener("pointerdown", (event) => {
      board.setPointerCapture(event.pointerId);
      const now = samples(N.values[told.name]);
      const even = (i) => now?.[Math.round((i / (POINTS - 1)) * (now.length - 1))] ?? 0;
      points = Array.from({ length: POINTS }, (_, i) => even(i));
      last = null;
      mark(event);
    });
    board.addEventListener("pointermove", (event) => points && mark(event));
    for (const name of ["pointerup", "pointercancel"])
      board.addEventListener(name, () => {
        if (!points) return;
        const drawn = points.map((y) => Number(y.toFixed(3))).join(" ");
        points = null;
        N.set(told.name, drawn);
      });

    const follow = (value) => {
      menu.value = told.names.includes(value) ? value : OWN;
      field.value = value;
      requestAnimationFrame(draw);
    };
    const below = [L.made("div", { className: "labs-board" }, board, L.made("div", { className: "labs-tools" }, field, clear))];
    return { head: [menu], below, follow, main: field, draw };
  }

  const hex = (grey) => Math.round(15 * Math.max(0, Math.min(1, grey))).toString(16);
  const PIXELS = "pixels:";

  function greysOf(told, value) {
    if (String(value).startsWith(PIXELS)) return [...value.slice(PIXELS.length)].map((digit) => parseInt(digit, 16) / 15);
    return told.drawn?.[value] || Array(SIDE * SIDE).fill(1);
  }

  /* The middle square of an image file as greys. */
  async function reduced(file) {
    let image = null;
    try {
      image = await createImageBitmap(file);
    } catch {
      throw new Error(`${file.name} is no picture that this browser can read; take a PNG, a JPEG or a WebP.`);
    }
    const side = Math.min(image.width, image.height);
    const board = L.made("canvas", { width: SIDE, height: SIDE });
    const pen = board.getContext("2d");
    Object.assign(pen, { imageSmoothingEnabled: true, imageSmoothingQuality: "high", fillStyle: "#fff" });
    pen.fillRect(0, 0, SIDE, SIDE);
    pen.drawImage(image, (image.width - side) / 2, (image.height - side) / 2, side, side, 0, 0, SIDE, SIDE);
    const { data } = pen.getImageData(0, 0, SIDE, SIDE);
    return Array.from({ length: SIDE * SIDE }, (_, i) => (0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]) / 255);
  }

  function picture(told) {
    const board = L.made("canvas", { className: "labs-picture", width: SIDE, height: SIDE, tabIndex: 0 });
    board.setAttribute("role", "application");
    board.setAttribute("aria-label", `${told.label}: click paints a cell; arrow keys move, Enter paints`);
    let greys = null;
    let cursor = null; // the cell of the keyboard
    let paint = 0;
    const send = () => N.set(told.name, PIXELS + greys.map(hex).join(""));
    const menu = select(`${told.label}: named pictures`, told.names, (name) => (name === OWN ? board.focus() : N.set(told.name, name)));
    const file = L.made("input", { type: "file", accept: "image/*", className: "unseen", tabIndex: -1 });
    file.setAttribute("aria-label", `Image file for ${told.label}`);
    file.addEventListener("change", async () => {
      try {
        if (file.files[0]) greys = await reduced(file.files[0]);
        if (file.files[0]) send();
      } catch (error) {
        N.refused({ problem: error.message, at: told.name });
      }
      file.value = "";
    });
    const load = L.made("button", { type: "button", className: "button small", textContent: "Image file", onclick: () => file.click() });
    const clear = L.made("button", { type: "button", className: "button small", textContent: "Clear", onclick: () => ((greys = Array(SIDE * SIDE).fill(1)), send()) });
    clear.setAttribute("aria-label", `Clear ${told.label}`);

    function draw() {
      const pen = board.getContext("2d");
      const image = pen.createImageData(SIDE, SIDE);
      greys.forEach((grey, i) => image.data.set([255 * grey, 255 * grey, 255 * grey, 255], 4 * i));
      pen.putImageData(image, 0, 0);
      if (!cursor) return;
      pen.fillStyle = "#3F78D8";
      pen.fillRect(cursor[0], cursor[1], 1, 1);
    }
    function touch(event) {
      const box = board.getBoundingClientRect();
      const [column, row] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((share) => Math.floor(share * SIDE));
      if (column < 0 || row < 0 || column >= SIDE || row >= SIDE) return;
      greys[row * SIDE + column] = paint;
      draw();
    }
    let drawing = false;
    board.addEventListener("pointerdown", (event) => {
      board.setPointerCapture(event.pointerId);
      const box = board.getBoundingClientRect();
      const [column, row] = [event.offsetX / box.width, event.offsetY / box.height].map((share) => Math.min(SIDE - 1, Math.floor(share * SIDE)));
      paint = greys[row * SIDE + column] > 0.5 ? 0 : 1; // a light cell becomes ink, a dark one paper
      drawing = true;
      cursor = null;
      touch(event);
    });
    board.addEventListener("pointermove", (event) => drawing && touch(event));
    for (const name of ["pointerup", "pointercancel"])
      board.addEventListener(name, () => {
        if (drawing) send();
        drawing = false;
      });
    const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    board.addEventListener("keydown", (event) => {
      const way = WAYS[event.key];
      if (!way && event.key !== "Enter") return;
      event.preventDefault();
      event.stopPropagation();
      const [column, row] = cursor || [SIDE / 2, SIDE / 2];
      cursor = way ? [column + way[0], row + way[1]].map((at) => Math.max(0, Math.min(SIDE - 1, at))) : [column, row];
      if (!way) {
        greys[row * SIDE + column] = greys[row * SIDE + column] > 0.5 ? 0 : 1;
        send();
      }
      draw();
    });
    board.addEventListener("blur", () => ((cursor = null), draw()));

    const follow = (value) => {
      menu.value = told.names.includes(value) ? value : OWN;
      greys = [...greysOf(told, value)];
      draw();
    };
    const below = [L.made("div", { className: "labs-board" }, board, L.made("div", { className: "labs-tools" }, load, clear, file))];
    return { head: [menu], below, follow };
  }

  N.boards = { curve, picture };
})();
