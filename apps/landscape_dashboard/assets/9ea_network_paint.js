/* What the drawings of the Networks page share: colours, canvases that follow their host's size, axes, level lines. */

(() => {
  const L = window.landscape;
  const N = L.net;

  /* As in landscape/theme.py, which a test compares. */
  const INKS = {
    light: {
      panel: "#FFFFFF", ink: "#15191F", dim: "#59626F", soft: "#EEF0F3", border: "#E0E3E8", grid: "#E9EBEF", axis: "#C3C9D1",
      level: "rgba(66,92,122,.34)", halo: "rgba(255,255,255,.92)",
      heights: [[0, "#B4C7DA"], [0.25, "#C9D6E3"], [0.55, "#DEE5EB"], [0.8, "#EFEFEB"], [1, "#FAF6EC"]],
    },
    dark: {
      panel: "#15191F", ink: "#E9ECF1", dim: "#A2ABB8", soft: "#1E242C", border: "#272D36", grid: "#222831", axis: "#3A424E",
      level: "rgba(150,178,208,.24)", halo: "rgba(10,15,22,.85)",
      heights: [[0, "#0C131B"], [0.25, "#141E29"], [0.55, "#1F2B37"], [0.8, "#2B3743"], [1, "#37434E"]],
    },
  };
  const SIGNED = [[0, "#3E77B6"], [0.5, "#F4F4F2"], [1, "#C77A2E"]];
  const CLASSES = ["#3E77B6", "#C77A2E", "#4B9474", "#93689F", "#9A8420", "#4F7F90", "#B0566F", "#6B6F78"];
  const FONT = 'Inter, "Helvetica Neue", Arial, sans-serif';
  N.inks = (theme) => INKS[theme] || INKS.light;
  N.font = (size, weight = 400) => `${weight} ${size}px ${FONT}`;

  const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  const between = (a, b, share) => a.map((value, i) => value + (b[i] - value) * share);
  const css = (colour) => `rgb(${colour.map(Math.round).join()})`;

  /* The colour at a share of a scale [[share, hex], …]. */
  function shade(scale, at) {
    const k = Math.max(1, scale.findIndex(([share]) => share >= at));
    const [[low, from], [high, to]] = [scale[k - 1], scale[k]];
    return between(rgb(from), rgb(to), Math.min(1, Math.max(0, (at - low) / (high - low))));
  }

  const MIDDLE = 255; // the entry of zero in a table of 511 colours
  const packed = ([r, g, b]) => (255 << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r);
  const table = (colourAt, count = 2 * MIDDLE + 1) => Uint32Array.from({ length: count }, (_, i) => packed(colourAt(i / (count - 1))));
  const unpacked = (colour) => `rgb(${colour & 255},${(colour >> 8) & 255},${(colour >> 16) & 255})`;
  N.colourIn = (colours, at) => unpacked(colours[Math.round(at * (colours.length - 1))]);
  N.packedShade = (scale, at) => packed(shade(scale, at));
  N.packedHex = (hex) => packed(rgb(hex));
  N.signed = table((at) => shade(SIGNED, at));
  const WASHED = 0.5; // of the full colours, so that points stand out from the map they lie on
  N.washed = table((at) => between(rgb("#F4F4F2"), shade(SIGNED, at), WASHED));
  N.signedColour = (value, scale = 1) => css(shade(SIGNED, 0.5 + 0.5 * Math.max(-1, Math.min(1, value / scale))));
  N.positive = CLASSES[1];
  N.negative = CLASSES[0];
  N.classColour = (index) => CLASSES[index % CLASSES.length];
  N.classTables = (count) =>
    Array.from({ length: count }, (_, c) => table((at) => between(rgb("#F4F4F2"), rgb(N.classColour(c)), WASHED * at), 256));

  N.largest = (values) => {
    let most = 0;
    for (let k = 0; k < values.length; k++) if (values[k] > most || -values[k] > most) most = Math.abs(values[k]);
    return most;
  };

  /* Values (m, m), row 0 at the bottom, as size × size pixels from `at` on in rows of `wide`; ±scale are the ends. */
  N.tint = (pixels, at, wide, size, values, m, scale, colours) => {
    const by = scale > 0 ? MIDDLE / scale : 0;
    for (let row = 0; row < size; row++) {
      const from = m * (m - 1 - Math.floor(((row + 0.5) * m) / size));
      for (let column = 0; column < size; column++) {
        const value = values[from + (((column + 0.5) * m) / size | 0)] * by + MIDDLE + 0.5;
        pixels[at + row * wide + column] = colours[value > 0 ? (value < 2 * MIDDLE ? value | 0 : 2 * MIDDLE) : value <= 0 ? 0 : MIDDLE];
      }
    }
  };

  /* A canvas of that many pixels, out of sight, with its pixels as numbers. */
  N.sheet = (wide, high) => {
    const board = new OffscreenCanvas(wide, high);
    const pen = board.getContext("2d");
    const image = pen.createImageData(wide, high);
    return { board, wide, high, pixels: new Uint32Array(image.data.buffer), show: () => pen.putImageData(image, 0, 0) };
  };

  /* What a drawing keeps between two calls: { host, board, … }, where `host` fills the element that the page gave.
     `begin` is called once, and again where somebody emptied that element; `draw` follows its size. */
  const kept = new WeakMap();
  N.state = (given, begin, draw) => {
    const known = kept.get(given);
    if (known?.host.parentElement === given) return known;
    known?.sized.disconnect();
    const board = L.made("canvas", { className: "net-board" });
    const host = L.made("div", { className: "net-host" }, board);
    given.replaceChildren(host);
    given.classList.add("net-place");
    const state = { host, board };
    state.sized = new ResizeObserver(() => state.theme && host.clientWidth && draw(state));
    state.sized.observe(host);
    kept.set(given, state);
    begin(state);
    return state;
  };

  /* Whether any of what a drawing hangs on is another than last time. */
  N.changed = (state, parts) => {
    const before = state.hangs;
    state.hangs = parts;
    return parts.length !== before?.length || parts.some((part, i) => part !== before[i]);
  };

  /* A canvas as large as the host, drawn now, shown often. */
  N.layer = ({ host }, paint) => {
    const scale = window.devicePixelRatio || 1;
    const [wide, high] = [host.clientWidth, host.clientHeight].map((side) => Math.max(1, Math.round(side * scale)));
    const board = new OffscreenCanvas(wide, high);
    const pen = board.getContext("2d");
    pen.scale(scale, scale);
    pen.lineJoin = "round";
    paint(pen);
    return board;
  };

  /* From now on the pen draws only in that area. */
  N.clip = (pen, { left, top, wide, high }, beyond = 0) => {
    pen.beginPath();
    pen.rect(left - beyond, top - beyond, wide + 2 * beyond, high + 2 * beyond);
    pen.clip();
  };

  /* At most one drawing per frame of the screen, whatever moves. */
  N.soon = (state, draw) => {
    state.pending ||= requestAnimationFrame(() => {
      state.pending = 0;
      draw(state);
    });
  };

  /* Where a pointer is on the canvas. */
  N.spot = (state, event) => {
    const box = state.board.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  /* Round numbers from low to high, about `count`, and two at least. */
  N.ticks = (low, high, count) => {
    if (!(high > low)) return [low];
    const raw = (high - low) / Math.max(1, count);
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = power * [1, 2, 5, 10].find((s) => s * power >= raw * 0.999);
    const found = [];
    for (let i = Math.ceil(low / step - 1e-9); i <= high / step + 1e-9; i++) found.push(Number((i * step).toPrecision(12)));
    return found.length < 2 && count < 12 ? N.ticks(low, high, count + 1) : found;
  };

  /* Powers of ten from low to high; where there are fewer than two, 1, 2 and 5 of each. */
  N.logTicks = (low, high, count) => {
    const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
    const all = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
    const tens = all.filter((v) => v >= low * 0.999 && v <= high * 1.001);
    if (tens.length > 1) return tens.filter((_, i) => i % Math.ceil(tens.length / count) === 0);
    return all.flatMap((v) => [v, 2 * v, 5 * v]).filter((v) => v >= low * 0.999 && v <= high * 1.001);
  };

  /* A tick in words: a power of ten without its factor. */
  N.tickWritten = (value) => L.written(value).replace("1.0·", "");

  /* Words that stay readable over lines. */
  N.write = (pen, inks, text, x, y) => {
    Object.assign(pen, { strokeStyle: inks.halo, lineWidth: 3, fillStyle: inks.dim });
    pen.strokeText(text, x, y);
    pen.fillText(text, x, y);
  };

  /* Whether time runs. */
  N.playing = () => document.body.classList.contains("playing");

  /* Ticks and numbers of an area { left, top, wide, high } with scales x and y from data to pixels. */
  N.axes = (pen, inks, area, { x, y, xs, ys, grid = false, write = N.tickWritten }) => {
    const bottom = area.top + area.high;
    Object.assign(pen, { font: N.font(11), fillStyle: inks.dim, strokeStyle: grid ? inks.grid : inks.axis, lineWidth: 1 });
    pen.beginPath();
    for (const value of xs) {
      pen.moveTo(Math.round(x(value)) + 0.5, bottom + 4);
      pen.lineTo(Math.round(x(value)) + 0.5, grid ? area.top : bottom);
    }
    for (const value of ys) {
      pen.moveTo(area.left - 4, Math.round(y(value)) + 0.5);
      pen.lineTo(grid ? area.left + area.wide : area.left, Math.round(y(value)) + 0.5);
    }
    pen.stroke();
    Object.assign(pen, { textAlign: "center", textBaseline: "top" });
    for (const value of xs) pen.fillText(write(value), x(value), bottom + 6);
    Object.assign(pen, { textAlign: "right", textBaseline: "middle" });
    for (const value of ys) pen.fillText(write(value), area.left - 7, y(value));
  };

  /* The line where values (rows × columns) pass `level`, added to the pen's path; x and y turn places in the grid into pixels. */
  N.trace = (pen, values, columns, rows, level, x, y) => {
    const cut = (i, j, a, k, l, b) => {
      const share = (level - a) / (b - a);
      return [x(i + (k - i) * share), y(j + (l - j) * share)];
    };
    for (let j = 0; j + 1 < rows; j++) {
      for (let i = 0; i + 1 < columns; i++) {
        const at = j * columns + i;
        const [a, b, c, d] = [values[at], values[at + 1], values[at + columns + 1], values[at + columns]];
        const above = (a > level) + (b > level) + (c > level) + (d > level);
        if (above === 0 || above === 4 || !Number.isFinite(a + b + c + d)) continue;
        const cuts = [];
        if (a > level !== b > level) cuts.push(cut(i, j, a, i + 1, j, b));
        if (b > level !== c > level) cuts.push(cut(i + 1, j, b, i + 1, j + 1, c));
        if (c > level !== d > level) cuts.push(cut(i + 1, j + 1, c, i, j + 1, d));
        if (d > level !== a > level) cuts.push(cut(i, j + 1, d, i, j, a));
        // Where the line passes twice, the mean says which corners belong together.
        if (cuts.length === 4 && (a + b + c + d) / 4 > level !== a > level) cuts.push(cuts.shift());
        for (let k = 0; k < cuts.length; k += 2) {
          pen.moveTo(...cuts[k]);
          pen.lineTo(...cuts[k + 1]);
        }
      }
    }
  };

  /* A scale beside an area: colours from the bottom to the top, and words at shares of its height. */
  N.legend = (pen, inks, { left, top, high }, colourAt, words) => {
    for (let i = 0; i < high; i++) {
      pen.fillStyle = colourAt(1 - i / high);
      pen.fillRect(left, top + i, 8, 1);
    }
    Object.assign(pen, { strokeStyle: inks.axis, lineWidth: 1, fillStyle: inks.dim, font: N.font(11), textAlign: "left" });
    pen.strokeRect(left - 0.5, top - 0.5, 9, high + 1);
    for (const [share, text] of words) {
      pen.textBaseline = share > 0.95 ? "top" : share < 0.05 ? "bottom" : "middle";
      pen.fillText(text, left + 13, top + high * (1 - share));
    }
  };

  /* A small card of words beside a place in the host; no words: none. */
  N.card = (state, text, [x, y] = [0, 0]) => {
    state.card ||= state.host.appendChild(L.made("div", { className: "net-card" }));
    state.card.hidden = !text;
    if (!text) return;
    state.card.textContent = text;
    const [wide, high] = [state.card.offsetWidth, state.card.offsetHeight];
    const left = Math.max(4, Math.min(x + 12, state.host.clientWidth - wide - 4));
    const top = y - high - 10 > 0 ? y - high - 10 : Math.min(y + 16, state.host.clientHeight - high);
    Object.assign(state.card.style, { left: `${left}px`, top: `${top}px` });
  };
})();
