/* A schedule of a job shop: machines as rows, operations as bars with the number of their job. */

(() => {
  const L = window.landscape;
  const B = L.boards;

  /* Start and end of every operation [job][k]; x is a permutation of all operations, read as the jobs' turns. */
  B.decoded = ({ machines, times }, x) => {
    const per = machines[0].length;
    const [turn, ready, free] = [machines.map(() => 0), machines.map(() => 0), []];
    const [starts, ends] = [machines.map(() => []), machines.map(() => [])];
    for (const value of x) {
      const job = Math.floor(value / per);
      const k = turn[job]++;
      const machine = machines[job][k];
      starts[job][k] = Math.max(ready[job], free[machine] || 0);
      ends[job][k] = ready[job] = free[machine] = starts[job][k] + times[job][k];
    }
    return { starts, ends, makespan: Math.max(...ready) };
  };

  function told(board) {
    const { problem: { shown }, x, fixed } = board;
    const shop = `${B.counted(shown.machines.length, "job")} on ${B.counted(fixed.machines, "machine")}`;
    board.plan = null;
    if (!x) return { words: shop };
    board.plan = B.decoded(shown, x);
    return { makespan: board.plan.makespan, words: `schedule of ${shop}, makespan ${B.whole(board.plan.makespan)}` };
  }

  /* The end of the time axis: that of the first schedule, mostly the longest, so that the picture keeps its scale. */
  function reach({ plan, past, fixed, problem: { shown } }) {
    if (!plan) return fixed.least;
    return Math.max(plan.makespan, B.decoded(shown, past.at(0)).makespan);
  }

  function bars(pen, board, area, x, pitch) {
    const { problem: { shown: { machines } }, plan, inks } = board;
    const tall = Math.max(3, Math.min(34, 0.78 * pitch));
    Object.assign(pen, { textAlign: "center", textBaseline: "middle", font: L.net.font(Math.max(9, Math.min(12, 0.5 * tall)), 600) });
    plan.starts.forEach((line, job) => line.forEach((start, k) => {
      const [from, to] = [x(start), x(plan.ends[job][k])];
      if (!(to > from)) return;
      const y = area.top + (machines[job][k] + 0.5) * pitch;
      const colour = B.kindOf(inks, job);
      pen.beginPath();
      pen.roundRect(from, y - tall / 2, Math.max(1, to - from - 1), tall, Math.min(3, (to - from) / 4));
      Object.assign(pen, { fillStyle: colour }).fill();
      const word = String(job + 1);
      if (to - from < 7 * word.length + 3 || tall < 10) return;
      pen.fillStyle = B.onto(colour);
      pen.fillText(word, (from + to) / 2, y + 0.5);
    }));
  }

  function draw(pen, board) {
    const { wide, high, fixed, inks, colour, plan, x: solution } = board;
    const area = { left: 32, top: 26, wide: wide - 44, high: high - 26 - 36 };
    const last = reach(board);
    const x = (time) => area.left + (area.wide * time) / last;
    const pitch = area.high / fixed.machines;
    L.net.axes(pen, inks, area, { x, y: (v) => v, xs: L.net.ticks(0, last, Math.max(2, Math.floor(area.wide / 70))), ys: [], grid: true });
    Object.assign(pen, { fillStyle: inks.dim, font: L.net.font(11), textAlign: "right", textBaseline: "middle" });
    const every = Math.ceil(13 / pitch);
    for (let m = 0; m < fixed.machines; m += every) pen.fillText(`M${m + 1}`, area.left - 7, area.top + (m + 0.5) * pitch);
    Object.assign(pen, { textAlign: "center", textBaseline: "bottom" }).fillText("time", area.left + area.wide / 2, high - 2);
    if (!solution) return;
    bars(pen, board, area, x, pitch);
    const end = x(plan.makespan);
    L.penLine(pen, [[end, area.top - 6], [end, area.top + area.high]], colour, 2.4);
    Object.assign(pen, { font: L.net.font(12, 600), fillStyle: colour, textAlign: "right", textBaseline: "alphabetic" });
    pen.fillText(`makespan ${B.whole(plan.makespan)}`, Math.max(end, area.left + 92), area.top - 10);
  }

  B.kinds.schedule = {
    prepare: ({ shown: { machines, times } }) => ({
      machines: Math.max(...machines.flat()) + 1,
      least: Math.max(...times.map((line) => line.reduce((a, b) => a + b, 0))),
    }),
    told,
    draw,
  };
})();
