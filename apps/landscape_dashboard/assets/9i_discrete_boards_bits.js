/* Strings of bits with their past as a barcode, and sacks: items by value per weight, those chosen against the capacity. */

(() => {
  const L = window.landscape;
  const B = L.boards;

  const WIDEST = 2; // times the capacity are drawn
  const STEEP = 4; // times as dense as the last that fits may be the first, on a plain scale
  const sum = (values) => values.reduce((total, value) => total + value, 0);

  function prepare({ shown }) {
    if (!shown.weights || !shown.values) return { leading: Boolean(shown.leading) };
    const { values, weights, capacity } = shown;
    const order = values.map((_, i) => i).sort((a, b) => values[b] / weights[b] - values[a] / weights[a]);
    return { sack: { values, weights, capacity, order, ...scaled({ values, weights, capacity, order }) } };
  }

  /* How many of the densest items are drawn, and how high: by the root where the first dwarfs the last that fits. */
  function scaled({ values, weights, capacity, order }) {
    const dense = (i) => values[i] / weights[i];
    let [whole, drawn, last] = [0, 0, order[0]];
    for (const i of order) {
      if (whole + weights[i] > WIDEST * capacity && drawn) break;
      if (whole < capacity) last = i;
      whole += weights[i];
      drawn++;
    }
    const most = dense(order[0]);
    const steep = most > STEEP * dense(last);
    return { whole, drawn, most, steep, tall: (i) => (steep ? Math.sqrt(dense(i) / most) : dense(i) / most) };
  }

  function sacked({ values, weights, capacity }, x) {
    const chosen = values.map((_, i) => i).filter((i) => x[i] > 0);
    const weight = sum(chosen.map((i) => weights[i]));
    return { chosen: chosen.length, weight, value: sum(chosen.map((i) => values[i])), overfull: weight > capacity };
  }

  const prefix = (x) => {
    const first = x.findIndex((bit) => !(bit > 0));
    return first < 0 ? x.length : first;
  };

  function told(board) {
    const { fixed, x, problem } = board;
    if (fixed.sack) {
      const all = B.counted(fixed.sack.values.length, "item");
      const { capacity } = fixed.sack;
      if (!x) return { words: `${all}, capacity ${B.whole(capacity)}` };
      const found = sacked(fixed.sack, x);
      const state = found.overfull ? "overfull: weight" : "weight";
      return { ...found, words: `${found.chosen} of ${all}, ${state} ${B.whole(found.weight)} of ${B.whole(capacity)}, value ${B.whole(found.value)}` };
    }
    if (!x) return { words: B.counted(problem.dim, "bit") };
    const ones = Array.from(x).filter((bit) => bit > 0).length;
    const lead = fixed.leading ? `, the first ${prefix(Array.from(x))} in a row` : "";
    return { ones, words: `${ones} of ${B.counted(x.length, "bit")} are one${lead}` };
  }

  /* One row of bits; ones filled. */
  function row(pen, x, { left, top, cell, tall }, one, zero) {
    const gap = cell > 5 ? 1 : 0;
    for (const [bit, colour] of [[0, zero], [1, one]]) {
      if (!colour) continue;
      pen.beginPath();
      for (let i = 0; i < x.length; i++) if ((x[i] > 0 ? 1 : 0) === bit) pen.rect(left + i * cell, top, cell - gap, tall);
      Object.assign(pen, { fillStyle: colour }).fill();
    }
  }

  /* The present string as one strip, and below it what was before, the latest on top. */
  function strip(pen, board) {
    const { x, wide, high, inks, colour, past, fixed } = board;
    const margin = 12;
    const cell = (wide - 2 * margin) / x.length;
    const tall = Math.max(18, Math.min(40, 2 * cell, 0.14 * high));
    const zero = inks.dark ? "#2B323B" : "#E4E7EB";
    row(pen, x, { left: margin, top: margin, cell, tall }, colour, zero);
    let top = margin + tall + 6;
    if (fixed.leading) {
      const end = margin + prefix(Array.from(x)) * cell;
      L.penLine(pen, [[margin, top], [end, top]], inks.ink, 2);
      top += 6;
    }
    if (past.now < 1) return;
    Object.assign(pen, { font: L.net.font(11), fillStyle: inks.dim, textAlign: "left", textBaseline: "top" });
    pen.fillText("before, the latest on top", margin, top);
    top += 18;
    const step = Math.max(2, Math.min(6, Math.floor((high - top - 8) / 60)));
    pen.globalAlpha = 0.6;
    for (let k = past.now - 1; k >= 0 && top + step < high - 6; k--, top += step) {
      row(pen, past.at(k), { left: margin, top, cell, tall: step - (step > 3 ? 1 : 0) }, colour, null);
    }
    pen.globalAlpha = 1;
  }

  /* Many bits: rows of one grid. */
  function grid(pen, board) {
    const { x, wide, high, inks, colour } = board;
    const [across, tall] = [wide - 24, high - 24];
    const columns = Math.ceil(Math.sqrt((x.length * across) / tall));
    const cell = Math.min(across / columns, tall / Math.ceil(x.length / columns));
    const [left, top] = [(wide - cell * columns) / 2, (high - cell * Math.ceil(x.length / columns)) / 2];
    const gap = cell > 5 ? 1 : 0;
    for (let i = 0; i < x.length; i++) {
      pen.fillStyle = x[i] > 0 ? colour : inks.border;
      pen.fillRect(left + (i % columns) * cell, top + Math.floor(i / columns) * cell, cell - gap, cell - gap);
    }
  }

  const label = (pen, board, text, x, y, align = "left", colour = board.inks.dim) => {
    Object.assign(pen, { font: L.net.font(11), fillStyle: colour, textAlign: align, textBaseline: "alphabetic" });
    pen.fillText(text, x, y);
  };

  /* The chosen items beside each other, against the capacity. */
  function filled(pen, board, area) {
    const { fixed: { sack }, x, inks, colour } = board;
    const found = x ? sacked(sack, x) : { weight: 0, overfull: false };
    const most = Math.min(WIDEST * sack.capacity, Math.max(1.12 * sack.capacity, 1.02 * found.weight));
    const per = area.wide / most;
    const end = area.left + per * sack.capacity;
    pen.save();
    L.net.clip(pen, { left: area.left, top: 0, wide: area.wide, high: board.high }, 1);
    Object.assign(pen, { fillStyle: inks.soft });
    pen.fillRect(area.left, area.top, per * sack.capacity, area.tall);
    let at = area.left;
    for (const i of sack.order) {
      if (!(x?.[i] > 0)) continue;
      const wide = per * sack.weights[i];
      pen.fillStyle = B.faint(colour, 0.4 + 0.6 * sack.tall(i));
      pen.fillRect(at, area.top, Math.max(0.5, wide - (wide > 3 ? 1 : 0)), area.tall);
      at += wide;
    }
    if (found.overfull) {
      pen.fillStyle = B.faint(inks.error, 0.3);
      pen.fillRect(end, area.top - 2, at - end, area.tall + 4);
      L.penLine(pen, [[end, area.top + area.tall + 3], [at, area.top + area.tall + 3]], inks.error, 3);
    }
    pen.restore();
    L.penLine(pen, [[end, area.top - 6], [end, area.top + area.tall + 6]], found.overfull ? inks.error : inks.ink, 2);
    const words = found.overfull ? `overfull by ${B.whole(found.weight - sack.capacity)}` : `capacity ${B.whole(sack.capacity)}`;
    label(pen, board, words, Math.max(end + 4, area.left + 190), area.top - 9, "right", found.overfull ? inks.error : inks.dim);
    if (x) label(pen, board, `weight ${B.whole(found.weight)}`, area.left, area.top - 9);
  }

  /* All items: as wide as they are heavy, as high as a unit of their weight is worth; the densest first. */
  function items(pen, board, area) {
    const { fixed: { sack }, x, inks, colour } = board;
    const per = area.wide / sack.whole;
    const bottom = area.top + area.tall;
    let at = area.left;
    for (const i of sack.order.slice(0, sack.drawn)) {
      const wide = per * sack.weights[i];
      const tall = Math.max(2, area.tall * sack.tall(i));
      const chosen = x?.[i] > 0;
      pen.fillStyle = chosen ? colour : inks.soft;
      pen.fillRect(at, bottom - tall, Math.max(0.5, wide - (wide > 3 ? 1 : 0)), tall);
      if (!chosen && wide > 3) {
        Object.assign(pen, { strokeStyle: inks.axis, lineWidth: 1 });
        pen.strokeRect(at + 0.5, bottom - tall + 0.5, wide - 2, tall - 1);
      }
      at += wide;
    }
    const full = Math.min(area.left + per * sack.capacity, area.left + area.wide);
    pen.setLineDash([3, 4]);
    L.penLine(pen, [[full, area.top - 4], [full, bottom]], inks.ink, 1.2);
    pen.setLineDash([]);
    const more = sack.order.length - sack.drawn;
    const height = sack.steep ? "√(value/weight)" : "value/weight";
    const told = [`width: weight, height: ${height}${more ? `; ${more} more` : ""}`, `wide: weight, high: ${height}`, `height: ${height}`];
    pen.font = L.net.font(11);
    label(pen, board, told.find((text) => pen.measureText(text).width <= area.wide) ?? "", area.left, bottom + 16);
  }

  function draw(pen, board) {
    const { wide, high, fixed, x, problem } = board;
    if (fixed.sack) {
      const [left, across] = [14, wide - 28];
      const bar = Math.max(22, Math.min(48, 0.12 * high));
      filled(pen, board, { left, wide: across, top: 30, tall: bar });
      items(pen, board, { left, wide: across, top: 30 + bar + 22, tall: Math.max(20, high - bar - 80) });
      return;
    }
    if (!x) return row(pen, new Float32Array(problem.dim), { left: 12, top: 12, cell: (wide - 24) / problem.dim, tall: 28 }, null, board.inks.border);
    if (x.length > (wide - 24) / 1.5) grid(pen, board);
    else strip(pen, board);
  }

  B.kinds.bits = { prepare, told, draw };
})();
