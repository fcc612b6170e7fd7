/* Graphs: colourings, where edges within a colour are conflicts, and cuts, where edges between the sides are what counts. */

(() => {
  const L = window.landscape;
  const B = L.boards;

  function prepare({ shown }) {
    const { places, edges } = shown;
    const apart = places.map((here, i) => Math.min(...places.map((there, j) => (i === j ? Infinity : Math.hypot(here[0] - there[0], here[1] - there[1])))));
    apart.sort((a, b) => a - b);
    return { places, edges, cut: Boolean(shown.cut), near: apart[apart.length >> 2] }; // most nodes are farther from the next one
  }

  /* The edges that a solution marks: conflicts of a colouring, or the cut. */
  const marked = ({ edges, cut }, x) => edges.filter(([a, b]) => (x[a] !== x[b]) === cut);

  function told(board) {
    const { fixed, x, problem } = board;
    const graph = `${B.counted(fixed.places.length, "node")}, ${B.counted(fixed.edges.length, "edge")}`;
    if (!x) return { words: `graph of ${graph}` };
    const count = marked(fixed, x).length;
    if (fixed.cut) {
      const one = x.reduce((sum, side) => sum + (side > 0), 0);
      return { cut: count, words: `${count} of ${B.counted(fixed.edges.length, "edge")} cut, ${one} nodes on one side, ${x.length - one} on the other` };
    }
    const colours = new Set(x).size;
    const of = problem.shown.colors ? ` of ${problem.shown.colors}` : "";
    return { conflicts: count, colours, words: `${count ? B.counted(count, "conflicting edge") : "no conflicting edge"} of ${fixed.edges.length}, ${colours}${of} colours used on ${B.counted(fixed.places.length, "node")}` };
  }

  function stroke(pen, edges, spots, colour, width) {
    pen.beginPath();
    for (const [a, b] of edges) {
      pen.moveTo(...spots[a]);
      pen.lineTo(...spots[b]);
    }
    Object.assign(pen, { strokeStyle: colour, lineWidth: width }).stroke();
  }

  /* All edges, drawn once for a size and a theme. */
  function ground(board) {
    const key = [board.wide, board.high, board.inks.theme, window.devicePixelRatio].join();
    if (board.ground?.key === key && board.ground.of === board.fixed) return board.ground.layer;
    const dense = board.fixed.edges.length / board.fixed.places.length;
    const layer = L.net.layer(board, (pen) => stroke(pen, board.fixed.edges, board.spots, board.inks.axis, dense > 8 ? 0.5 : 1));
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
      if (fixed.cut) stroke(pen, strong, board.spots, B.faint(colour, Math.max(0.25, Math.min(0.85, 90 / strong.length))), Math.min(2, width));
      else {
        stroke(pen, strong, board.spots, inks.panel, width + 2.5);
        stroke(pen, strong, board.spots, inks.error, width);
      }
    }
    nodes(pen, board, radius);
  }

  B.kinds.graph = { prepare, told, draw };
})();
