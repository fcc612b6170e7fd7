/* The Gallery page: search without the server, and pictures fetched one after the other as they come into view. */

(() => {
  const L = window.landscape;
  const AGAIN = 250; // milliseconds until a picture is asked for again while another is computed
  const here = () => document.getElementById("gallery");
  const field = () => document.getElementById("gallery-search");

  L.pages.gallery = { query: () => (field()?.value ? `q=${encodeURIComponent(field().value)}` : "") };

  /* Search: every word must stand on a card. */
  function search() {
    const words = field().value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const section of here().querySelectorAll(".gallery-section")) {
      let inside = 0;
      const family = section.querySelector("h2").textContent.toLowerCase();
      for (const card of section.querySelector(".cards").children) {
        const text = `${card.textContent.toLowerCase()} ${family}`;
        card.hidden = !words.every((word) => text.includes(word));
        inside += card.hidden ? 0 : 1;
      }
      section.hidden = !inside;
      const button = here().querySelector(`[data-goto="${section.id}"]`);
      button.disabled = !inside;
      button.querySelector("span").textContent = inside;
      left += inside;
    }
    document.getElementById("gallery-none").hidden = left > 0;
    const [figures, labs] = ["figures", "labs"].map((name) => document.getElementById(`gallery-${name}`).querySelector(".cards").children.length);
    const count = `${left - figures - labs} surfaces, ${labs} labs, ${figures} figures`;
    document.getElementById("gallery-count").textContent = words.length ? `${left} found` : count;
  }

  /* Pictures: one request at a time, those in view first. */
  let wanted = new Set();
  let busy = false;
  let watcher = null;

  async function next() {
    if (busy || !wanted.size || !here()) return;
    busy = true;
    const image = wanted.values().next().value;
    const theme = document.documentElement.dataset.theme || "light";
    try {
      const answer = await fetch(L.at(`thumbnail/${image.dataset.surface}.png?theme=${theme}`));
      if (answer.status === 202) await new Promise((resolve) => setTimeout(resolve, AGAIN));
      else if (wanted.delete(image) && answer.ok) show(image, await answer.blob(), theme);
    } catch {
      wanted.delete(image); // the server is gone; the card says what it can in words
    }
    busy = false;
    next();
  }

  function show(image, picture, theme) {
    if (image.src) URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(picture);
    image.dataset.theme = theme;
  }

  function watch() {
    watcher?.disconnect();
    wanted = new Set();
    watcher = new IntersectionObserver(
      (seen) => {
        for (const { target, isIntersecting } of seen) {
          const fresh = target.dataset.theme === document.documentElement.dataset.theme;
          if (isIntersecting && !fresh) wanted.add(target);
          else wanted.delete(target);
        }
        next();
      },
      { root: here().querySelector(".gallery-cards"), rootMargin: "200px" },
    );
    for (const image of here().querySelectorAll("img[data-surface]")) watcher.observe(image);
  }

  window.dash_clientside.landscape.gallery = () => {
    if (!here()) return window.dash_clientside.no_update;
    if (document.activeElement !== field()) write(new URLSearchParams(location.search).get("q") || "");
    search();
    requestAnimationFrame(watch); // after the theme has reached the page
    return "";
  };

  /* React keeps the value of its fields: write it as a hand would. */
  function write(text) {
    if (field().value === text) return;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field(), text);
    field().dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("input", (event) => {
    if (event.target.id !== "gallery-search") return;
    search();
    const query = L.pages.gallery.query();
    history.replaceState(null, "", location.pathname + (query ? `?${query}` : ""));
  });

  document.addEventListener("click", (event) => {
    const family = event.target.closest?.("[data-goto]");
    if (!family) return;
    const section = document.getElementById(family.dataset.goto);
    section.scrollIntoView();
    section.querySelector("h2").focus({ preventScroll: true });
  });

  document.addEventListener("keydown", (event) => {
    if (!here()) return;
    if (event.key === "/" && event.target !== field()) {
      event.preventDefault();
      field().focus();
    } else if (event.key === "Escape" && event.target === field()) write("");
  });

  L.actions["gallery-copy"] = async (button) => {
    await navigator.clipboard.writeText(button.closest("article").querySelector("code").textContent);
    L.say("Command copied");
  };
})();
