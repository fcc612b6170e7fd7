/* Branches, and experiments from files: both go through the store that sets a whole experiment. */

(() => {
  const L = window.landscape;
  const MOST = 8; // entrants with colours of their own
  const LARGEST = 2_000_000; // bytes of a file

  /* Another experiment; the server checks it, and keeps this one where something is wrong with it. */
  const set = (content) => {
    L.forget();
    L.busy();
    L.setProps("undo", { data: content });
  };

  L.actions.branch = (item) => {
    const rows = L.experiment.entrants;
    const row = rows[Number(item.dataset.value)];
    if (rows.length >= MOST) throw new Error(`There are ${MOST} optimizers already; remove one first.`);
    const slot = [...Array(MOST).keys()].find((each) => !rows.some((other) => other.slot === each));
    const frame = Math.min(L.frame, L.model.steps - 1);
    const branch = { ...structuredClone(row), slot, hidden: false, branch: { of: row.slot, frame } };
    set({ ...structuredClone(L.experiment), entrants: [...structuredClone(rows), branch] });
    L.say(`Branched at step ${frame}: move its sliders`);
  };

  async function read(file) {
    if (file.size > LARGEST) throw new Error(`${file.name} is larger than 2 MB; an experiment is a small JSON file.`);
    let content = null;
    try {
      content = JSON.parse(await file.text());
    } catch {
      throw new Error(`${file.name} is no JSON; choose a file that was saved with Export, Everything as JSON.`);
    }
    if (typeof content?.surface !== "object") throw new Error(`${file.name} is no experiment of Landscape: it names no surface.`);
    L.forgetCamera();
    L.opened = content;
    set(content);
  }
  const tried = (file) => read(file).catch((error) => L.complain(error.message));

  /* A file that was taken brings its moment too. */
  const ready = L.ready;
  L.ready = () => {
    const [opened, now] = [L.opened, L.experiment];
    L.opened = null;
    if (opened && now?.surface.name === opened.surface.name && now.frame === (opened.frame ?? null)) L.frame = now.frame ?? L.model.steps;
    ready();
    L.drawLesson();
  };

  const redrawn = L.refreshRail;
  L.refreshRail = () => {
    redrawn();
    L.refocus();
  };

  L.actions.open = () => {
    const picker = L.made("input", { type: "file", accept: ".json,application/json" });
    picker.addEventListener("change", () => picker.files[0] && tried(picker.files[0]));
    picker.click();
  };

  const takes = (event) => document.body.dataset.page === "explore" && [...(event.dataTransfer?.types || [])].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!takes(event)) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  for (const end of ["dragleave", "drop"]) document.addEventListener(end, () => document.body.classList.remove("dropping"));
  document.addEventListener("drop", (event) => {
    if (!takes(event)) return;
    event.preventDefault();
    tried(event.dataTransfer.files[0]);
  });
})();
