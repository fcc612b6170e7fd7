/* The diagram of a network and its decision map. */

(() => {
  const L = window.landscape;

  L.net.diagram = () => {};
  L.net.decision = () => {};
})();
