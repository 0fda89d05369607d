// A form that an emulated app has open: filled in here, checked by the app itself.

import { post } from "./post.js";

const KINDS = { date: "date", time: "time", number: "number" };

/** Draw a field. @param {object} field @param {string} id @returns {HTMLElement} */
function drawn(field, id) {
  const tag = field.kind === "choice" ? "select" : field.kind === "long" ? "textarea" : "input";
  const made = document.createElement(tag);
  made.id = id;
  made.name = field.name;
  made.required = field.required;
  made.setAttribute("aria-describedby", `${id}-error`);
  if (tag === "select") {
    for (const [value, label] of [["", ""], ...field.options]) made.add(new Option(label, value));
  } else if (tag === "input") {
    made.type = KINDS[field.kind] ?? "text";
    if (made.type === "number") made.step = "any";
  }
  made.value = field.value;
  return made;
}

export class Modal {
  /** @param {{connector: string, person: string, pane: string}} facts @param {HTMLElement} stage */
  constructor(facts, stage) {
    this.facts = facts;
    this.stage = stage;
    this.shown = "null";
    this.root = null;
  }

  /** Show the form that the app has open, or none. @param {?object} form */
  update(form) {
    const told = JSON.stringify(form ?? null);
    if (told === this.shown) return; // somebody may be typing in it
    this.shown = told;
    const hadFocus = this.root?.contains(document.activeElement);
    this.root?.remove();
    this.root = form ? this.draw(form) : null;
    if (this.root) {
      this.stage.append(this.root);
      this.root.querySelector("input, select, textarea")?.focus();
    } else if (hadFocus) {
      this.stage.closest(".pane").querySelector(".composer textarea").focus();
    }
  }

  draw(form) {
    const root = document.createElement("form");
    root.className = "modal";
    root.noValidate = true; // the app tells what is wrong
    root.setAttribute("role", "dialog");
    root.setAttribute("aria-label", form.title);
    const title = document.createElement("h3");
    title.textContent = form.title;
    this.rows = new Map(form.fields.map((field, n) => [field.name, this.row(field, n)]));
    this.problem = document.createElement("p");
    this.problem.setAttribute("role", "alert");
    const foot = document.createElement("div");
    foot.className = "foot";
    foot.append(this.button("Cancel", "button"), this.button(form.submit, "submit"));
    root.append(title, ...[...this.rows.values()].map((row) => row.element), this.problem, foot);
    foot.firstChild.addEventListener("click", () => this.dismiss());
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.dismiss());
    root.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    return root;
  }

  row(field, n) {
    const element = document.createElement("div");
    const label = document.createElement("label");
    const input = drawn(field, `modal-${this.facts.pane}-${n}`);
    const error = document.createElement("p");
    label.htmlFor = input.id;
    label.textContent = field.required ? field.label : `${field.label} (optional)`;
    error.id = `${input.id}-error`;
    error.className = "error";
    element.append(label, input, error);
    return { element, input, error };
  }

  button(text, type) {
    const button = document.createElement("button");
    button.type = type;
    button.textContent = text;
    return button;
  }

  async send() {
    const values = Object.fromEntries([...this.rows].map(([name, { input }]) => [name, input.value]));
    const { errors } = await this.act("fill", { values });
    this.problem.textContent = errors[""] ?? "";
    for (const [name, { input, error }] of this.rows) {
      error.textContent = errors[name] ?? "";
      input.setAttribute("aria-invalid", String(name in errors));
    }
    [...this.rows].find(([name]) => name in errors)?.[1].input.focus();
  }

  dismiss() {
    return this.act("dismiss", {});
  }

  async act(action, body) {
    const { connector, person } = this.facts;
    try {
      return { errors: {}, ...(await post(action, { connector, person, ...body })) };
    } catch (error) {
      return { errors: { "": error.message } };
    }
  }
}
