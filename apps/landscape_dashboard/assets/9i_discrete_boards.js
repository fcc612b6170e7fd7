/* Pictures of discrete solutions. This file keeps a board in its element: size, theme, words for screen readers. Each kind of
   picture stands in a file of its own: B.kinds[name] = { prepare(problem), told(board), draw(pen, board) }, perhaps with listen(board), edit(board, on),
   and key(problem): words for the panel. */

(() => {
  const L = window.landscape;
  const B = (L.boards = { kinds: {} });
  const KINDS = 12;
  const SLOTS = 8;
  const LATER = 250; // milliseconds until a screen reader is told of a change

  const theme = () => document.documentElement.dataset.theme || "light";

  /* The colours of the page as it looks now. */
  let known = {};
  B.inks = () => {
    if (known.theme === theme()) return known;
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(`--${name}`).trim();
    known = {
      ...L.net.inks(theme()), theme: theme(), dark: theme() === "dark", neutral: of("neutral"), warning: of("warning"), error: of("error"),
      slots: Array.from({ length: SLOTS }, (_, i) => of(`slot-${i}`)),
      kinds: Array.from({ length: KINDS }, (_, i) => of(`kind-${i}`)),
    };
    return known;
  };
  B.colourOf = ({ slot, color }, inks) => color || (Number.isInteger(slot) ? inks.slots[slot % SLOTS] : inks.ink);
  B.kindOf = (inks, index) => inks.kinds[((index % KINDS) + KINDS) % KINDS];

  /* Ink or paper, whichever is read better on a colour. */
  B.onto = (hex) => {
    const [r, g, b] = [1, 3, 5].map((i) => (parseInt(hex.slice(i, i + 2), 16) / 255) ** 2.2);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.2 ? "#15191F" : "#FFFFFF";
  };

  /* A colour with that share of opacity. */
  B.faint = (hex, share) => `${hex}${Math.round(255 * share).toString(16).padStart(2, "0")}`;

  B.counted = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

  /* A number in words, from a thousand on whole. */
  B.whole = (value) => (Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en").replace("-", "−") : L.written(value));

  /* Where points [[x, y] …] stand in a picture of that size, on one scale for both axes, y upwards; and back. */
  B.fitted = (places, wide, high, pad) => {
    const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
    const [left, right, low, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const most = Math.max(right - left, top - low) || 1;
    const scale = Math.min((wide - 2 * pad) / (right - left || most), (high - 2 * pad) / (top - low || most));
    const [a, b] = [(wide - scale * (left + right)) / 2, (high + scale * (low + top)) / 2];
    return { scale, to: ([x, y]) => [a + scale * x, b - scale * y], from: ([x, y]) => [(x - a) / scale, (b - y) / scale] };
  };

  /* A canvas that fills its element and is drawn again when its size or the theme changes. */
  B.canvas = (element, draw) => {
    const board = L.made("canvas", {});
    const host = L.made("div", { className: "board-host" }, board);
    element.replaceChildren(host);
    const again = () => host.clientWidth > 8 && host.clientHeight > 8 && draw();
    const sized = new ResizeObserver(again);
    sized.observe(host);
    const themed = new MutationObserver(again);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    const destroy = () => {
      sized.disconnect();
      themed.disconnect();
      host.remove();
    };
    return { host, canvas: board, again, destroy };
  };

  /* The past of a solution: what the page gave, else what was shown so far. */
  function remembered(board, x, more) {
    if (more.frames) {
      const { frames } = more;
      board.past = { at: typeof frames === "function" ? frames : (k) => frames[k], now: more.frame ?? frames.length - 1 };
      return;
    }
    if (!x) board.seen = [];
    else if (!board.seen.length || board.seen.at(-1).some((value, i) => value !== x[i])) board.seen.push(Array.from(x));
    if (board.seen.length > 400) board.seen.shift();
    board.past = { at: (k) => board.seen[k], now: board.seen.length - 1 };
  }

  function paint(board) {
    board.wide = board.host.clientWidth;
    board.high = board.host.clientHeight;
    board.inks = B.inks();
    board.colour = board.more.neutral ? board.inks.neutral : B.colourOf(board.options, board.inks);
    const pen = L.pen(board.canvas);
    pen.lineCap = "round";
    board.kind.draw(pen, board);
  }

  function say(board) {
    clearTimeout(board.later);
    board.later = 0;
    const { label } = board.options;
    board.canvas.setAttribute("aria-label", `${label ? `${label}: ` : ""}${board.more.words || board.told.words}`);
  }

  /* A picture of solutions of a problem {name, picture, shown, dim}. options: slot or color, label, onedit(places).
     `show(x, {best, previous, frames, frame, value, words, neutral})` draws at once; no x: the instance alone. */
  B.make = (element, problem, options = {}) => {
    const kind = B.kinds[problem.picture] || B.kinds.bits;
    const board = { problem, options, kind, x: null, more: {}, seen: [], past: null };
    Object.assign(board, B.canvas(element, () => paint(board)));
    board.fixed = kind.prepare(problem);
    board.told = kind.told(board);
    board.canvas.setAttribute("role", "img");
    board.show = (x, more = {}) => {
      Object.assign(board, { x: x?.length ? x : null, more });
      remembered(board, board.x, more);
      board.told = kind.told(board);
      board.again();
      if (board.canvas.hasAttribute("aria-label")) board.later ||= setTimeout(() => say(board), LATER);
      else say(board);
    };
    board.edit = (on) => kind.edit?.(board, on);
    board.say = () => say(board);
    const destroy = board.destroy;
    board.destroy = () => {
      clearTimeout(board.later);
      destroy();
    };
    say(board);
    kind.listen?.(board);
    return board;
  };
})();
