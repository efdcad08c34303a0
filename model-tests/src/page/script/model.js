// Models: made from changes, told apart, and shown as trees.

/** The models that were made so far, by the number of steps. Each shares with its neighbours what did not change. */
const models = [];

function modelAfter(step) {
  if (models.length === 0) models.push(data.beginning);
  while (models.length <= step) {
    const { command, changes } = data.steps[models.length - 1];
    const done = (changes || []).map((change) => plainly(change, command));
    const own = new Set();
    models.push(done.reduce((model, change) => changed(model, data.paths[change[0]], 0, change, own), models.at(-1)));
  }
  return models[step];
}

/** What a command, or the provider event that it ingests, has in a field. */
function ofCommand(command, name) {
  return Object.hasOwn(command, name) ? command[name] : command.event && command.event[name];
}

/** A change without what it has from the command. */
function plainly(change, command) {
  if (change[2] === 2) return [change[0], ofCommand(command, "at")];
  if (change[2] === 3) return [change[0], ofCommand(command, "text"), 1];
  return change;
}

/** A decision with all fields of its events, of which the command has most. */
function inFull(decision, command) {
  if (!decision || !decision.events) return decision;
  const whole = ([same, own]) => Object.assign(Object.fromEntries(data.same[same].map((name) => [name, ofCommand(command, name)])), own);
  return { events: decision.events.map(whole) };
}

/** The same with a change done. What is the model's own is not copied again. */
function changed(value, path, depth, change, own) {
  if (depth === path.length) return change.length > 2 ? value + change[1] : change[1];
  const key = path[depth];
  const copy = own.has(value) ? value : Array.isArray(value) ? value.slice() : { ...value };
  own.add(copy);
  if (depth + 1 < path.length || change.length > 1) put(copy, key, changed(copy[key], path, depth + 1, change, own));
  else if (Array.isArray(copy)) copy.length = Math.min(copy.length, key);
  else delete copy[key];
  return copy;
}

/** Puts a value under a key, whatever that is called. */
function put(object, key, value) {
  if (key === "__proto__") Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  else object[key] = value;
}

/** What tells an item of a list apart. */
function idOf(item) {
  return item && typeof item === "object" && "id" in item ? `${item.type || ""} ${item.id}` : undefined;
}

/** The parts of a value: each with its key, and with how it is called. */
function partsOf(value, field) {
  if (!Array.isArray(value)) {
    const keys = Object.keys(value);
    if (field === "threads" || field === "projects") keys.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    return keys.map((key) => [key, key, value[key]]);
  }
  const ids = value.map(idOf);
  const areTold = new Set(ids).size === ids.length && !ids.includes(undefined);
  return value.map((item, index) => [areTold ? ids[index] : index, areTold ? item.id : `${index + 1}`, item]);
}

/** Where two values differ: [path of names, before, after]. */
function differences(before, after, field = "", path = [], found = []) {
  if (before === after) return found;
  const areBoth = before && after && typeof before === "object" && typeof after === "object";
  if (!areBoth || Array.isArray(before) !== Array.isArray(after)) {
    found.push([path, before, after, field]);
    return found;
  }
  const old = new Map(partsOf(before, field).map(([key, , value]) => [key, value]));
  const seen = new Set();
  for (const [key, name, value] of partsOf(after, field)) {
    seen.add(key);
    differences(old.get(key), value, Array.isArray(after) ? "" : key, [...path, [name, Array.isArray(after)]], found);
  }
  for (const [key, name, value] of partsOf(before, field)) {
    if (!seen.has(key)) found.push([[...path, [name, Array.isArray(before)]], value, undefined, Array.isArray(before) ? "" : key]);
  }
  return found;
}

const LISTS = ["projects", "threads", "turns", "entries", "checkpoints", "branches", "commits"];

/** A path: the lists are left out, for their items say what they are. */
function pathLine(path) {
  const line = element("span", { class: "path" });
  const shown = path.filter(([name], index) => !(LISTS.includes(name) && index + 1 < path.length));
  const withoutType = shown.length > 1 && shown.at(-1)[0] === "type" ? shown.slice(0, -1) : shown;
  withoutType.forEach(([name], index) => {
    if (index > 0) line.append(" › ");
    line.append(Object.hasOwn(data.names, name) ? nameOf(name) : visible(name));
  });
  return line;
}

/** What became of a field, in a line. */
function differenceLine([path, before, after, field]) {
  const line = element("li", {}, pathLine(path), ": ");
  const isGrown = typeof before === "string" && typeof after === "string" && before !== "" && after.startsWith(before);
  if (before === undefined) line.append("added ", element("span", { class: "is" }, inLine(field, after)));
  else if (after === undefined) line.append("removed ", element("span", { class: "was" }, inLine(field, before)));
  else if (isGrown) line.append("appended ", element("span", { class: "is" }, leaf("text", after.slice(before.length))));
  else {
    const [was, is] = [element("span", { class: "was" }, inLine(field, before)), element("span", { class: "is" }, inLine(field, after))];
    line.append(was, " → ", is);
  }
  return line;
}

/** The parts of a tree that somebody has opened or closed, by path. */
const opened = new Map();

/** A model as a tree, in which what changed since another is open and lit. */
function tree(model, other) {
  return element("div", { class: "tree" }, branch(model, other, "", ""));
}

function branch(value, other, field, path) {
  const list = element("ul");
  const isList = Array.isArray(value);
  const old = other && typeof other === "object" ? new Map(partsOf(other, field).map(([key, , inner]) => [key, inner])) : new Map();
  for (const [key, name, inner] of partsOf(value, field)) {
    list.append(twig(isList ? "" : key, name, inner, old.get(key), `${path}/${key}`));
    old.delete(key);
  }
  for (const [key, gone] of old) {
    const shown = gone && typeof gone === "object" && gone.id ? gone.id : String(key);
    list.append(element("li", {}, element("span", { class: "was" }, visible(shown)), " (gone)"));
  }
  return list;
}

function twig(field, name, value, other, path) {
  const label = element("span", { class: "key" }, Object.hasOwn(data.names, name) ? nameOf(name) : visible(name));
  const isChanged = value !== other;
  if (value === null || typeof value !== "object") {
    return element("li", { class: isChanged && "lit" }, label, ": ", leaf(field, value), isChanged ? element("span", { class: "unheard" }, " (changed)") : null);
  }
  const keys = Object.keys(value);
  if (keys.length === 0) return element("li", {}, label, ": ", element("span", { class: "faint" }, "none"));
  if (keys.length === 1 && keys[0] === "type") return element("li", { class: isChanged && "lit" }, label, ": ", leaf("type", value.type));
  const isNew = isChanged && other === undefined;
  const note = outline(value) + (isNew ? " · new" : isChanged ? " · changed" : "");
  const fold = element("details", {}, element("summary", { class: isNew && "lit" }, label, " ", element("span", { class: "faint" }, note)));
  const fill = () => fold.children.length < 2 && fold.append(branch(value, other, field, path));
  fold.open = opened.has(path) ? opened.get(path) : isChanged && !(isNew && path.split("/").length < 4 && keys.length > 12);
  if (fold.open) fill();
  fold.addEventListener("toggle", fill);
  fold.firstChild.addEventListener("click", () => opened.set(path, !fold.open));
  return element("li", {}, fold);
}

/** What is in a value, in short. */
function outline(value) {
  if (Array.isArray(value)) return `${value.length}`;
  const status = value.status && (value.status.type || value.status);
  return [value.type, value.title || value.role || value.name, status].filter((part) => typeof part === "string").map(seen).join(", ");
}

/** A short text for a place in which no element may stand. */
function seen(text) {
  const short = text.length > 32 ? `${text.slice(0, 32)}…` : text;
  return plain(short);
}
