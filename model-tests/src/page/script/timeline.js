// The timeline: a lane for each thread or client. Only what is visible is drawn.

const [NARROW, BROAD] = [22, 72];
const LANE = 42;
const TOP = 20;
const SVG = "http://www.w3.org/2000/svg";

function drawn(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

class Timeline {
  constructor(choose) {
    this.step = 0;
    this.pinned = undefined;
    this.height = TOP + data.lanes.length * LANE;
    this.svg = drawn("svg", { "aria-hidden": "true", height: this.height });
    this.wide = element("div", { class: "wide" }, this.svg);
    this.scroll = element("div", { class: "scroll", tabindex: "-1" }, this.wide);
    const labels = data.lanes.map((lane) => element("div", {}, Object.hasOwn(data.names, lane) ? nameOf(lane) : visible(lane)));
    this.whole = element("div", { class: "timeline" }, element("div", { class: "labels" }, labels), this.scroll);
    this.whole.setAttribute("role", "img");
    this.whole.setAttribute("aria-label", `A timeline of ${data.steps.length} steps on ${data.lanes.length} lanes; the slider below goes through them`);
    this.scroll.addEventListener("scroll", () => this.draw());
    this.whole.addEventListener("scroll", () => this.draw());
    this.unit = NARROW;
    new ResizeObserver(() => this.measure()).observe(this.scroll);
    this.svg.addEventListener("click", (event) => {
      const at = event.clientX - this.wide.getBoundingClientRect().left;
      choose(Math.floor(at / this.unit));
    });
  }

  /** Gives each step as much room as there is. */
  measure() {
    const all = data.steps.length + 1;
    this.unit = Math.max(NARROW, Math.min(BROAD, (this.scroll.clientWidth - 60) / all));
    this.wide.style.width = `${all * this.unit + 50}px`;
    this.show(this.step, this.pinned);
  }

  /** Where a step stands. */
  x(step) {
    return step * this.unit + this.unit / 2;
  }

  /** Brings a step into sight. */
  show(step, pinned) {
    this.step = step;
    this.pinned = pinned;
    const [left, width] = [this.scroll.scrollLeft, this.scroll.clientWidth];
    if (this.x(step) < left + this.unit || this.x(step) > left + width - 2 * this.unit) this.scroll.scrollLeft = this.x(step) - width / 2;
    const lane = TOP + (step > 0 ? data.steps[step - 1].lane : 0) * LANE;
    const [top, height] = [this.whole.scrollTop, this.whole.clientHeight];
    if (lane < top || lane + LANE > top + height) this.whole.scrollTop = lane - height / 2;
    this.draw();
  }

  draw() {
    const left = this.scroll.scrollLeft;
    const width = this.scroll.clientWidth;
    const first = Math.max(0, Math.floor(left / this.unit) - 1);
    const last = Math.min(data.steps.length, Math.ceil((left + width) / this.unit));
    const top = Math.max(0, Math.floor((this.whole.scrollTop - TOP) / LANE));
    const bottom = Math.min(data.lanes.length, Math.ceil((this.whole.scrollTop + this.whole.clientHeight) / LANE) + 1);
    const parts = [drawn("rect", { class: "now", x: this.x(this.step) - left - this.unit / 2, y: 0, width: this.unit, height: this.height })];
    for (let lane = top; lane < bottom; lane++) {
      const y = TOP + (lane + 1) * LANE - 0.5;
      parts.push(drawn("line", { class: "rule", x1: 0, x2: width, y1: y, y2: y }));
    }
    for (const bar of data.bars) {
      const to = bar.to === undefined || bar.to === null ? data.steps.length + 0.9 : bar.to;
      if (to < first || bar.from > last || bar.lane < top || bar.lane >= bottom) continue;
      parts.push(...this.bar(bar, to, left, width));
    }
    for (let step = Math.max(1, first); step <= last; step++) parts.push(...this.mark(step, left, top, bottom));
    const every = 5;
    for (let step = Math.ceil(first / every) * every; step <= last; step += every) {
      if (data.broken !== null && Math.abs(step - data.broken - 0.5) < 60 / this.unit) continue;
      parts.push(drawn("text", { x: this.x(step) - left, y: 13, "text-anchor": "middle" }, `${step}`));
    }
    if (data.broken !== null && data.broken >= first && data.broken <= last) {
      const at = this.x(data.broken) - left;
      parts.push(drawn("line", { class: "broken", x1: at, x2: at, y1: 14, y2: this.height }));
      parts.push(drawn("text", { class: "broken-flag", x: at + 5, y: 13 }, "✗ here"));
    }
    if (this.pinned !== undefined) parts.push(drawn("text", { x: this.x(this.pinned) - left - 6, y: 13 }, "📌"));
    this.svg.setAttribute("width", width);
    this.svg.replaceChildren(...parts);
  }

  bar(bar, to, left, width) {
    const y = TOP + bar.lane * LANE + 21;
    const from = this.x(bar.from) - left;
    const wide = (to - bar.from) * this.unit;
    const kind = bar.end === "failed" ? "bar failed" : bar.end.startsWith("lost") ? "bar lost" : "bar";
    const parts = [drawn("rect", { class: kind, x: from, y, width: Math.max(wide, 3), height: 17, rx: 4 })];
    const text = `${bar.name} ${bar.end}`;
    const begin = Math.max(from, 0) + 8;
    if (Math.min(from + wide, width) - begin > text.length * 6) {
      parts.push(drawn("text", { class: "on-bar", x: begin, y: y + 12.5 }, seen(text)));
    }
    return parts;
  }

  mark(step, left, top, bottom) {
    const told = data.steps[step - 1];
    const at = this.x(step) - left;
    if (told.mark === "crash") return [drawn("line", { class: "crash", x1: at, x2: at, y1: TOP, y2: this.height }), drawn("text", { class: "broken-flag", x: at + 3, y: TOP + 10 }, "⚡")];
    if (told.lane < top || told.lane >= bottom) return [];
    const y = TOP + told.lane * LANE + 12;
    const isHollow = told.mark === "refused" || (told.decision && told.decision.error);
    const isWrong = told.violations || told.decision === null;
    const kind = `mark${isHollow ? " hollow" : ""}${isWrong ? " wrong" : ""}`;
    if (told.mark === "open") return [drawn("path", { class: kind, d: `M${at - 4} ${y - 5} L${at + 6} ${y} L${at - 4} ${y + 5} Z` })];
    if (told.mark === "log") return [drawn("rect", { class: kind, x: at - 1, y: y - 6, width: 2, height: 12 })];
    if (told.mark === "command") return [drawn("rect", { class: kind, x: at - 5, y: y - 5, width: 10, height: 10 })];
    return [drawn("circle", { class: kind, cx: at, cy: y, r: 4.5 })];
  }
}

/** What the marks mean. */
function legend() {
  const meanings =
    data.kind === "run"
      ? ["■ command", "● provider event", "□ ○ refused", "▬ a turn, from its start to its end", "✗ where it broke"]
      : ["■ sent", "● answered", "○ refused", "⚡ crash", "▶ opened", "▬ waiting for an answer", "✗ where it shows"];
  return element("ul", { class: "legend" }, meanings.map((meaning) => element("li", {}, meaning)));
}
