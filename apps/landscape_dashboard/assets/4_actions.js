/* What buttons do: one listener for everything that carries data-action. */

(() => {
  const L = window.landscape;
  const query = () => L.page().query?.() || "";

  const copy = (L.copy = async (words, said) => {
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      const area = Object.assign(document.createElement("textarea"), { value: words });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    L.copied = words;
    L.say(said);
  });

  async function asked(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(await answer.text());
    return answer;
  }

  Object.assign(L.actions, {
    share: () => copy(`${location.origin}${location.pathname}${query() ? "?" + query() : ""}`, "Link copied"),

    copy: async (item) => {
      const answer = await asked(L.at(`code/${document.body.dataset.page}/${item.dataset.value}?${query()}`));
      await copy(await answer.text(), "Code copied");
    },

    export: async (item) => {
      L.say("Drawing …");
      const theme = document.documentElement.dataset.theme;
      const answer = await asked(L.at(`export/${document.body.dataset.page}/${item.dataset.value}?${query()}&theme=${theme}`));
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition"))[1];
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      L.say("Downloaded");
    },

    rail: () => document.body.classList.toggle("rail-open"),

    add: () => {
      document.body.classList.add("rail-open");
      setTimeout(() => document.querySelector(".add-menu input")?.click(), 200);
    },

    view: (button) => {
      document.getElementById("panels").dataset.view = button.dataset.value;
      L.resized();
    },

    expand: (button) => {
      const panel = document.getElementById(`panel-${button.dataset.value}`);
      const wide = panel.classList.toggle("wide");
      document.body.classList.toggle("has-wide", wide);
      button.setAttribute("aria-pressed", String(wide));
      L.resized();
    },

    halve: (button) => {
      const at = `entrants.${button.dataset.value}.parameters.learning_rate`;
      const rate = L.experiment.entrants[button.dataset.value].parameters.learning_rate;
      L.setProps({ type: "field", at }, { value: String(Number((rate / 2).toPrecision(6))) });
    },

    reformula: () => {
      const text = L.experiment?.surface?.parameters?.text;
      if (text) L.setProps("formula-text", { value: text });
    },

    undo: () => {
      L.complain(null);
      L.forget();
      document.body.classList.remove("stale");
      if (L.experiment) L.setProps("undo", { data: { ...L.experiment } });
    },
  });

  document.addEventListener("click", async (event) => {
    const fold = event.target.closest("[data-fold]");
    if (fold) {
      const slot = fold.dataset.fold;
      if (!L.folded.delete(slot)) L.folded.add(slot);
      L.refreshRail();
      return;
    }
    const button = event.target.closest("[data-action]");
    if (!button || !L.actions[button.dataset.action]) return;
    try {
      await L.actions[button.dataset.action](button);
    } catch (error) {
      L.complain(error.message);
    }
  });

  /* The start: press, or press and drag, on the contour. */
  let dragging = false;
  L.aimed = (event) => {
    const gd = L.plot("contour");
    const layout = gd?._fullLayout;
    if (!layout?.xaxis || !L.model) return null;
    const box = gd.getBoundingClientRect();
    const x = layout.xaxis.p2d(event.clientX - box.left - layout.xaxis._offset);
    const y = layout.yaxis.p2d(event.clientY - box.top - layout.yaxis._offset);
    const [a, b] = [layout.xaxis.range, layout.yaxis.range];
    return x >= a[0] && x <= a[1] && y >= b[0] && y <= b[1] ? [x, y] : null;
  };

  let next = null;
  const send = (L.placeStart = (point) => {
    if (L.fixed("start")) return;
    const busy = next !== null;
    next = point;
    if (busy) return;
    requestAnimationFrame(() => {
      const digits = (value) => Number(value.toPrecision(5));
      const start = [...next.map(digits), ...L.model.whole.slice(2)].slice(0, L.model.whole.length);
      L.setProps("start", { data: start });
      next = null;
    });
  });

  document.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.target.closest("#explore #contour-stack")) return;
    const point = L.aimed(event);
    if (L.pinching()) dragging = false;
    if (!point || L.pinching() || event.target.closest(".zoom") || L.lensDown(point)) return;
    dragging = true;
    send(point);
  });
  document.addEventListener("pointermove", (event) => {
    const point = dragging && !L.pinching() && L.aimed(event);
    if (point) send(point);
  });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => (dragging = false));

  /* On a page turn the new page stands there a moment before its name. */
  const arrived = () => document.getElementById(document.body.dataset.page) !== null;

  /* The contour's frame decides which part of the plane the server draws. */
  let last = 0;
  function measure() {
    const stack = document.getElementById("contour-stack");
    const [wide, high] = [(stack?.clientWidth || 0) - 46, (stack?.clientHeight || 0) - 30];
    if (wide < 50 || high < 50 || !arrived()) return;
    const aspect = Math.round((wide / high) * 50) / 50;
    if (aspect === last) return;
    last = aspect;
    const view = { aspect, small: innerWidth < 760 };
    if (L.page().seen) L.page().seen(view);
    else L.setProps("view", { data: view });
  }
  /* A page that is built anew does not know its frame. */
  L.remeasure = () => {
    last = 0;
    measure();
  };

  let waiting = 0;
  L.resized = () => {
    window.dispatchEvent(new Event("resize"));
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      measure();
      L.draw(true);
    }, 120);
  };
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(measure, 150);
  });
  new MutationObserver(() => {
    if (!last && document.getElementById("contour-stack")) measure();
    if (L.model && arrived()) L.watchPlots();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
