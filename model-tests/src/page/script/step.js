// What is shown of one step.

/** What tells a command from others of its kind, in short. */
function brief(told) {
  const line = element("span", {}, element("code", {}, visible(told.kind)));
  if (data.kind === "engine") {
    line.append(told.request ? ` request ${told.request} ` : " ", ...words(told.text));
    return line;
  }
  const { event, ...own } = told.command;
  for (const [key, value] of Object.entries({ ...own, ...(event || {}) })) {
    if (["type", "at", "thread_id", "input", "output", "git_ref"].includes(key) || typeof value === "object") continue;
    if (isName(key, value)) line.append(" ", nameOf(value));
    else if (typeof value === "string" && value !== "" && TEXTS.includes(key)) line.append(" ", leaf("text", value.length > 40 ? `${value.slice(0, 40)}…` : value));
  }
  const thread = told.command.thread_id;
  if (thread) line.append(" on ", nameOf(thread));
  return line;
}

/** What was decided, in a word. */
function outcome(told) {
  if (data.kind === "engine") return null;
  if (told.decision === null) return element("span", { class: "bad" }, " panicked");
  if (told.decision.error) return element("span", { class: "refused" }, " refused");
  return element("span", { class: "good" }, " accepted");
}

/** A decision: the events, or why it was refused. */
function decisionBox(title, decision, differs) {
  const box = element("div", { class: differs ? "box differs" : "box" }, element("h3", {}, title));
  if (decision === null) box.append(element("p", { class: "bad" }, "It panicked."));
  else if (decision.error) box.append(element("p", {}, "Refused: ", words(decision.says)), fieldList(decision.error));
  else {
    for (const event of decision.events) {
      const fields = fieldList(event);
      box.append(element("details", {}, element("summary", {}, element("code", {}, visible(event.type))), fields));
    }
    if (decision.events.length === 0) box.append(element("p", { class: "bad" }, "Accepted, without an event."));
  }
  return box;
}

/** A table of fields, with what the reference machine expected. */
function disputedTable(told) {
  const rows = (told.disputed || []).map(([path, expected, found]) => [visible(path), visible(expected), visible(found)]);
  if (told.predicted && told.decision) {
    const plain = (decision) => (decision.error ? { refusal: decision.error } : { events: decision.events });
    for (const [path, before, after, field] of differences(plain(told.predicted), plain(told.decision))) {
      const shown = (value) => (value === undefined ? "nothing" : inLine(field, value));
      rows.unshift([pathLine(path), shown(before), shown(after)]);
    }
  }
  if (rows.length === 0) return null;
  const head = ["field", "expected", "found"].map((name) => element("th", { scope: "col" }, name));
  const cells = ([path, expected, found]) =>
    element("tr", {}, element("th", { scope: "row" }, path), element("td", { class: "expected", "data-is": "expected" }, expected), element("td", { class: "found", "data-is": "found" }, found));
  return element("table", { class: "fields" }, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows.map(cells)));
}

/** What did not hold, and what should. */
function violationLines(violation) {
  return [
    element("p", {}, element("span", { class: "bad" }, `✗ ${violation.invariant} `), words(violation.says)),
    element("p", { class: "faint" }, "always: ", visible(violation.sentence)),
  ];
}

function stepPanel(step, pinned) {
  if (data.kind === "engine") return enginePanel(step);
  const base = pinned === undefined ? Math.max(0, step - 1) : pinned;
  const [model, other] = [modelAfter(step), modelAfter(base)];
  const left = element("div");
  if (step === 0) left.append(element("h2", {}, "The beginning"), element("p", {}, "Before any command."));
  else {
    const short = data.steps[step - 1];
    const [decision, predicted] = [short.decision, short.predicted].map((one) => inFull(one, short.command));
    const told = { ...short, decision, predicted };
    const title = element("h2", { id: "step-title" }, `Step ${step} of ${data.steps.length}: `, brief(told), outcome(told));
    const [before, after] = told.status;
    left.append(title);
    const statuses = before === after ? before : `${before} → ${after}`;
    if (told.command.thread_id) left.append(element("p", { class: "faint" }, `The thread: ${statuses}.`));
    const [first, ...others] = (told.violations || []).map(violationLines);
    if (first) left.append(...first);
    if (others.length > 0) left.append(element("details", {}, element("summary", {}, `and ${others.length} more`), others.flat()));
    left.append(decisionBox("The core decided", told.decision, told.predicted));
    if (told.predicted) left.append(decisionBox("The reference machine expected", told.predicted, true));
    const disputed = disputedTable(told);
    if (disputed) left.append(element("h3", {}, "Where the two differ"), disputed);
    else left.append(element("p", { class: "faint" }, "The reference machine agrees, with the decision and with the model."));
    left.append(element("h3", {}, "The command"), fieldList(told.command));
  }
  const since = pinned === undefined ? "with this step" : `since step ${pinned}, which is pinned`;
  const found = differences(other, model);
  const right = element("div", {}, element("h2", {}, step === base ? "What changed" : `What changed ${since}`));
  right.append(found.length === 0 ? element("p", { class: "faint" }, "Nothing.") : element("ul", { class: "changes" }, found.slice(0, 200).map(differenceLine)));
  if (found.length > 200) right.append(element("p", {}, `and ${found.length - 200} more`));
  right.append(element("h2", {}, "The model after it"), tree(model, step === base ? model : other));
  return element("div", { class: "columns" }, left, right);
}

/** What the core, the log and the client say of what happened at a moment. */
function enginePanel(step) {
  const told = step > 0 ? data.steps[step - 1] : undefined;
  const title = told ? [`Moment ${step} of ${data.steps.length}: `, brief(told)] : ["The beginning"];
  const head = ["command", "the core says", "the log says", "its client was told"].map((name) => element("th", { scope: "col" }, name));
  const rows = data.rows.map((row, index) => {
    const said = { "the core says": row.core, "the log says": row.log, "its client was told": row.told };
    const cells = Object.entries(said).map(([who, text]) => element("td", { "data-is": who }, words(text)));
    const isHere = told && told.row === index;
    const what = element("th", { scope: "row" }, row.is_marked ? element("span", { class: "bad" }, "✗ ") : null, words(row.what), isHere ? element("span", { class: "unheard" }, " (of this moment)") : null);
    return element("tr", { class: isHere && "marked" }, what, cells);
  });
  const table = element("table", { class: "rows" }, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows));
  return element("div", {}, element("h2", { id: "step-title" }, title), element("p", { class: "faint" }, told ? `On the lane of: ${data.lanes[told.lane]}.` : ""), element("h3", {}, "What is said of each command"), table);
}
