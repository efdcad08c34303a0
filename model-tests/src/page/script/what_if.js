// What if: another run, made of this one by the server that the page comes from. Each has an address of its own.

/** Asks the server about this run, and gives what it says. */
async function ask(what, body) {
  const address = `${data.run}/${what}`;
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(address, options);
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}

class WhatIf {
  constructor() {
    this.step = -1;
    this.told = element("p", { role: "status" });
    this.leave = element("button", { type: "button", id: "leave-out", click: () => this.edit({ leave_out: this.step }) }, "Leave this step out");
    this.end = element("button", { type: "button", click: () => this.edit({ end_after: this.step }) }, "End after this step");
    this.shrinking = element("button", { type: "button", click: () => this.become("shrink", {}) }, "Shrink");
    const saved = (what, name, text) => element("a", { class: "button", href: `${data.run}/${what}`, download: name }, text);
    const buttons = element("div", { class: "tools" }, this.leave, this.end, this.shrinking, saved("trace", `run-${data.run}.trace.jsonl`, "Save the trace"), saved("test", `run_${data.run}.rs`, "Save as a test"));
    this.wanted = element("input", { type: "text", id: "wanted", size: 40, placeholder: "awaiting approval and two checkpoints" });
    const find = element("form", { class: "tools" }, element("label", { for: "wanted" }, "Go on to a state with "), this.wanted, element("button", { type: "submit" }, "Find"));
    find.addEventListener("submit", (event) => {
      event.preventDefault();
      this.become("find", { step: this.step, wanted: this.wanted.value });
    });
    this.choices = element("div", { id: "choices" });
    const back = element("p", { class: "faint" }, "Every change makes another run, with an address of its own: the browser goes back to the one before.");
    this.whole = element("section", { "aria-labelledby": "what-if" }, element("h2", { id: "what-if" }, "What if"), back, buttons, find, this.told, element("h3", {}, "What can be done after this step"), this.choices);
  }

  async show(step) {
    if (step === this.step) return;
    this.step = step;
    this.leave.disabled = step === 0;
    this.told.textContent = "";
    try {
      const choices = await ask(`choices?step=${step}`);
      if (this.step === step) this.choices.replaceChildren(...this.groups(choices));
    } catch (error) {
      this.told.textContent = error.message;
    }
  }

  /** The commands by kind, those first of which some are accepted. */
  groups(choices) {
    const kinds = new Map();
    for (const choice of choices) {
      if (!kinds.has(choice.kind)) kinds.set(choice.kind, []);
      kinds.get(choice.kind).push(choice);
    }
    const accepted = (group) => group.filter((choice) => choice.outcome === "accepted").length;
    const sorted = [...kinds].sort(([, left], [, right]) => (accepted(right) > 0) - (accepted(left) > 0));
    return sorted.map(([kind, group]) => {
      const count = element("span", { class: "faint" }, ` ${accepted(group)} of ${group.length} accepted`);
      return element("details", { class: "choices" }, element("summary", {}, element("code", {}, visible(kind)), count), element("ul", {}, group.map((choice) => this.item(choice))));
    });
  }

  item(choice) {
    const classes = { accepted: "good", refused: "refused", panicked: "bad" };
    const take = () => this.edit({ insert: { after: this.step, choice: choice.index } });
    const button = element("button", { type: "button", "data-outcome": choice.outcome, click: take }, brief({ kind: choice.kind, command: choice.command }));
    return element("li", {}, button, " ", element("span", { class: classes[choice.outcome] }, choice.outcome), choice.says === null ? null : [": ", ...words(choice.says)]);
  }

  edit(change) {
    return this.become("edit", change);
  }

  /** Goes to the run that comes of a question, or tells why there is none. */
  async become(what, body) {
    this.told.textContent = "asking…";
    try {
      const { run, step, says } = await ask(what, body);
      if (run === undefined) this.told.textContent = says;
      else location.assign(`${run}#step=${step}`);
    } catch (error) {
      this.told.textContent = error.message;
    }
  }
}
