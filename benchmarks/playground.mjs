// A network of objects, one for each neuron and each link, trained example by example: what the TensorFlow Playground
// does for a frame, written anew. Reads lines "work epochs" and answers with the CPU seconds each took.
import readline from "node:readline";

const SIDE = 100, EDGE = 6, BATCH = 10, RATE = 0.03;
const features = {
  x: (x, y) => x, y: (x, y) => y, xSquared: (x, y) => x * x, ySquared: (x, y) => y * y, xTimesY: (x, y) => x * y,
  sinX: (x, y) => Math.sin(x), sinY: (x, y) => Math.sin(y),
};
const enabled = { x: true, y: true };
const tanh = { at: (z) => Math.tanh(z), slope: (z) => 1 - Math.tanh(z) ** 2 };

class Neuron {
  incoming = []; // links
  outgoing = [];
  bias = 0.1;
  sum = 0;
  answer = 0;
  blame = 0; // slope of the loss by the answer
  slope = 0; // slope of the loss by the sum
  gathered = 0;
  count = 0;

  fire() {
    this.sum = this.bias;
    for (let i = 0; i < this.incoming.length; i++) this.sum += this.incoming[i].weight * this.incoming[i].from.answer;
    this.answer = tanh.at(this.sum);
  }
}

class Link {
  weight = Math.random() - 0.5;
  gathered = 0;
  count = 0;

  constructor(from, to) {
    this.from = from;
    this.to = to;
    from.outgoing.push(this);
    to.incoming.push(this);
  }
}

function network(widths) {
  const layers = widths.map((width) => Array.from({ length: width }, () => new Neuron()));
  for (let k = 1; k < layers.length; k++) {
    for (const to of layers[k]) for (const from of layers[k - 1]) new Link(from, to);
  }
  return layers;
}

function inputs(x, y) {
  const found = [];
  for (const name in features) if (enabled[name]) found.push(features[name](x, y));
  return found;
}

function forward(layers, given) {
  for (let i = 0; i < given.length; i++) layers[0][i].answer = given[i];
  for (let k = 1; k < layers.length; k++) {
    const layer = layers[k];
    for (let i = 0; i < layer.length; i++) layer[i].fire();
  }
  return layers[layers.length - 1][0].answer;
}

function backward(layers, label) {
  const end = layers.length - 1;
  layers[end][0].blame = layers[end][0].answer - label;
  for (let k = end; k >= 1; k--) {
    const layer = layers[k];
    for (let i = 0; i < layer.length; i++) {
      const neuron = layer[i], { incoming, outgoing } = neuron;
      if (k < end) {
        neuron.blame = 0;
        for (let j = 0; j < outgoing.length; j++) neuron.blame += outgoing[j].weight * outgoing[j].to.slope;
      }
      neuron.slope = neuron.blame * tanh.slope(neuron.sum);
      neuron.gathered += neuron.slope;
      neuron.count++;
      for (let j = 0; j < incoming.length; j++) {
        const link = incoming[j];
        link.gathered += neuron.slope * link.from.answer;
        link.count++;
      }
    }
  }
}

function update(layers) {
  for (let k = 1; k < layers.length; k++) {
    const layer = layers[k];
    for (let i = 0; i < layer.length; i++) {
      const neuron = layer[i], { incoming } = neuron;
      neuron.bias -= (RATE * neuron.gathered) / neuron.count;
      neuron.gathered = neuron.count = 0;
      for (let j = 0; j < incoming.length; j++) {
        const link = incoming[j];
        link.weight -= (RATE * link.gathered) / link.count;
        link.gathered = link.count = 0;
      }
    }
  }
}

function points(count) {
  return Array.from({ length: count }, () => {
    const x = 10 * Math.random() - 5, y = 10 * Math.random() - 5;
    return { x, y, label: x * x + y * y < 6.25 ? 1 : -1 };
  });
}

function loss(layers, rows) {
  let total = 0;
  for (let i = 0; i < rows.length; i++) {
    total += 0.5 * (forward(layers, inputs(rows[i].x, rows[i].y)) - rows[i].label) ** 2;
  }
  return total / rows.length;
}

function maps(layers) {
  const neurons = layers.slice(1).flat();
  const found = neurons.map(() => Array.from({ length: SIDE }, () => new Array(SIDE)));
  for (let i = 0; i < SIDE; i++) {
    for (let j = 0; j < SIDE; j++) {
      forward(layers, inputs((2 * EDGE * i) / (SIDE - 1) - EDGE, (2 * EDGE * j) / (SIDE - 1) - EDGE));
      for (let n = 0; n < neurons.length; n++) found[n][i][j] = neurons[n].answer;
    }
  }
  return found;
}

const net = network([2, 4, 2, 1]), train = points(250), test = points(250);
let kept = 0; // what is computed is used, so that nothing is left out

function epoch(work) {
  for (let i = 0; i < train.length; i++) {
    forward(net, inputs(train[i].x, train[i].y));
    backward(net, train[i].label);
    if ((i + 1) % BATCH === 0) update(net);
  }
  if (work !== "train") kept += loss(net, train) + loss(net, test);
  if (work === "frame") kept += maps(net)[0][0][0];
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [work, epochs] = line.split(" ");
  const begin = process.cpuUsage();
  for (let k = 0; k < Number(epochs); k++) epoch(work);
  const { user, system } = process.cpuUsage(begin);
  console.log((user + system) / 1e6, Number.isFinite(kept));
}
