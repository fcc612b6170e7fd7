/* Which class the rows of each class are taken for, at this moment: the confusion matrix of the test rows. */

(() => {
  const L = window.landscape;
  const N = L.networks;
  let on = false;

  /* The class that outputs speak for at each row. */
  function answered(outputs, count) {
    if (outputs.length === 1) return Array.from(outputs[0], (value) => (value > 0 ? 1 : 0));
    return Array.from({ length: count }, (_, i) => outputs.reduce((best, each, c) => (each[i] > outputs[best][i] ? c : best), 0));
  }

  /* Counts [class][answer] over the rows for testing. */
  N.confusion = (weights) => {
    const { points, network } = N.found;
    const [x, y] = [points.x.slice(points.train), points.y.slice(points.train)];
    const given = answered(L.net.outputs(N.net, weights, x, y), x.length);
    const counts = Array.from({ length: network.classes }, () => Array(network.classes).fill(0));
    given.forEach((answer, i) => {
      const label = points.label[points.train + i];
      counts[network.classes > 2 ? label : label > 0 ? 1 : 0][answer] += 1;
    });
    return counts;
  };

  const cell = (tag, text, className = "") => L.made(tag, { textContent: text, className });
  N.drawMatrix = (weights) => {
    const place = document.getElementById("net-matrix");
    if (!place) return;
    const shown = on && N.found.network.classes > 0 && N.found.points.plane;
    place.hidden = !shown;
    if (!shown) return;
    const names = N.found.points.labels.length ? N.found.points.labels : ["−", "+"];
    const head = L.made("tr", {}, cell("td", ""), ...names.map((name) => cell("th", name)));
    const rows = N.confusion(weights).map((row, i) => L.made("tr", {}, cell("th", names[i]), ...row.map((count, j) => cell("td", count.toLocaleString("en"), i === j ? "right" : ""))));
    const table = L.made("table", {}, L.made("caption", { textContent: "test rows: is ↓ said →" }), head, ...rows);
    place.replaceChildren(table);
  };

  L.actions.netMatrix = (button) => {
    on = !on;
    button.setAttribute("aria-pressed", String(on));
    L.draw(true);
  };
})();
