(() => {
"use strict";
// Reads values off a chart, zooms it, hides its lines, copies its figures: by mouse and by keyboard. A page is
// complete without it: what it shows, it reads from the table below the chart.
const NS = "http://www.w3.org/2000/svg";
const svg = (name, attributes) => {
  const element = document.createElementNS(NS, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  return element;
};
const html = (name, className, text) => {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const FULL = 10000;
const charts = [];

function table(figure) {
  const body = figure.querySelector(".data tbody");
  if (!body) return null;
  const titles = [...figure.querySelectorAll(".data thead th")].map((it) => it.textContent);
  const rows = [...body.rows].map((row) => ({
    x: row.dataset.x === undefined ? null : +row.dataset.x,
    cells: [...row.cells].map((cell) => cell.textContent.trim()),
  }));
  return { titles, rows };
}

class Chart {
  constructor(figure) {
    this.figure = figure;
    this.main = figure.querySelector("svg.main");
    this.data = table(figure);
    this.hidden = new Set();
    this.legend();
    if (this.data) this.copy();
    if (!this.main.dataset.field || !this.data) return;
    const [axis, first, last] = (this.main.dataset.axis || "").split(" ");
    Object.assign(this, { axis, first: +first, span: last - first });
    const [left, top, width, height, inWidth, inHeight] = this.main.dataset.field.split(" ").map(Number);
    Object.assign(this, { left, top, width, height, inWidth, inHeight, from: 0, to: 1, at: null });
    this.inner = this.main.querySelector("svg.z");
    this.cross = svg("path", { class: "cx off" });
    this.box = svg("rect", { class: "bx off", y: top, height });
    this.ends = [svg("text", { x: left, y: top + height + 16 }), svg("text", { x: left + width, y: top + height + 16, class: "e" })];
    this.main.append(this.cross, this.box, ...this.ends);
    this.tip = html("div", "tip off");
    this.tip.setAttribute("role", "status");
    this.main.parentNode.append(this.tip);
    this.main.setAttribute("tabindex", "0");
    this.listen();
  }

  legend() {
    for (const entry of this.figure.querySelectorAll(".legend li")) {
      const button = html("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "true");
      button.append(...entry.childNodes);
      entry.append(button);
      button.addEventListener("click", () => this.toggle(+entry.dataset.s, button));
    }
  }

  toggle(index, button) {
    const hides = !this.hidden.delete(index);
    if (hides) this.hidden.add(index);
    button.setAttribute("aria-pressed", String(!hides));
    this.main.querySelectorAll(`g[data-s="${index}"]`).forEach((mark) => mark.classList.toggle("off", hides));
  }

  copy() {
    const button = html("button", "copy", "Copy as CSV");
    button.type = "button";
    this.figure.querySelector(".data summary").after(button);
    button.addEventListener("click", () => {
      const quoted = (cell) => `"${cell.replace(/^[=+\-@]/, "'$&").replace(/"/g, '""')}"`;
      const lines = [this.data.titles, ...this.data.rows.map((row) => row.cells)];
      const area = html("textarea");
      area.value = lines.map((line) => line.map(quoted).join(",")).join("\r\n");
      this.figure.append(area);
      area.select();
      button.textContent = document.execCommand("copy") ? "Copied" : "Could not copy";
      area.remove();
    });
  }

  // The place under the pointer, 0 to 1 of the whole axis.
  place(event) {
    const box = this.main.getBoundingClientRect();
    const unit = box.width / this.main.viewBox.baseVal.width;
    const share = ((event.clientX - box.left) / unit - this.left) / this.width;
    return this.from + Math.min(1, Math.max(0, share)) * (this.to - this.from);
  }

  row(place) {
    const rows = this.data.rows;
    let best = 0;
    rows.forEach((row, index) => {
      if (Math.abs(row.x - place * FULL) < Math.abs(rows[best].x - place * FULL)) best = index;
    });
    return best;
  }

  // Charts of the same time move together, whatever part of it each shows.
  group() {
    return this.axis === "time" ? charts.filter((it) => it.axis === "time") : [this];
  }

  // A place of this chart on another.
  on(chart, place) {
    return chart === this ? place : (this.first + place * this.span - chart.first) / chart.span;
  }

  point(place) {
    this.group().forEach((chart) => {
      const own = this.on(chart, place);
      if (own >= 0 && own <= 1) chart.show(chart.row(own), chart === this);
    });
  }

  hide() {
    this.group().forEach((chart) => {
      chart.at = null;
      chart.cross.classList.add("off");
      chart.tip.classList.add("off");
    });
  }

  show(index, speaks) {
    this.at = index;
    const share = (this.data.rows[index].x / FULL - this.from) / (this.to - this.from);
    const inside = share >= 0 && share <= 1;
    const x = this.left + share * this.width;
    this.cross.classList.toggle("off", !inside);
    this.cross.setAttribute("d", `M${x} ${this.top}v${this.height}`);
    this.tip.classList.toggle("off", !inside || !speaks);
    if (inside && speaks) this.tell(index, x);
  }

  tell(index, x) {
    const cells = this.data.rows[index].cells;
    this.tip.replaceChildren(html("b", "", cells[0]));
    cells.slice(1).forEach((cell, column) => {
      if (cell === "" || this.hidden.has(column)) return;
      const line = html("div");
      line.append(html("span", "", this.data.titles[column + 1]), html("span", "", cell));
      this.tip.append(line);
    });
    const unit = this.main.clientWidth / this.main.viewBox.baseVal.width || this.main.getBoundingClientRect().width / this.main.viewBox.baseVal.width;
    const isRight = x > this.left + this.width / 2;
    this.tip.style.top = `${this.top * unit}px`;
    this.tip.style.left = isRight ? "" : `${x * unit + 12}px`;
    this.tip.style.right = isRight ? `${this.main.getBoundingClientRect().width - x * unit + 12}px` : "";
  }

  zoom(from, to) {
    if (to - from < 0.002) return;
    const isWhole = from <= 0 && to >= 1;
    this.group().forEach((chart) => {
      const [start, end] = isWhole ? [0, 1] : [this.on(chart, from), this.on(chart, to)];
      if (end - start > 0.002 && start < 1 && end > 0) chart.zoomTo(Math.max(0, start), Math.min(1, end));
    });
  }

  zoomTo(from, to) {
    [this.from, this.to] = [from, to];
    const isWhole = from === 0 && to === 1;
    this.inner.setAttribute("viewBox", `${from * this.inWidth} 0 ${(to - from) * this.inWidth} ${this.inHeight}`);
    this.main.classList.toggle("zoomed", !isWhole);
    this.main.querySelectorAll(".tx,.zx").forEach((it) => it.classList.toggle("off", !isWhole));
    const label = (place) => (isWhole ? "" : this.data.rows[this.row(place)].cells[0]);
    this.ends[0].textContent = label(from);
    this.ends[1].textContent = label(to);
    if (this.at !== null) this.show(this.at, !this.tip.classList.contains("off"));
  }

  listen() {
    let start = null;
    const isDrag = (event) => start !== null && Math.abs(event.clientX - start.x) > 6;
    const at = (place) => this.left + ((place - this.from) / (this.to - this.from)) * this.width;
    this.main.addEventListener("pointermove", (event) => {
      const place = this.place(event);
      this.point(place);
      this.box.classList.toggle("off", !isDrag(event));
      if (!isDrag(event)) return;
      const [left, right] = [at(start.place), at(place)].sort((a, b) => a - b);
      this.box.setAttribute("x", left);
      this.box.setAttribute("width", right - left);
    });
    this.main.addEventListener("pointerdown", (event) => {
      if (event.button === 0 && event.pointerType !== "touch") start = { x: event.clientX, place: this.place(event) };
    });
    addEventListener("pointerup", (event) => {
      if (isDrag(event)) this.zoom(...[start.place, this.place(event)].sort((a, b) => a - b));
      start = null;
      this.box.classList.add("off");
    });
    this.main.addEventListener("pointerleave", () => start || this.hide());
    this.main.addEventListener("dblclick", () => this.zoom(0, 1));
    this.main.addEventListener("blur", () => this.hide());
    this.main.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const last = this.data.rows.length - 1;
    const at = this.at ?? this.row(this.from);
    const step = event.shiftKey ? 10 : 1;
    const go = (index) => this.point(this.data.rows[Math.min(last, Math.max(0, index))].x / FULL);
    const scale = (factor) => {
      const middle = this.data.rows[at].x / FULL;
      const half = Math.min(0.5, ((this.to - this.from) * factor) / 2);
      const from = Math.min(Math.max(0, middle - half), 1 - 2 * half);
      this.zoom(from, from + 2 * half);
    };
    const keys = {
      ArrowLeft: () => go(at - step),
      ArrowRight: () => go(at + step),
      Home: () => go(0),
      End: () => go(last),
      "+": () => scale(0.5),
      "=": () => scale(0.5),
      "-": () => scale(2),
      0: () => this.zoom(0, 1),
      Escape: () => (this.zoom(0, 1), this.hide()),
    };
    if (!keys[event.key]) return;
    keys[event.key]();
    event.preventDefault();
  }
}

// A page with charts of several scenarios lets the reader choose among them.
function filter() {
  const figures = [...document.querySelectorAll("figure[data-group]")];
  const names = [...new Set(figures.map((it) => it.dataset.group))];
  if (names.length < 2) return;
  const fieldset = html("fieldset", "filter");
  fieldset.append(html("legend", "", "Show"));
  const shown = new Set(names);
  for (const name of names) {
    const label = html("label");
    const box = html("input");
    box.type = "checkbox";
    box.checked = true;
    label.append(box, html("span", "", name));
    fieldset.append(label);
    box.addEventListener("change", () => {
      if (box.checked) shown.add(name);
      else shown.delete(name);
      figures.forEach((it) => it.classList.toggle("off", !shown.has(it.dataset.group)));
    });
  }
  figures[0].parentNode.before(fieldset);
}

for (const figure of document.querySelectorAll("figure.chart")) {
  const chart = new Chart(figure);
  if (chart.inner) charts.push(chart);
}
filter();
})();
