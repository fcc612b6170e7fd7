/* The Tune page: its address holds what it shows. */

(() => {
  const L = window.landscape;

  window.dash_clientside.landscape.addressed = (asked) => {
    if (!asked || location.pathname.endsWith("/") || !document.getElementById("tune")) return window.dash_clientside.no_update;
    const words = Object.entries(asked).filter(([, value]) => value.length !== 0).map(([name, value]) => `${name}=${[].concat(value).join(",")}`);
    history.replaceState(null, "", `${location.pathname}?${words.join("&")}`);
    return window.dash_clientside.no_update;
  };
})();
