/* Networks in the browser: the forward pass on a grid, so that moving through time needs no server. */

(() => {
  const L = window.landscape;
  L.net = L.net || {};

  L.net.make = (spec) => ({ spec });
  L.net.maps = () => [];
})();
