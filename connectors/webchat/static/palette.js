// The list of slash commands over the field. The textarea stays a native one.

import { node } from "./nodes.js";
import { words } from "./words.js";

/** @typedef {{name: string, usage: string, summary: string}} Item */

export class Palette {
  #field;
  #choose;
  #at = 0;
  /** @type {Item[]} */
  #items = [];

  /** @param {HTMLTextAreaElement} field @param {(item: Item, run: boolean) => void} choose */
  constructor(field, choose) {
    this.#field = field;
    this.#choose = choose;
    this.element = node("ul", {
      class: "palette",
      id: "palette",
      role: "listbox",
      "aria-label": words.commands,
      tabindex: "0",
    });
    this.element.hidden = true;
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", "palette");
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** @param {Item[]} items */
  show(items) {
    this.#items = items;
    this.#at = 0;
    this.element.replaceChildren(...items.map((item, at) => this.#row(item, at)));
    this.element.hidden = items.length === 0;
    this.#mark();
  }

  close() {
    this.show([]);
  }

  /** Take a key that is meant for the list; false if it is not. @param {KeyboardEvent} event */
  take(event) {
    const last = this.#items.length - 1;
    switch (event.key) {
      case "ArrowDown":
        this.#at = this.#at === last ? 0 : this.#at + 1;
        break;
      case "ArrowUp":
        this.#at = this.#at === 0 ? last : this.#at - 1;
        break;
      case "Tab":
        this.#choose(this.#items[this.#at], false);
        break;
      case "Enter":
        // a command whose arguments are being typed is sent as it stands
        if (this.#field.value.includes(" ")) return false;
        this.#choose(this.#items[this.#at], true);
        break;
      case "Escape":
        this.close();
        break;
      default:
        return false;
    }
    this.#mark();
    return true;
  }

  /** @param {Item} item @param {number} at */
  #row(item, at) {
    const usage = item.usage.replace(`/${item.name}`, "").trim();
    return node(
      "li",
      { role: "option", id: `command-${at}`, onclick: () => this.#choose(item, false) },
      node("bdi", { dir: "ltr" }, node("b", {}, `/${item.name}`), node("span", {}, usage ? ` ${usage}` : "")),
      node("div", {}, item.summary),
    );
  }

  #mark() {
    for (const [at, row] of [...this.element.children].entries()) {
      row.setAttribute("aria-selected", String(at === this.#at));
      if (at === this.#at) row.scrollIntoView({ block: "nearest" });
    }
    if (this.isOpen) this.#field.setAttribute("aria-activedescendant", `command-${this.#at}`);
    else this.#field.removeAttribute("aria-activedescendant");
  }
}
