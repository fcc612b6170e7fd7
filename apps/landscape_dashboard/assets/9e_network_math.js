/* Networks in the browser: the forward pass on a grid, so that moving through time needs no server. */

(() => {
  const L = window.landscape;
  L.net = L.net || {};
  const EXTENT = 6; // the maps show [-6, 6]²
  const EPSILON = 1e-5; // added to variances, as in the server's normalization
  const SIZES = [100, 75, 50, 36, 25, 16];

  const FEATURES = {
    x: (x) => x,
    y: (x, y) => y,
    x2: (x) => x * x,
    y2: (x, y) => y * y,
    xy: (x, y) => x * y,
    sinx: (x) => Math.sin(x),
    siny: (x, y) => Math.sin(y),
    cosx: (x) => Math.cos(x),
    cosy: (x, y) => Math.cos(y),
  };

  /* tanh and the normal distribution between their values at every 1/512, which is right to 4e-7; NaN stays NaN. */
  const [STEPS, REACH] = [512, 9];
  const LAST = 2 * REACH * STEPS;
  const TANH = Float32Array.from({ length: LAST + 2 }, (_, i) => Math.tanh(i / STEPS - REACH));
  const NORMAL = integrated((v) => Math.exp(-0.5 * v * v) / Math.sqrt(2 * Math.PI));
  function integrated(density) {
    let sum = 0;
    return Float32Array.from({ length: LAST + 2 }, (_, i) => {
      const v = i / STEPS - REACH;
      const before = sum;
      sum += (density(v) + 4 * density(v + 0.5 / STEPS) + density(v + 1 / STEPS)) / (6 * STEPS);
      return before;
    });
  }
  function looked(table, v) {
    let at = (v + REACH) * STEPS;
    if (at < 0) at = 0;
    else if (at > LAST) at = LAST;
    const i = at | 0;
    return table[i] + (at - i) * (table[i + 1] - table[i]);
  }
  const tanh = (v) => looked(TANH, v);

  /* In place, one loop each: a function handed to one common loop would be called, not inlined. */
  const ACTIVATIONS = {
    tanh: (a) => { for (let k = 0; k < a.length; k++) a[k] = tanh(a[k]); },
    relu: (a) => { for (let k = 0; k < a.length; k++) if (a[k] < 0) a[k] = 0; },
    sigmoid: (a) => { for (let k = 0; k < a.length; k++) a[k] = 0.5 + 0.5 * tanh(0.5 * a[k]); },
    linear: () => {},
    gelu: (a) => { for (let k = 0; k < a.length; k++) a[k] *= looked(NORMAL, a[k]); },
    leaky_relu: (a) => { for (let k = 0; k < a.length; k++) if (a[k] < 0) a[k] *= 0.01; },
    sin: (a) => { for (let k = 0; k < a.length; k++) a[k] = Math.sin(a[k]); },
  };

  function softmax(outs) {
    for (let k = 0; k < outs[0].length; k++) {
      let most = -Infinity;
      for (const a of outs) most = Math.max(most, a[k]);
      let sum = 0;
      for (const a of outs) sum += a[k] = Math.exp(a[k] - most);
      for (const a of outs) a[k] /= sum;
    }
  }

  const OUTPUTS = {
    tanh: (outs) => outs.forEach(ACTIVATIONS.tanh),
    linear: () => {},
    logit: (outs) => outs.forEach((a) => { for (let k = 0; k < a.length; k++) a[k] = tanh(0.5 * a[k]); }), // 2 sigmoid − 1
    softmax,
  };

  /* Where a layer's numbers begin in the vector: weights (in, out) row by row, biases, then scales and shifts. */
  function placed(spec) {
    const widths = [spec.features.length, ...spec.hidden, spec.outputs];
    const layers = [];
    let at = 0;
    for (let i = 1; i < widths.length; i++) {
      const layer = { inputs: widths[i - 1], width: widths[i], weights: at, biases: at + widths[i - 1] * widths[i], norm: null };
      at = layer.biases + layer.width;
      if (spec.norm && spec.norm !== "none" && i < widths.length - 1) {
        layer.norm = at;
        at += 2 * layer.width;
      }
      layers.push(layer);
    }
    return { widths, layers, size: at };
  }

  const flat = (spec) => spec.features.every((name) => FEATURES[name]);
  const featured = (spec, x, y) => spec.features.map((name) => Float32Array.from(x, (_, k) => FEATURES[name](x[k], y[k])));

  /* A network that maps and diagrams can be drawn of. `points` are needed where batch normalization is:
     its statistics are those of all points for training. */
  L.net.make = (spec, points = null) => {
    const net = { spec, ...placed(spec), extent: spec.extent ?? EXTENT, flat: flat(spec), grids: new Map(), cost: 0 };
    if (spec.norm === "batch" && points && net.flat) {
      const n = points.train ?? points.x.length;
      net.training = featured(spec, points.x.slice(0, n), points.y.slice(0, n));
    }
    return net;
  };

  /* Σ inputs · weights + bias of one neuron, two inputs at a time. */
  function summed(out, inputs, weights, layer, j) {
    const { width } = layer;
    out.fill(weights[layer.biases + j]);
    for (let i = 0; i < inputs.length; i += 2) {
      const w = weights[layer.weights + i * width + j];
      const a = inputs[i];
      if (i + 1 === inputs.length) {
        for (let k = 0; k < out.length; k++) out[k] += w * a[k];
      } else {
        const v = weights[layer.weights + (i + 1) * width + j];
        const b = inputs[i + 1];
        for (let k = 0; k < out.length; k++) out[k] += w * a[k] + v * b[k];
      }
    }
  }

  /* Over the neurons of a layer at every point. */
  function overLayer(outs, weights, layer) {
    const { width, norm } = layer;
    for (let k = 0; k < outs[0].length; k++) {
      let [mean, square] = [0, 0];
      for (const a of outs) mean += a[k] / width;
      for (const a of outs) square += (a[k] - mean) ** 2 / width;
      const by = 1 / Math.sqrt(square + EPSILON);
      for (let j = 0; j < width; j++) outs[j][k] = (outs[j][k] - mean) * by * weights[norm + j] + weights[norm + width + j];
    }
  }

  const statistics = (a) => {
    let [mean, square] = [0, 0];
    for (const value of a) mean += value / a.length;
    for (const value of a) square += (value - mean) ** 2 / a.length;
    return [mean, square];
  };

  /* With the mean and variance of every neuron over the training points. */
  function overBatch(outs, weights, { width, norm }, found) {
    outs.forEach((a, j) => {
      const scale = weights[norm + j] / Math.sqrt(found[j][1] + EPSILON);
      const shift = weights[norm + width + j] - found[j][0] * scale;
      for (let k = 0; k < a.length; k++) a[k] = a[k] * scale + shift;
    });
  }

  const room = (net, n) => net.layers.map(({ width }) => Array.from({ length: width }, () => new Float32Array(n)));

  /* Fill `into` layer by layer. `found` are batch statistics; without them these inputs are the batch. */
  function forward(net, weights, inputs, into, found) {
    const { spec } = net;
    const seen = [];
    net.layers.forEach((layer, i) => {
      const outs = into[i];
      for (let j = 0; j < layer.width; j++) summed(outs[j], i ? into[i - 1] : inputs, weights, layer, j);
      if (layer.norm !== null && spec.norm === "layer") overLayer(outs, weights, layer);
      if (layer.norm !== null && spec.norm === "batch") {
        seen[i] = found ? found[i] : outs.map(statistics);
        overBatch(outs, weights, layer, seen[i]);
      }
      if (i < net.layers.length - 1) outs.forEach(ACTIVATIONS[spec.activation]);
      else OUTPUTS[spec.output](outs);
    });
    return seen;
  }

  function batchStatistics(net, weights) {
    if (net.spec.norm !== "batch" || !net.training) return null;
    net.room ||= room(net, net.training[0].length);
    return forward(net, weights, net.training, net.room, null);
  }

  /* The grid of m × m points, row 0 at the bottom, with its features and room for every neuron. */
  function gridOf(net, m) {
    if (!net.grids.has(m)) {
      const at = (i) => -net.extent + (2 * net.extent * i) / (m - 1);
      const x = Float32Array.from({ length: m * m }, (_, k) => at(k % m));
      const y = Float32Array.from({ length: m * m }, (_, k) => at(Math.floor(k / m)));
      net.grids.set(m, { inputs: featured(net.spec, x, y), into: room(net, m * m), of: null });
    }
    return net.grids.get(m);
  }

  const same = (a, b) => a !== null && a.length === b.length && a.every((value, i) => Object.is(value, b[i]));

  /* Every neuron's values on a grid over [-6, 6]², per layer from the first hidden one to the outputs; null where the
     data are not of the plane. The arrays are used again by the next call. Outputs are as they are shown: probabilities
     of classes, or −1 … 1 with the boundary at 0, or the values of a regression. */
  L.net.maps = (net, weights, m) => {
    if (!net.flat) return null;
    const grid = gridOf(net, m);
    if (!same(grid.of, weights)) {
      const began = performance.now();
      forward(net, weights, grid.inputs, grid.into, batchStatistics(net, weights));
      grid.of = Float32Array.from(weights);
      L.net.spent(net, m, performance.now() - began);
    }
    return grid.into;
  };

  L.net.inputs = (net, m) => (net.flat ? gridOf(net, m).inputs : null);

  /* The outputs at points of the plane, one array per output. */
  L.net.outputs = (net, weights, x, y) => {
    if (!net.flat) return null;
    const into = room(net, x.length);
    forward(net, weights, featured(net.spec, x, y), into, batchStatistics(net, weights));
    return into.at(-1);
  };

  /* Milliseconds that a frame took, and from that a resolution whose frames take no longer than `budget`. */
  L.net.spent = (net, m, time) => {
    const cost = time / m ** 2;
    net.cost = net.cost ? 0.8 * net.cost + 0.2 * cost : cost;
  };
  L.net.resolution = (net, playing, budget = 25) =>
    playing ? SIZES.find((m) => net.cost * m * m <= budget) || SIZES.at(-1) : SIZES[0];
})();
