/* Pointing at the diagram of a network: what is under the pointer, keys, and the editor of a weight. */

(() => {
  const L = window.landscape;
  const N = L.net;
  const STEP = 0.1; // of an arrow key; ten times that with Shift, a tenth with Alt
  const HINTS = { fine: "↑ ↓ try other values, Enter keeps one, Escape none.", coarse: "− + try other values, Keep keeps one, × none." };
  const HINT = matchMedia("(pointer: coarse)").matches ? HINTS.coarse : HINTS.fine;

  const plain = (value) => String(Number(value.toPrecision(4))).replace("-", "−");
  const typed = (text) => (text.trim() === "" ? NaN : Number(text.trim().replace(/[−–]/, "-").replace(",", ".")));

  /* A weight of the vector in words. */
  function called(state, index) {
    const { layer, from, to } = N.placeOf(state.net, index);
    const target = N.calledNeuron(state.net, layer, to, state.names);
    if (from === null) return `bias of ${target}`;
    return `${layer === 1 ? state.names[from] : N.calledNeuron(state.net, layer - 1, from, state.names)} → ${target}`;
  }

  const neuronAt = ({ plan, net }, [x, y], near) => {
    for (let layer = 0; layer < net.widths.length; layer++) {
      for (const [i, spot] of plan.neurons[layer].entries()) {
        if (Math.max(Math.abs(x - spot.x), Math.abs(y - spot.y)) <= plan.size / 2 + near) return [layer, i];
      }
    }
    return null;
  };

  function biasAt(state, [x, y], near) {
    for (const [i, layer] of state.net.layers.entries()) {
      for (let j = 0; j < layer.width; j++) {
        const [left, top, side] = N.biasSquare(state, i + 1, j);
        if (Math.abs(x - left - side / 2) <= side / 2 + near && Math.abs(y - top - side / 2) <= side / 2 + near) return layer.biases + j;
      }
    }
    return null;
  }

  /* The height of a link's curve at x. Its points are x0 + (x1 − x0) (1.5 t (1 − t) + t³), which bisection solves for t. */
  function heightAt([x0, y0, x1, y1], x) {
    const share = (x - x0) / (x1 - x0);
    let [low, high] = [0, 1];
    for (let i = 0; i < 12; i++) {
      const t = (low + high) / 2;
      if (1.5 * t * (1 - t) + t ** 3 < share) low = t;
      else high = t;
    }
    const t = (low + high) / 2;
    return y0 + (y1 - y0) * t * t * (3 - 2 * t);
  }

  /* The nearest link; the upright distance is corrected by the curve's slope there. */
  function linkAt(state, [x, y], near) {
    let [best, least] = [null, near];
    for (const link of state.links) {
      const [x0, , x1] = link.curve;
      if (x < x0 || x > x1) continue;
      const here = heightAt(link.curve, x);
      const slope = heightAt(link.curve, Math.min(x1, x + 1)) - here;
      const distance = Math.abs(y - here) / Math.hypot(1, slope);
      if (distance < least) [best, least] = [link, distance];
    }
    return best;
  }

  function say(state, spot) {
    state.spot = spot;
    const { weights, hotLink, hotBias, hot, net } = state;
    if (state.editor) return N.card(state, "");
    const index = hotLink ? hotLink.index : hotBias;
    if (index !== null && index !== undefined) return N.card(state, `${called(state, index)}\n${L.written(weights[index])}`, spot);
    if (!hot) return N.card(state, "");
    const [layer, neuron] = hot;
    const lines = [N.calledNeuron(net, layer, neuron, state.names)];
    if (layer) lines.push(`bias ${L.written(weights[net.layers[layer - 1].biases + neuron])}`);
    const most = state.scales?.[layer]?.[neuron];
    if (most !== undefined) lines.push(`colours ±${L.written(most)}`);
    N.card(state, lines.join("\n"), spot);
  }

  /* The card again, where there is one, with the numbers of another moment. */
  N.sayAgain = (state) => {
    if (state.card && !state.card.hidden) say(state, state.spot);
  };

  function point(state, next, spot) {
    const before = JSON.stringify([state.hot, state.hotLink?.index, state.hotBias]);
    const hot = JSON.stringify(state.hot);
    Object.assign(state, { hot: null, hotLink: null, hotBias: null }, next);
    if (JSON.stringify(state.hot) !== hot) state.options.hover?.(...(state.hot || [null]));
    if (JSON.stringify([state.hot, state.hotLink?.index, state.hotBias]) !== before) {
      state.host.style.cursor = !state.options.fixed && (state.hotLink || state.hotBias !== null) ? "pointer" : "";
      N.soon(state, state.draw);
    }
    say(state, spot);
  }

  /* What is at that place: a bias before a neuron before a link. */
  function under(state, spot, touch) {
    const bias = biasAt(state, spot, touch ? Math.min(8, state.plan.size / 5) : 2);
    if (bias !== null) return { hotBias: bias };
    const neuron = neuronAt(state, spot, touch ? Math.max(0, 8 - state.plan.size / 3) : 0);
    if (neuron) return { hot: neuron };
    const link = linkAt(state, spot, touch ? 14 : 6);
    return link ? { hotLink: link } : {};
  }

  const focusedSpot = (state) => (state.parts.contains(document.activeElement) && document.activeElement.net) || null;
  const middle = (state, [layer, neuron]) => {
    const { x, y } = state.plan.neurons[layer][neuron];
    return [x + state.plan.size / 2, y];
  };

  function go(state, layer, neuron) {
    const column = state.buttons[Math.max(0, Math.min(layer, state.buttons.length - 1))];
    const next = column[Math.max(0, Math.min(neuron, column.length - 1))];
    state.buttons[state.focus[0]][state.focus[1]].tabIndex = -1;
    state.focus = next.net;
    next.tabIndex = 0;
    next.focus();
  }

  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function pressed(state, event) {
    const spot = event.target.net;
    if (!spot || event.ctrlKey || event.metaKey) return;
    const move = MOVES[event.key];
    if (move) {
      // From layer to layer the focus goes to the neuron that is at the same height.
      const share = spot[1] + 0.5 - state.net.widths[spot[0]] / 2;
      const width = state.net.widths[spot[0] + move[0]] ?? 0;
      go(state, spot[0] + move[0], move[0] && width ? Math.round(share + width / 2 - 0.5) : spot[1] + move[1]);
    } else if (event.key === "Enter" && spot[0] > 0 && !state.options.fixed) {
      edit(state, state.net.layers[spot[0] - 1].biases + spot[1]);
    } else if (event.key === "Escape") {
      event.target.blur();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /* The weights with the one that is being edited. */
  N.tried = (state, weights) => {
    const tried = Float32Array.from(weights);
    tried[state.trial.index] = state.trial.value;
    return tried;
  };

  function tryOut(state, value) {
    state.trial = value === null ? null : { index: state.editor.index, value };
    state.weights = state.trial ? N.tried(state, state.given) : state.given;
    state.options.preview?.(state.trial ? state.weights : null);
    N.soon(state, state.draw);
  }

  function close(state) {
    const { editor } = state;
    state.editor = null;
    editor.box.remove();
    state.hotLink = state.hotBias = null;
    state.buttons[editor.place.layer][editor.place.to].focus();
    N.soon(state, state.draw);
  }

  function giveUp(state) {
    if (state.trial) tryOut(state, null);
    close(state);
  }

  function commit(state) {
    const { input, note, index } = state.editor;
    const value = typed(input.value);
    if (input.value === plain(state.given[index])) return giveUp(state); // as it was, though rounded
    if (!Number.isFinite(value)) {
      input.setAttribute("aria-invalid", "true");
      Object.assign(note, { className: "wrong", textContent: "This is not a number; type one, for example 0.5." });
      return;
    }
    state.trial = null;
    state.given = Float32Array.from(state.given);
    state.given[index] = value;
    state.weights = state.given;
    close(state);
    state.options.edit?.(index, value);
  }

  /* The neuron's weights in the order in which the editor goes through them: its bias, then its links from the top. */
  function around(net, index, by) {
    const { layer, from, to } = N.placeOf(net, index);
    const { inputs, width, weights, biases } = net.layers[layer - 1];
    const next = (((from ?? -1) + 1 + by + inputs + 1) % (inputs + 1)) - 1;
    return next < 0 ? biases + to : weights + next * width + to;
  }

  function nudge(state, by) {
    const { input, index } = state.editor;
    const value = typed(input.value);
    const next = Number(((Number.isFinite(value) ? value : state.given[index]) + by).toFixed(6));
    input.value = plain(next);
    input.oninput();
  }

  function keyed(state, event) {
    const { input, index } = state.editor;
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (step) nudge(state, step * STEP * (event.shiftKey ? 10 : event.altKey ? 0.1 : 1));
    else if (event.key === "Enter" && event.target === input) commit(state);
    else if (event.key === "Escape") giveUp(state);
    else if (event.key === "PageDown" || event.key === "PageUp") edit(state, around(state.net, index, event.key === "PageDown" ? 1 : -1));
    else return event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  }

  const button = (textContent, name, onclick) => L.made("button", { type: "button", textContent, ariaLabel: name, onclick });
  function header(state, index) {
    const step = (by) => () => edit(state, around(state.net, index, by));
    return L.made(
      "div",
      { className: "net-editor-title" },
      L.made("span", { textContent: called(state, index) }),
      button("‹", "Previous weight of this neuron", step(-1)),
      button("›", "Next weight of this neuron", step(1)),
      button("×", "Close", () => giveUp(state)),
    );
  }

  /* The field, and buttons for who has no keyboard. */
  function fields(state, input) {
    const keep = Object.assign(button("Keep", "Keep this value", () => commit(state)), { className: "keep" });
    const less = button("−", "Less by 0.1", () => nudge(state, -STEP));
    const more = button("+", "More by 0.1", () => nudge(state, STEP));
    return L.made("div", { className: "net-editor-row" }, input, less, more, keep);
  }

  /* Open the editor of a weight beside its link or bias. */
  function edit(state, index) {
    if (state.trial) tryOut(state, null);
    state.editor?.box.remove();
    N.card(state, "");
    const place = N.placeOf(state.net, index);
    const value = plain(state.given[index]);
    const input = L.made("input", { type: "text", value, autocomplete: "off", spellcheck: false, enterKeyHint: "done" });
    input.setAttribute("aria-label", `Weight: ${called(state, index)}`);
    const note = L.made("p", { textContent: HINT });
    note.setAttribute("role", "status");
    const box = L.made("div", { className: "net-editor" }, header(state, index), fields(state, input), note);
    state.editor = { box, input, note, index, place };
    box.onkeydown = (event) => keyed(state, event);
    input.oninput = () => {
      input.removeAttribute("aria-invalid");
      Object.assign(note, { className: "", textContent: HINT });
      if (Number.isFinite(typed(input.value))) tryOut(state, typed(input.value));
    };
    state.host.append(box);
    const link = state.links.find((each) => each.index === index);
    const { x, y } = state.plan.neurons[place.layer][place.to];
    const [x0, y0, x1, y1] = link?.curve || [x, y, x - state.plan.size, y + state.plan.size];
    const at = [(x0 + x1) / 2, (y0 + y1) / 2];
    const left = Math.max(4, Math.min(at[0] - box.offsetWidth / 2, state.host.clientWidth - box.offsetWidth - 4));
    const top = at[1] + 14 + box.offsetHeight < state.host.clientHeight ? at[1] + 14 : Math.max(4, at[1] - box.offsetHeight - 14);
    Object.assign(box.style, { left: `${left}px`, top: `${top}px` });
    Object.assign(state, { hot: null, hotLink: link || null, hotBias: link ? null : index });
    input.focus();
    input.select();
    N.soon(state, state.draw);
  }

  N.listen = (state) => {
    const { host } = state;
    const outside = (event) => state.editor?.box.contains(event.target) || event.target.closest?.(".net-caption");
    host.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch" || state.editor || outside(event)) return;
      const spot = N.spot(state, event);
      point(state, under(state, spot, false), spot);
    });
    host.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "touch" || state.editor) return;
      const spot = focusedSpot(state);
      point(state, spot ? { hot: spot } : {}, spot ? middle(state, spot) : [0, 0]);
    });
    host.addEventListener("click", (event) => {
      if (outside(event) || event.detail === 0) return; // a key on a button
      const found = under(state, N.spot(state, event), event.pointerType === "touch");
      if (state.editor) giveUp(state);
      const index = found.hotLink ? found.hotLink.index : found.hotBias;
      if (index !== undefined && !state.options.fixed) edit(state, index);
      else point(state, found, N.spot(state, event));
    });
    host.addEventListener("focusin", (event) => {
      if (!event.target.net || state.editor) return;
      state.buttons[state.focus[0]][state.focus[1]].tabIndex = -1;
      [state.focus, event.target.tabIndex] = [event.target.net, 0];
      point(state, { hot: event.target.net }, middle(state, event.target.net));
    });
    host.addEventListener("focusout", (event) => {
      if (event.target.net && !host.contains(event.relatedTarget)) point(state, {}, [0, 0]);
    });
    host.addEventListener("keydown", (event) => pressed(state, event));
  };
})();
