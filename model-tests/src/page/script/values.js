// Making elements, and showing text that is hostile: all of it goes in as text, and what cannot be seen is written out.

const UNSEEN =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb]|\udb40[\udc00-\udfff]/g;

/** An element with attributes and children. A child that is a string is text. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== undefined && value !== false && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return made;
}

/** Text in which every character can be seen, apart from what stands around it. */
function visible(text) {
  const shown = element("bdi");
  let end = 0;
  for (const found of text.matchAll(UNSEEN)) {
    shown.append(text.slice(end, found.index));
    shown.append(element("span", { class: "unseen" }, `\\u{${found[0].codePointAt(0).toString(16)}}`));
    end = found.index + found[0].length;
  }
  shown.append(text.slice(end));
  return shown;
}

/** The same where no element may stand. */
function plain(text) {
  return text === undefined ? undefined : text.replace(UNSEEN, (character) => `\\u{${character.codePointAt(0).toString(16)}}`);
}

/** A short name, with the id that it stands for. */
function nameOf(name) {
  const id = Object.hasOwn(data.names, name) ? data.names[name] : undefined;
  return element("span", { class: "name", title: plain(id), "data-id": plain(id) }, visible(name));
}

/** A text in parts, of which the pairs are a name and its id. */
function words(parts) {
  return parts.map((part) =>
    typeof part === "string" ? visible(part) : element("span", { class: "name", title: plain(part[1]), "data-id": plain(part[1]) }, visible(part[0])),
  );
}

/** Whether a field holds the name of something. */
function isName(field, value) {
  const known = typeof value === "string" && Object.hasOwn(data.names, value);
  return known && (data.ids.includes(field) || field === "id" || field === "selected_thread" || field === "turns");
}

const WORDS = /^[\w.:+-]+$/;
const TEXTS = ["text", "prompt", "input", "output", "description", "message", "title", "name", "path", "branch", "reason"];

/** A value that has no parts. */
function leaf(field, value) {
  if (isName(field, value)) return nameOf(value);
  if (typeof value !== "string") return element("span", { class: "value" }, String(value));
  const isWord = WORDS.test(value) && !TEXTS.includes(field);
  return element("span", { class: "value" }, isWord ? visible(value) : ["“", visible(value), "”"].flat());
}

/** A value in one line. */
function inLine(field, value, depth = 0) {
  if (value === null || typeof value !== "object") return leaf(field, value);
  const line = element("span");
  const isList = Array.isArray(value);
  const keys = Object.keys(value);
  if (!isList && keys.length === 1 && keys[0] === "type") return leaf("type", value.type);
  if (keys.length === 0) return element("span", { class: "faint" }, "none");
  if (depth > 1) return element("span", { class: "faint" }, isList ? `[${keys.length}]` : "{…}");
  line.append(isList ? "[" : "{");
  keys.forEach((key, index) => {
    if (index > 0) line.append(", ");
    if (!isList) line.append(visible(key), ": ");
    line.append(inLine(isList ? field : key, value[key], depth + 1));
  });
  line.append(isList ? "]" : "}");
  return line;
}

/** The fields of a command, an event or an error. */
function fieldList(value) {
  const list = element("dl", { class: "fields" });
  for (const [key, inner] of Object.entries(value)) {
    if (key === "type") continue;
    list.append(element("dt", {}, visible(key)), element("dd", {}, inLine(key, inner)));
  }
  return list;
}
