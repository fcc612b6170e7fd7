/* The table of the Benchmark page: a row for each problem, a column for each optimizer; a cell shows its runs. */

(() => {
  const L = window.landscape;
  const made = (tag, name, ...content) => {
    const element = Object.assign(document.createElement(tag), { className: name });
    element.append(...content);
    return element;
  };

  L.benchTable = (found) => {
    const box = document.getElementById("bench-table");
    if (!box) return;
    if (found.empty) return box.replaceChildren(made("span", "dim", "Nothing to compare yet."));
    const solvers = found.table.solvers.map((label) => found.solvers.find((each) => each.label === label));
    const table = made("table", found.cells);
    const head = table.createTHead().insertRow();
    head.append(corner(), ...solvers.map(heading));
    const body = table.createTBody();
    const dims = new Set(found.table.rows.map((row) => row.dim)).size > 1;
    for (const row of found.table.rows) body.append(line(row, solvers, found, dims));
    const left = found.table.left ? [made("p", "dim", `${found.table.left} more problems are in the file Export, Numbers as CSV.`)] : [];
    const [top, side] = [box.scrollTop, box.scrollLeft];
    box.replaceChildren(table, ...left);
    box.scrollTo(side, top);
  };

  function corner() {
    const cell = made("th", "problem", "problem");
    cell.scope = "col";
    return cell;
  }

  function heading(solver) {
    const { named } = L.bench;
    const cell = made("th", "", ...named(solver));
    cell.scope = "col";
    cell.title = [solver.text, solver.tuning ? `tuned with ${solver.tuning.toLocaleString("en")} evaluations` : ""].filter(Boolean).join("\n");
    return cell;
  }

  const number = (value) => (value === "inf" ? Infinity : value === null ? NaN : value);

  function line(row, solvers, found, dims) {
    const current = row.places.includes(found.at);
    const element = made("tr", current ? "current" : "");
    const name = made("th", "problem", shower(row, null, [row.label, ...(dims ? [made("span", "dim", ` ${row.dim}-D`)] : [])]));
    name.scope = "row";
    element.append(name);
    const values = row[found.cells].map(number);
    const best = Math.min(...values.filter(Number.isFinite));
    solvers.forEach((solver, i) => {
      const cell = made("td", values[i] === best && best < Infinity ? "best" : "");
      const told = !row.runs[i] ? "" : Number.isNaN(values[i]) ? "–" : Number.isFinite(values[i]) ? words(values[i], found) : "∞";
      const hits = found.cells === "ert" && row.runs[i] && !Number.isNaN(values[i]) ? [made("span", "dim hits", `${row.hits[i]}/${row.runs[i]}`)] : [];
      if (row.runs[i]) cell.append(shower(row, solver.slot, [made("span", "value", told), ...hits]));
      element.append(cell);
    });
    return element;
  }

  const LEAST = 1e-16;
  const words = (value, found) => (found.cells === "gap" && value <= LEAST ? "≤ 10⁻¹⁶" : L.written(value));

  /* What shows the landscape of a row's problem, with one optimizer's runs or all. */
  function shower(row, slot, content) {
    const button = made("button", "", ...content);
    button.dataset.action = "benchShow";
    button.dataset.value = row.places[0];
    button.dataset.places = row.places.join("|");
    if (slot !== null) {
      button.dataset.slot = slot;
      button.classList.toggle("current", L.bench.only === slot);
    }
    return button;
  }

  L.actions.benchShow = (button) => {
    const places = button.dataset.places.split("|");
    L.bench.pick(button.dataset.slot === undefined ? null : Number(button.dataset.slot));
    if (innerWidth < 760) L.actions.view({ dataset: { value: "contour" } });
    if (!places.includes(L.bench.found.at)) L.setProps("bench-at", { data: places[0] });
  };
})();
