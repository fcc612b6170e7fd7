/* A tour through cities, and an editor of cities: click adds, drag moves, Delete, right click or a long press removes. */

(() => {
  const L = window.landscape;
  const B = L.boards;
  const LONG = 550; // milliseconds of a press that removes
  const NEAR = { mouse: 14, touch: 24 }; // pixels to a city that is meant
  const LEAST = 3; // cities of a tour
  const PIECE = 12; // legs of one stroke: a path that crosses itself often takes long

  const bond = (a, b, n) => (a < b ? a * n + b : b * n + a);
  function bondsOf(x) {
    const n = x.length;
    const found = new Set();
    for (let i = 0; i < n; i++) found.add(bond(x[i], x[(i + 1) % n], n));
    return found;
  }

  /* Cities without places stand on a circle. */
  const placesOf = ({ shown, dim }) =>
    shown.places || Array.from({ length: dim }, (_, i) => [Math.cos((2 * Math.PI * i) / dim), Math.sin((2 * Math.PI * i) / dim)]);

  function told(board) {
    const cities = B.counted(board.fixed.places.length, "city", "cities");
    const { value } = board.more;
    if (!board.x) return { words: cities, cities: board.fixed.places.length };
    const length = Number.isFinite(value) ? ` of length ${Math.round(value).toLocaleString("en")}` : "";
    return { words: `tour${length} through ${cities}`, cities: board.fixed.places.length, bonds: board.x.length };
  }

  /* The legs of a tour that are in `kept` or not, as one path. */
  function legs(pen, { x, spots }, kept) {
    const n = x.length;
    pen.beginPath();
    for (let i = 0; i < n; i++) {
      const [a, b] = [x[i], x[(i + 1) % n]];
      if (kept && kept.has(bond(a, b, n))) continue;
      pen.moveTo(...spots[a]);
      pen.lineTo(...spots[b]);
    }
  }

  function drawTour(pen, board) {
    const { x, more, inks, colour, size } = board;
    const width = size * (x.length > 120 ? 1.5 : 2.2);
    const other = more.best || more.previous;
    if (other?.length === x.length) {
      const [now, then] = [bondsOf(x), { x: other, spots: board.spots }];
      pen.setLineDash([2, 4]);
      legs(pen, then, now);
      Object.assign(pen, { strokeStyle: inks.neutral, lineWidth: 1.2 }).stroke();
      pen.setLineDash([]);
      legs(pen, board, bondsOf(other));
      Object.assign(pen, { strokeStyle: B.faint(colour, inks.dark ? 0.38 : 0.25), lineWidth: 3.4 * width }).stroke();
    }
    Object.assign(pen, { strokeStyle: colour, lineWidth: width });
    for (let from = 0; from < x.length; from += PIECE) {
      pen.beginPath();
      for (let i = from; i <= Math.min(from + PIECE, x.length); i++) pen.lineTo(...board.spots[x[i % x.length]]);
      pen.stroke();
    }
  }

  function drawCities(pen, board) {
    const { inks, spots, size } = board;
    const radius = Math.max(1.6, Math.min(4.5, 30 / Math.sqrt(spots.length))) * size + (board.editing ? 1.5 : 0);
    pen.beginPath();
    for (const [x, y] of spots) {
      pen.moveTo(x + radius, y);
      pen.arc(x, y, radius, 0, 2 * Math.PI);
    }
    Object.assign(pen, { fillStyle: inks.ink, strokeStyle: inks.panel, lineWidth: 1.2 });
    pen.fill();
    pen.stroke();
    const city = board.editing && document.activeElement === board.canvas ? spots[board.city] : null;
    if (city) L.penDot(pen, "circle", city, radius + 4, null, "#3F78D8", 2);
  }

  function draw(pen, board) {
    const { wide, high, fixed } = board;
    if (!board.view || board.view.wide !== wide || board.view.high !== high || board.view.of !== fixed.places) {
      // While cities are moved the picture keeps its scale.
      const same = board.editing && board.view?.wide === wide && board.view?.high === high;
      const inside = ([x, y]) => x >= 0 && y >= 0 && x <= wide && y <= high;
      const fit = same && fixed.places.every((place) => inside(board.view.to(place))) ? board.view : fixed.places.length ? B.fitted(fixed.places, wide, high, 14 + Math.min(wide, high) / 40) : square(wide, high);
      board.view = { wide, high, of: fixed.places, to: fit.to, from: fit.from };
    }
    board.size = Math.max(0.85, Math.min(1.8, Math.min(wide, high) / 380));
    board.spots = fixed.places.map(board.view.to);
    if (board.x && board.x.length === fixed.places.length) drawTour(pen, board);
    drawCities(pen, board);
    if (!board.problem.shown.drawn) return;
    Object.assign(pen, { font: L.net.font(11), fillStyle: board.inks.dim, textAlign: "left", textBaseline: "bottom" });
    pen.fillText(`drawn ${board.problem.shown.drawn}`, 8, high - 6);
  }
  const square = (wide, high) => B.fitted([[0, 0], [100, 100]], wide, high, 16);

  /* --- editing --- */

  const spotOf = (board, event) => {
    const box = board.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  function nearest(board, [x, y], pointer) {
    let [found, least] = [-1, NEAR[pointer] ?? NEAR.mouse];
    board.spots.forEach(([a, b], i) => {
      const apart = Math.hypot(a - x, b - y);
      if (apart <= least) [found, least] = [i, apart];
    });
    return found;
  }

  function changed(board, places, city, tell = true) {
    board.fixed = { places };
    board.city = Math.max(0, Math.min(places.length - 1, city));
    if (board.x?.length !== places.length) board.x = null;
    board.told = told(board);
    board.again();
    if (!tell) return;
    board.say();
    board.options.onedit?.(places.map((place) => place.map((value) => Number(value.toPrecision(6)))));
  }
  const added = (board, spot) => changed(board, [...board.fixed.places, board.view.from(spot)], board.fixed.places.length);
  function removed(board, city) {
    if (board.fixed.places.length <= LEAST) return L.say(`A tour needs ${LEAST} cities.`);
    changed(board, board.fixed.places.filter((_, i) => i !== city), Math.min(city, board.fixed.places.length - 2));
  }
  const moved = (board, city, spot, tell) => {
    const inside = [Math.max(4, Math.min(board.wide - 4, spot[0])), Math.max(4, Math.min(board.high - 4, spot[1]))];
    changed(board, board.fixed.places.map((place, i) => (i === city ? board.view.from(inside) : place)), city, tell);
  };

  function pointers(board) {
    const { canvas } = board;
    let press = null;
    const stop = () => {
      clearTimeout(press?.timer);
      press = null;
      canvas.classList.remove("dragging");
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (!board.editing || event.button) return;
      const spot = spotOf(board, event);
      const city = nearest(board, spot, event.pointerType);
      if (city >= 0) board.city = city;
      press = { city, spot, going: false, timer: city >= 0 && event.pointerType !== "mouse" ? setTimeout(() => (stop(), removed(board, city)), LONG) : 0 };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!board.editing) return;
      const spot = spotOf(board, event);
      if (!press) return canvas.classList.toggle("over", nearest(board, spot, event.pointerType) >= 0);
      if (press.city < 0 || (!press.going && Math.hypot(spot[0] - press.spot[0], spot[1] - press.spot[1]) < 4)) return;
      clearTimeout(press.timer);
      press.going = true;
      canvas.classList.add("dragging");
      moved(board, press.city, spot, false);
    });
    canvas.addEventListener("pointerup", (event) => {
      if (!press) return;
      const { city, going } = press;
      stop();
      if (going) moved(board, city, spotOf(board, event), true);
      else if (city < 0) added(board, spotOf(board, event));
      else board.again();
    });
    canvas.addEventListener("pointercancel", stop);
    canvas.addEventListener("contextmenu", (event) => {
      if (!board.editing) return;
      event.preventDefault();
      const city = nearest(board, spotOf(board, event), event.pointerType);
      stop();
      if (city >= 0) removed(board, city);
    });
  }

  /* Left and right go through the cities from west to east, up and down from south to north; Shift moves the city. */
  const WAYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, -1], ArrowDown: [1, 1] };
  function keys(board) {
    board.canvas.addEventListener("keydown", (event) => {
      if (!board.editing || event.ctrlKey || event.metaKey || event.altKey) return;
      const way = WAYS[event.key];
      const spot = board.spots[board.city];
      if (way && event.shiftKey && spot) moved(board, board.city, spot.map((value, i) => value + (i === way[0] ? 8 * way[1] : 0)), true);
      else if (way) {
        const order = board.spots.map((_, i) => i).sort((a, b) => board.spots[a][way[0]] - board.spots[b][way[0]] || a - b);
        board.city = order[Math.max(0, Math.min(order.length - 1, order.indexOf(board.city) + way[1]))];
        board.again();
        tellCity(board);
      } else if (event.key === "Delete" || event.key === "Backspace") removed(board, board.city);
      else if (event.key === "Enter") {
        const [x, y] = spot || [board.wide / 2, board.high / 2];
        added(board, [x + (x > board.wide / 2 ? -24 : 24), y + (y > board.high / 2 ? -12 : 12)]);
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
    for (const name of ["focus", "blur"]) board.canvas.addEventListener(name, () => board.editing && board.again());
  }

  const WHAT = "Arrow keys go from city to city, with Shift they move it; Enter adds a city, Delete removes it.";
  function tellCity(board) {
    const place = board.fixed.places[board.city];
    if (place) L.say(`city ${board.city + 1} at ${place.map(L.written).join(", ")}`);
  }

  function edit(board, on) {
    board.editing = Boolean(on);
    board.city ??= 0;
    board.canvas.classList.toggle("editing", board.editing);
    board.canvas.setAttribute("role", on ? "application" : "img");
    if (on) board.canvas.setAttribute("aria-description", WHAT);
    else board.canvas.removeAttribute("aria-description");
    if (on) board.canvas.tabIndex = 0;
    else board.canvas.removeAttribute("tabindex");
    if (!on) board.view = null;
    board.again();
  }

  B.kinds.tour = {
    prepare: (problem) => ({ places: placesOf(problem) }),
    told,
    draw,
    edit,
    listen: (board) => {
      pointers(board);
      keys(board);
    },
  };
})();
