// Comforts for pictures over time: the values nearest to the pointer, and zooming into a part of the time, in all of them at
// once. Everything can be read without it.
(() => {
  "use strict";
  const ns = "http://www.w3.org/2000/svg";
  const units = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];
  const short = (value) => Number(value.toPrecision(4)).toLocaleString("en");
  const time = (value) => {
    const [size, name] = units.find(([size]) => Math.abs(value) >= size) || units[3];
    return short(value / size) + " " + name;
  };
  const make = (name, attributes, parent) => {
    const element = document.createElementNS(ns, name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    return parent.appendChild(element);
  };
  const numbers = (text) => text.split(" ").map(Number);

  // Pictures of one run share their axis, so that they are zoomed together.
  const groups = new Map();

  class Picture {
    constructor(svg, group) {
      this.svg = svg;
      this.group = group;
      [this.left, this.right, this.top, this.bottom] = numbers(svg.dataset.plot);
      this.range = numbers(svg.dataset.range);
      this.view = this.range.slice();
      this.plot = svg.querySelector(".chart-plot");
      this.ticks = svg.querySelector(".chart-x-ticks");
      this.plain = this.ticks.cloneNode(true);
      const id = svg.dataset.chart;
      const source = svg.parentNode.querySelector('svg[data-chart="' + CSS.escape(id) + '"][data-steps]');
      if (source) {
        [this.start, this.width] = numbers(source.dataset.steps);
        const names = source.dataset.names.split("|");
        const measures = source.dataset.measures.split("|");
        this.series = source.dataset.values.split(";").map((list, index) => ({
          name: names[index], measure: measures[index], values: list.split(",")
        }));
      }
      this.cursor = make("path", { class: "chart-cursor", visibility: "hidden" }, svg);
      this.selection = make("rect", {
        class: "chart-selection", y: this.top, height: this.bottom - this.top, visibility: "hidden"
      }, svg);
      this.readout = this.line();
      svg.setAttribute("tabindex", "0");
      svg.addEventListener("pointermove", (event) => this.move(event));
      svg.addEventListener("pointerdown", (event) => this.press(event));
      svg.addEventListener("pointerup", (event) => this.release(event));
      svg.addEventListener("pointercancel", () => this.drop());
      svg.addEventListener("pointerleave", () => { if (this.from === undefined) this.group.point(undefined); });
      svg.addEventListener("keydown", (event) => this.key(event));
    }

    // One line below both drawings of a picture.
    line() {
      const parent = this.svg.parentNode;
      const id = this.svg.dataset.chart + "-readout";
      const known = document.getElementById(id);
      if (known) return known;
      const line = document.createElement("p");
      line.className = "chart-readout";
      line.id = id;
      line.setAttribute("aria-live", "polite");
      const last = [...parent.querySelectorAll(":scope > svg.chart")].pop();
      last.after(line);
      return line;
    }

    place(value) {
      return this.left + (value - this.view[0]) / (this.view[1] - this.view[0]) * (this.right - this.left);
    }

    value(event) {
      const box = this.svg.getBoundingClientRect();
      const x = (event.clientX - box.left) * this.svg.viewBox.baseVal.width / box.width;
      const part = Math.min(1, Math.max(0, (x - this.left) / (this.right - this.left)));
      return this.view[0] + part * (this.view[1] - this.view[0]);
    }

    move(event) {
      const value = this.value(event);
      this.group.point(value);
      if (this.from === undefined) return;
      const [a, b] = [this.place(this.from), this.place(value)].sort((one, other) => one - other);
      this.selection.setAttribute("x", a);
      this.selection.setAttribute("width", b - a);
      this.selection.setAttribute("visibility", "visible");
    }

    press(event) {
      if (event.button !== 0) return;
      this.from = this.value(event);
      this.svg.setPointerCapture(event.pointerId);
    }

    release(event) {
      if (this.from === undefined) return;
      const [a, b] = [this.from, this.value(event)].sort((one, other) => one - other);
      this.drop();
      // Less is a click.
      if ((b - a) / (this.view[1] - this.view[0]) > 0.02) this.group.zoom(a, b);
    }

    drop() {
      this.from = undefined;
      this.selection.setAttribute("visibility", "hidden");
    }

    key(event) {
      const at = this.group.at === undefined ? (this.view[0] + this.view[1]) / 2 : this.group.at;
      const length = this.view[1] - this.view[0];
      const step = Math.max(this.width || 0, length / 100);
      if (event.key === "ArrowLeft") this.group.walk(at - step);
      else if (event.key === "ArrowRight") this.group.walk(at + step);
      else if (event.key === "+" || event.key === "=") this.group.zoom(at - length / 4, at + length / 4);
      else if (event.key === "-") this.group.zoom(at - length, at + length);
      else if (event.key === "0" || event.key === "Escape") this.group.reset();
      else return;
      event.preventDefault();
    }

    point(at) {
      const isSeen = at !== undefined && at >= this.view[0] && at <= this.view[1];
      this.cursor.setAttribute("visibility", isSeen ? "visible" : "hidden");
      if (!isSeen) return;
      this.cursor.setAttribute("d", "M" + this.place(at) + " " + this.top + "V" + this.bottom);
    }

    // The values of the step that is pointed at.
    text(at) {
      if (at === undefined || !this.series) return "";
      const step = Math.floor((at - this.start) / this.width);
      const told = this.series.flatMap(({ name, measure, values }) => {
        const value = values[step];
        if (value === undefined || value === "") return [];
        return [name + " " + (measure === "time" ? time(Number(value) * 1000) : short(Number(value)))];
      });
      const from = this.start + step * this.width;
      return time(from) + " to " + time(from + this.width) + ": " + (told.join(", ") || "nothing known");
    }

    show(from, to) {
      this.view = [from, to];
      const whole = from === this.range[0] && to === this.range[1];
      const factor = (this.range[1] - this.range[0]) / (to - from);
      const shift = this.left - factor * (this.left + (from - this.range[0]) / (this.range[1] - this.range[0])
        * (this.right - this.left));
      if (whole) this.plot.removeAttribute("transform");
      else this.plot.setAttribute("transform", "matrix(" + factor + " 0 0 1 " + shift + " 0)");
      for (const tag of this.svg.querySelectorAll(".chart-tag[data-at]")) {
        const x = this.place(Number(tag.dataset.at));
        const isSeen = x >= this.left && x <= this.right;
        tag.setAttribute("visibility", isSeen ? "visible" : "hidden");
        if (whole) tag.removeAttribute("transform");
        else tag.setAttribute("transform", "translate(" + (x - Number(tag.dataset.x)) + " 0)");
      }
      if (whole) this.ticks.replaceChildren(...this.plain.cloneNode(true).childNodes);
      else this.mark();
    }

    // Ticks of the part that is shown, at round numbers, each with its unit; `plain` has those of the whole.
    mark() {
      this.ticks.replaceChildren();
      const count = (this.right - this.left) / 110;
      const raw = (this.view[1] - this.view[0]) / count;
      const power = 10 ** Math.floor(Math.log10(raw));
      const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw);
      for (let value = Math.ceil(this.view[0] / step) * step; value <= this.view[1]; value += step) {
        const x = this.place(value);
        make("path", { class: "chart-axis", d: "M" + x + " " + this.bottom + "v5" }, this.ticks);
        const text = make("text", {
          class: "chart-label", x: x, y: this.bottom + 19, "text-anchor": x > this.right - 30 ? "end" : "middle"
        }, this.ticks);
        text.textContent = time(value);
      }
    }
  }

  class Group {
    constructor() { this.pictures = []; }

    point(at) {
      this.at = at;
      for (const picture of this.pictures) {
        picture.point(at);
        const text = picture.text(at);
        if (picture.readout.firstChild !== null && picture.said === text) continue;
        picture.said = text;
        this.write(picture, text);
      }
    }

    walk(to) {
      const [first, last] = this.pictures[0].view;
      this.point(Math.min(last, Math.max(first, to)));
    }

    zoom(from, to) {
      const [first, last] = this.pictures[0].range;
      const low = Math.max(first, from), high = Math.min(last, to);
      // Nothing is recorded below a microsecond.
      if (high - low < 1000) return;
      for (const picture of this.pictures) picture.show(low, high);
      this.isZoomed = low > first || high < last;
      this.point(this.at);
      for (const picture of this.pictures) this.write(picture, picture.said || "");
    }

    reset() {
      const [first, last] = this.pictures[0].range;
      this.zoom(first, last);
    }

    write(picture, text) {
      picture.readout.textContent = text;
      if (!this.isZoomed) return;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Show the whole time";
      button.addEventListener("click", () => this.reset());
      picture.readout.append(" ", button);
    }
  }

  for (const svg of document.querySelectorAll("svg.chart[data-over-time]")) {
    const run = svg.dataset.chart.replace(/[a-z]+$/, "") + svg.dataset.range;
    if (!groups.has(run)) groups.set(run, new Group());
    const group = groups.get(run);
    group.pictures.push(new Picture(svg, group));
  }
})();
