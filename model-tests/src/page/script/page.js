// The page: the slider, the keys, the address, and what stands where.

const source = document.getElementById("data");
const data = source ? JSON.parse(source.textContent) : undefined;

/** How many steps are listed around the one that is shown. */
const [BEFORE, AFTER] = [8, 4];

function toggleButton(text, change) {
  const button = element("button", { type: "button", "aria-pressed": "false" }, text);
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", isOn);
    change(isOn);
  });
  return button;
}

function themeButton() {
  const isDark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const button = element("button", { type: "button" });
  const tell = () => (button.textContent = isDark() ? "Light" : "Dark");
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    tell();
  });
  tell();
  return button;
}

function walk() {
  const last = data.steps.length;
  const noun = data.kind === "run" ? "step" : "moment";
  let current = -1;
  let pinned;
  const timeline = new Timeline((step) => go(step));
  const whatIf = data.run === undefined ? undefined : new WhatIf();
  const slider = element("input", { type: "range", id: "slider", min: 0, max: last, step: 1 });
  const heard = element("p", { class: "unheard", "aria-live": "polite" });
  const list = element("ol", { class: "steps" });
  const panel = element("section", { "aria-labelledby": "step-title", id: "panel" });
  const pin = element("button", { type: "button", id: "pin", "aria-pressed": "false" }, "Pin");

  function fromAddress() {
    const found = /^#step=(\d+)$/.exec(location.hash);
    return found ? Math.min(Number(found[1]), last) : undefined;
  }

  function go(step) {
    const next = Math.max(0, Math.min(step, last));
    if (next === current) return;
    current = next;
    if (fromAddress() !== current) history.replaceState(null, "", `#step=${current}`);
    draw();
  }

  function draw() {
    slider.value = current;
    const told = current > 0 ? data.steps[current - 1] : undefined;
    const text = told ? `${noun} ${current} of ${last}: ${brief(told).textContent}` : "the beginning";
    slider.setAttribute("aria-valuetext", text);
    timeline.show(current, pinned);
    const first = Math.max(0, current - BEFORE);
    const shown = [];
    for (let step = first; step <= Math.min(last, current + AFTER); step++) shown.push(item(step));
    list.replaceChildren(...shown);
    panel.replaceChildren(stepPanel(current, pinned));
    if (whatIf) whatIf.show(current);
    heard.textContent = text;
  }

  function item(step) {
    const told = step > 0 ? data.steps[step - 1] : undefined;
    const isBroken = step === data.broken;
    const parts = told ? [brief(told), outcome(told)] : ["the beginning"];
    const mark = isBroken ? element("span", { class: "bad" }, " ✗ here") : null;
    const button = element("button", { type: "button", click: () => go(step) }, element("span", { class: "number" }, `${step}`), parts, mark);
    return element("li", { "aria-current": step === current && "step" }, button);
  }

  function setPin() {
    pinned = pinned === undefined ? current : undefined;
    pin.setAttribute("aria-pressed", pinned !== undefined);
    pin.textContent = pinned === undefined ? "Pin" : `Pinned: ${noun} ${pinned}`;
    draw();
  }

  const keys = {
    ArrowLeft: () => go(current - 1),
    ArrowRight: () => go(current + 1),
    PageUp: () => go(current - 10),
    PageDown: () => go(current + 10),
    Home: () => go(0),
    End: () => go(last),
    v: () => data.broken !== null && go(data.broken),
    p: setPin,
    i: () => ids.click(),
  };
  document.addEventListener("keydown", (event) => {
    const key = keys[event.key];
    if (!key || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.isContentEditable || (event.target.matches("input, textarea, select") && event.target !== slider)) return;
    event.preventDefault();
    key();
  });
  slider.addEventListener("input", () => go(Number(slider.value)));
  pin.addEventListener("click", setPin);
  window.addEventListener("hashchange", () => {
    const step = fromAddress();
    if (step !== undefined) go(step);
  });

  const ids = toggleButton("Ids", (isOn) => document.body.classList.toggle("show-ids", isOn));
  const arrow = (text, label, key) => element("button", { type: "button", "aria-label": label, click: keys[key] }, text);
  const tools = element(
    "div",
    { class: "tools" },
    element("span", { class: "grow" }, arrow("◀", `the ${noun} before`, "ArrowLeft"), element("label", { for: "slider", class: "unheard" }, noun), slider, arrow("▶", `the next ${noun}`, "ArrowRight")),
    data.broken === null ? null : element("button", { type: "button", click: keys.v }, "Where it broke"),
    data.kind === "run" ? pin : null,
    ids,
    themeButton(),
  );
  const help = element(
    "p",
    { class: "faint" },
    ["←", "→", "Home", "End", "PgUp", "PgDn"].flatMap((key) => [element("kbd", {}, key), " "]),
    `go through the ${noun}s, `,
    ...(data.broken === null ? [] : [element("kbd", {}, "v"), " goes to where it broke, "]),
    ...(data.kind === "run" ? [element("kbd", {}, "p"), ` pins a ${noun} to compare with, `] : []),
    element("kbd", {}, "i"),
    " shows ids.",
  );
  document
    .getElementById("walk")
    .replaceChildren(
      element("h2", {}, "What happened"),
      timeline.whole,
      legend(),
      tools,
      help,
      heard,
      element("nav", { "aria-label": `The ${noun}s around this one` }, list),
      panel,
      ...(whatIf ? [whatIf.whole] : []),
    );
  const wanted = fromAddress();
  go(wanted === undefined ? data.start : wanted);
}

if (data) walk();
else document.body.prepend(element("div", { class: "tools" }, themeButton()));
