/* Graphs: colourings, where edges within a colour are conflicts, and cuts, where edges between the sides are what counts:
   the heavier an edge the wider, and dashed where cutting it costs. */

(() => {
  const L = window.landscape;
  const B = L.boards;
  const BEND = 1.2; // times the distance of near nodes stands the middle of a bow from the edge
  const LEVELS = 4; // widths of edges by weight
  const PIECE = 12; // edges of one stroke: a path that crosses itself often takes long

  function prepare({ shown }) {
    const { places, edges, weights } = shown;
    const apart = places.map((here, i) => Math.min(...places.map((there, j) => (i === j ? Infinity : Math.hypot(here[0] - there[0], here[1] - there[1])))));
    apart.sort((a, b) => a - b);
    const near = apart[apart.length >> 2]; // most nodes are farther from the next one
    const most = Math.max(...(weights || []).map(Math.abs), 1e-12);
    const made = edges.map(([a, b], i) => {
      const weight = weights ? weights[i] : 1;
      return { a, b, weight, costs: weight < 0, wide: weights ? Math.max(LEVELS / 2, Math.ceil((LEVELS * Math.abs(weight)) / most)) / LEVELS : 1, bent: passes(places, a, b, 0.3 * near) };
    });
    return { places, edges: made, cut: Boolean(shown.cut), near };
  }

  /* Whether an edge goes through another node: it is bent, so that it is not taken for two edges. */
  function passes(places, a, b, within) {
    const [[x, y], [u, v]] = [places[a], places[b]];
    const [dx, dy] = [u - x, v - y];
    const square = dx * dx + dy * dy;
    for (let i = 0; i < places.length; i++) {
      if (i === a || i === b) continue;
      const [p, q] = [places[i][0] - x, places[i][1] - y];
      const along = (p * dx + q * dy) / square;
      if (along > 0 && along < 1 && Math.abs(p * dy - q * dx) < within * Math.sqrt(square)) return true;
    }
    return false;
  }

  /* The edges that a solution marks: conflicts of a colouring, or the cut. */
  const marked = ({ edges, cut }, x) => edges.filter(({ a, b }) => (x[a] !== x[b]) === cut);

  function told(board) {
    const { fixed, x, problem } = board;
    const graph = `${B.counted(fixed.places.length, "node")}, ${B.counted(fixed.edges.length, "edge")}`;
    if (!x) return { words: `graph of ${graph}` };
    const found = marked(fixed, x);
    const count = found.length;
    if (fixed.cut) {
      const one = x.reduce((sum, side) => sum + (side > 0), 0);
      const weight = found.reduce((sum, each) => sum + each.weight, 0);
      const weighing = problem.shown.weights ? ` of weight ${B.whole(weight)}` : "";
      return { cut: count, weight, words: `${count} of ${B.counted(fixed.edges.length, "edge")} cut${weighing}, ${B.counted(one, "node")} on one side, ${x.length - one} on the other` };
    }
    const colours = new Set(x).size;
    const of = problem.shown.colors ? ` of ${problem.shown.colors}` : "";
    return { conflicts: count, colours, words: `${count ? B.counted(count, "conflicting edge") : "no conflicting edge"} of ${fixed.edges.length}, ${colours}${of} colours used on ${B.counted(fixed.places.length, "node")}` };
  }

  function stroke(pen, edges, board, colour, width, near = 0) {
    for (const alike of Object.values(Object.groupBy(edges, ({ wide, costs }) => `${wide} ${costs}`))) {
      const piece = colour.length > 7 ? alike.length : PIECE; // what is seen through is one path, so that it stays even
      Object.assign(pen, { strokeStyle: colour, lineWidth: width * alike[0].wide });
      pen.setLineDash(alike[0].costs ? [3 + width, 3 + width] : []);
      for (let from = 0; from < alike.length; from += piece) {
        pen.beginPath();
        for (const edge of alike.slice(from, from + piece)) trace(pen, edge, board, near);
        pen.stroke();
      }
    }
    pen.setLineDash([]);
  }

  function trace(pen, { a, b, bent }, { spots, wide, high }, near) {
    const [[x, y], [u, v]] = [spots[a], spots[b]];
    pen.moveTo(x, y);
    if (!bent || !near) return pen.lineTo(u, v);
    // Towards the middle of the picture, so that it stays inside.
    const inwards = (v - y) * (wide - x - u) - (u - x) * (high - y - v) < 0 ? -1 : 1;
    const by = (inwards * BEND * near) / Math.hypot(u - x, v - y);
    return pen.quadraticCurveTo((x + u) / 2 + by * (v - y), (y + v) / 2 - by * (u - x), u, v);
  }

  /* All edges, drawn once for a size and a theme. */
  function ground(board) {
    const key = [board.wide, board.high, board.inks.theme, window.devicePixelRatio].join();
    if (board.ground?.key === key && board.ground.of === board.fixed) return board.ground.layer;
    const dense = board.fixed.edges.length / board.fixed.places.length;
    const layer = L.net.layer(board, (pen) => stroke(pen, board.fixed.edges, board, board.inks.axis, dense > 8 ? 0.5 : 1));
    board.ground = { key, layer, of: board.fixed };
    return layer;
  }

  function nodes(pen, board, radius) {
    const { x, spots, inks, fixed, colour } = board;
    const numbered = radius >= 6.5 && spots.length <= 120;
    Object.assign(pen, { textAlign: "center", textBaseline: "middle", font: L.net.font(Math.min(13, Math.max(9, 1.15 * radius)), 600) });
    spots.forEach(([a, b], i) => {
      const side = fixed.cut && x ? x[i] > 0 : false;
      const fill = !x ? inks.soft : fixed.cut ? (side ? colour : inks.panel) : B.kindOf(inks, x[i]);
      // Sides have a shape as well as a colour.
      L.penDot(pen, fixed.cut && side ? "square" : "circle", [a, b], side ? 0.82 * radius : radius, fill, !x || fixed.cut ? inks.neutral : inks.panel, radius < 4 ? 0.6 : 1.4);
      if (!numbered || !x || fixed.cut) return;
      pen.fillStyle = B.onto(fill);
      pen.fillText(String(x[i] + 1), a, b + 0.5);
    });
  }

  function draw(pen, board) {
    const { wide, high, fixed, x, inks, colour } = board;
    const count = fixed.places.length;
    const usual = 0.3 * Math.sqrt((wide * high) / count);
    const fit = B.fitted(fixed.places, wide, high, 8 + Math.min(usual, 14));
    board.spots = fixed.places.map(fit.to);
    const radius = Math.max(2, Math.min(14, 0.8 * usual, Math.max(0.5 * fixed.near * fit.scale, 0.42 * usual)));
    pen.drawImage(ground(board), 0, 0, wide, high);
    if (x) {
      const strong = marked(fixed, x);
      const width = Math.max(1, Math.min(3.6, 0.4 * radius));
      const near = fixed.near * fit.scale;
      if (fixed.cut) stroke(pen, strong, board, B.faint(colour, Math.max(0.25, Math.min(0.85, 90 / strong.length))), Math.min(2, width), near);
      else {
        stroke(pen, strong, board, inks.panel, width + 2.5, near);
        stroke(pen, strong, board, inks.error, width, near);
      }
    }
    nodes(pen, board, radius);
  }

  const key = ({ shown }) => (shown.weights?.some((weight) => weight < 0) ? "dashed: negative weight" : "");

  B.kinds.graph = { prepare, told, draw, key };
})();
