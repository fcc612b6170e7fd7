/* Things at places: queens on a board, facilities at locations, literals of clauses. */

(() => {
  const L = window.landscape;
  const B = L.boards;

  /* A square in the middle of the board: left, top, side. */
  const middle = ({ wide, high }, pad) => {
    const side = Math.min(wide, high) - 2 * pad;
    return { left: (wide - side) / 2, top: (high - side) / 2, side };
  };

  /* --- queens: one in each column, x is its row --- */

  /* Pairs that attack each other. */
  function attacks(x) {
    const found = [];
    for (let i = 0; i < x.length; i++) {
      for (let j = i + 1; j < x.length; j++) if (x[i] === x[j] || Math.abs(x[i] - x[j]) === j - i) found.push([i, j]);
    }
    return found;
  }

  const CROWN = [[-0.34, 0.32], [0.34, 0.32], [0.42, -0.22], [0.17, 0.06], [0, -0.36], [-0.17, 0.06], [-0.42, -0.22]];
  function queen(pen, [x, y], cell, colour, rim) {
    if (cell < 11) return L.penDot(pen, "circle", [x, y], Math.max(1, 0.36 * cell), colour, rim, cell < 6 ? 0 : 1);
    pen.beginPath();
    for (const [a, b] of CROWN) pen.lineTo(x + cell * a, y + cell * b);
    pen.closePath();
    Object.assign(pen, { fillStyle: colour, strokeStyle: rim, lineWidth: Math.max(1, 0.05 * cell) });
    pen.stroke();
    pen.fill();
  }

  B.kinds.board = {
    prepare: ({ shown, dim }) => ({ queens: shown.queens || dim }),
    told: ({ fixed, x }) => {
      if (!x) return { words: `board for ${fixed.queens} queens` };
      const pairs = attacks(x).length;
      return { attacks: pairs, words: `${fixed.queens} queens, ${pairs ? `${B.counted(pairs, "pair")} attacking` : "none attacked"}` };
    },
    draw: (pen, board) => {
      const { fixed: { queens: n }, x, inks, colour } = board;
      const { left, top, side } = middle(board, 10);
      const cell = side / n;
      Object.assign(pen, { fillStyle: inks.dark ? "#1A2027" : "#F5F6F8" }).fillRect(left, top, side, side);
      pen.beginPath();
      for (let i = 0; i < n; i++) for (let j = (i + 1) % 2; j < n; j += 2) pen.rect(left + i * cell, top + j * cell, cell, cell);
      Object.assign(pen, { fillStyle: inks.dark ? "#272F38" : "#DFE3E9" }).fill();
      Object.assign(pen, { strokeStyle: inks.axis, lineWidth: 1 }).strokeRect(left, top, side, side);
      if (!x) return;
      const spot = (i) => [left + (i + 0.5) * cell, top + side - (x[i] + 0.5) * cell];
      const pairs = attacks(x);
      const attacked = new Set(pairs.flat());
      pen.beginPath();
      for (const [i, j] of pairs) {
        pen.moveTo(...spot(i));
        pen.lineTo(...spot(j));
      }
      Object.assign(pen, { strokeStyle: B.faint(inks.error, 0.75), lineWidth: Math.max(1, Math.min(3, 0.08 * cell)) }).stroke();
      for (const i of attacked) L.penDot(pen, "circle", spot(i), Math.max(1.5, 0.46 * cell), inks.panel, inks.error, Math.max(1, Math.min(2.5, 0.07 * cell)));
      for (let i = 0; i < n; i++) queen(pen, spot(i), attacked.has(i) ? 0.82 * cell : cell, colour, inks.panel);
    },
  };

  /* --- quadratic assignment: x[i] is the location of facility i --- */

  function costs({ flows, distances }, x) {
    let all = 0;
    for (let i = 0; i < x.length; i++) for (let j = 0; j < x.length; j++) all += flows[i][j] * distances[x[i]][x[j]];
    return all;
  }

  function placed(pen, board) {
    const { problem: { shown: { places, flows } }, x, inks, colour, wide, high } = board;
    const n = places.length;
    const radius = Math.max(5, Math.min(17, 0.17 * Math.sqrt((wide * high) / n)));
    const { to } = B.fitted(places, wide, high, radius + 10);
    const spots = places.map(to);
    const most = Math.max(...flows.flat());
    for (let i = 0; x && i < n; i++) {
      for (let j = 0; j < i; j++) {
        const flow = Math.max(flows[i][j], flows[j][i]) / most;
        if (!(flow > 0)) continue;
        L.penLine(pen, [spots[x[i]], spots[x[j]]], B.faint(colour, 0.12 + 0.6 * flow), Math.max(0.6, 0.62 * radius * flow));
      }
    }
    Object.assign(pen, { textAlign: "center", textBaseline: "middle" });
    const at = x && Object.fromEntries(Array.from(x, (location, facility) => [location, facility]));
    spots.forEach((spot, location) => {
      L.penDot(pen, "circle", spot, radius, x ? inks.panel : inks.soft, x ? inks.ink : inks.axis, 1.4);
      Object.assign(pen, { fillStyle: x ? inks.ink : inks.dim, font: L.net.font(Math.max(8, Math.min(13, 1.1 * radius)), 600) });
      pen.fillText(String((at ? at[location] : location) + 1), spot[0], spot[1] + 0.5);
    });
  }

  /* What every pair of locations costs, with the facilities that stand there. */
  function permuted(pen, board) {
    const { problem: { shown: { flows, distances } }, x, inks, colour } = board;
    const n = flows.length;
    const { left, top, side } = middle(board, 26);
    const cell = side / n;
    const at = Array.from({ length: n }, (_, i) => i);
    if (x) x.forEach((location, facility) => (at[location] = facility));
    const cost = distances.map((line, a) => line.map((apart, b) => (x ? apart * flows[at[a]][at[b]] : apart)));
    const most = Math.max(...distances.flat()) * (x ? Math.max(...flows.flat()) : 1);
    const gap = cell > 6 ? 1 : 0;
    Object.assign(pen, { fillStyle: inks.soft }).fillRect(left, top, side, side);
    cost.forEach((line, a) => line.forEach((value, b) => {
      pen.fillStyle = B.faint(x ? colour : inks.neutral, Math.sqrt(value / most || 0));
      pen.fillRect(left + b * cell, top + a * cell, cell - gap, cell - gap);
    }));
    Object.assign(pen, { font: L.net.font(Math.max(9, Math.min(11, 0.7 * cell))), fillStyle: inks.dim, textAlign: "center", textBaseline: "middle" });
    const every = Math.ceil(13 / cell);
    at.forEach((facility, location) => {
      if (location % every) return;
      pen.fillText(String(facility + 1), left + (location + 0.5) * cell, top - 9);
      pen.fillText(String(facility + 1), left - 11, top + (location + 0.5) * cell);
    });
    Object.assign(pen, { font: L.net.font(11), textBaseline: "alphabetic" });
    pen.fillText(x ? "cost of pairs of locations, with their facilities" : "distances of locations", left + side / 2, top + side + 16);
  }

  B.kinds.matrix = {
    prepare: () => ({}),
    told: ({ problem: { shown }, x }) => {
      const n = shown.flows.length;
      if (!x) return { words: `${n} facilities and ${n} locations` };
      const cost = costs(shown, x);
      return { cost, words: `${n} facilities at ${n} locations, cost ${Math.round(cost).toLocaleString("en")}` };
    },
    draw: (pen, board) => (board.problem.shown.places ? placed : permuted)(pen, board),
  };

  /* --- clauses: which literals hold --- */

  const holds = (clause, x) => clause.some((literal) => literal && x[Math.abs(literal) - 1] > 0 === literal > 0);

  function variables(pen, board, { left, top, wide, tall }) {
    const { x, problem: { dim }, inks, colour } = board;
    const cell = wide / dim;
    const gap = cell > 4 ? 1 : 0;
    for (let i = 0; i < dim; i++) {
      pen.fillStyle = x?.[i] > 0 ? colour : inks.border;
      pen.fillRect(left + i * cell, top, cell - gap, tall);
    }
  }

  /* The sides of cells by weight. What must hold weighs more than all else together, and would leave nothing of that. */
  function sides({ clauses, weights, hard }) {
    if (!weights) return clauses.map(() => 1);
    const most = Math.max(1e-12, ...weights.filter((_, i) => !hard[i]));
    return weights.map((weight) => Math.max(0.4, Math.min(1, Math.sqrt(weight / most))));
  }

  B.kinds.clauses = {
    prepare: ({ shown }) => ({ clauses: shown.clauses.map((clause) => clause.filter((literal) => literal)), sides: sides(shown) }),
    key: ({ shown }) => (shown.weights ? "larger: heavier" : ""),
    told: ({ fixed, x, problem }) => {
      const all = B.counted(fixed.clauses.length, "clause");
      if (!x) return { words: `${all} over ${B.counted(problem.dim, "variable")}` };
      const open = fixed.clauses.filter((clause) => !holds(clause, x)).length;
      return { unsatisfied: open, words: open ? `${open} of ${all} not satisfied` : `all ${all} satisfied` };
    },
    draw: (pen, board) => {
      const { wide, high, x, fixed: { clauses, sides: shares }, inks, colour } = board;
      const area = { left: 12, top: 26, wide: wide - 24, tall: 16 };
      Object.assign(pen, { font: L.net.font(11), fillStyle: inks.dim, textAlign: "left", textBaseline: "alphabetic" });
      pen.fillText("variables, filled where true", area.left, 18);
      variables(pen, board, area);
      const top = area.top + area.tall + 28;
      pen.fillStyle = inks.dim;
      pen.fillText("clauses", area.left, top - 8);
      const tall = high - top - 10;
      const columns = Math.max(1, Math.ceil(Math.sqrt((clauses.length * area.wide) / tall)));
      const cell = Math.min(area.wide / columns, tall / Math.ceil(clauses.length / columns));
      const usual = cell - Math.max(1, 0.14 * cell);
      clauses.forEach((clause, i) => {
        const inner = shares[i] * usual;
        const [a, b] = [i % columns, Math.floor(i / columns)].map((at, axis) => [area.left, top][axis] + at * cell + (usual - inner) / 2);
        const open = x && !holds(clause, x);
        pen.fillStyle = !x ? inks.border : open ? inks.error : B.faint(colour, 0.28);
        pen.fillRect(a, b, inner, inner);
        if (open && inner > 5) L.penLine(pen, [[a + 0.25 * inner, b + 0.25 * inner], [a + 0.75 * inner, b + 0.75 * inner], null, [a + 0.75 * inner, b + 0.25 * inner], [a + 0.25 * inner, b + 0.75 * inner]], inks.panel, Math.max(1.2, 0.1 * inner));
      });
    },
  };
})();
