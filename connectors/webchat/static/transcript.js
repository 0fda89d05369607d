// The conversation on screen: bubbles, days, chips, what is still on its way.

import { offer, summary } from "./forms.js";
import { anchor, linked, node } from "./nodes.js";
import { words } from "./words.js";

const GROUP = 3 * 60 * 1000; // messages of one side within it stand together
const NEAR = 60; // so many pixels from the end still count as reading the newest

/** @typedef {import("./store.js").Pending} Pending */

/**
 * @typedef {object} Actions what a tap in the transcript does
 * @property {(option: {id: string, value: string, label: string}) => void} choose
 * @property {(form: import("./forms.js").Filled) => void} fill
 * @property {(cid: string) => void} again
 * @property {(cid: string) => void} remove
 * @property {(before: number) => Promise<{events: any[], more: boolean}>} history
 * @property {(url: string) => Promise<string>} file
 */

export class Transcript {
  #actions;
  #language;
  #first = 0; // the lowest seq on screen
  #loading = false;
  #more = true;
  #hello;
  /** @type {Map<string, import("./forms.js").FormBlock>} forms by their question */
  #forms = new Map();
  #stays = true; // at the end, also while the window or the keyboard on the glass changes its size

  /** @param {Actions} actions @param {string} language */
  constructor(actions, language) {
    this.#actions = actions;
    this.#language = language;
    this.#hello = node("p", { class: "hello" }, words.hello);
    this.list = node("div", { class: "list" }, this.#hello);
    this.fresh = node("button", { class: "fresh", type: "button", onclick: () => this.end() }, words.fresh);
    this.fresh.hidden = true;
    this.element = node(
      "div",
      {
        class: "transcript",
        part: "transcript",
        role: "region",
        "aria-label": words.conversation,
        tabindex: "0",
        onscroll: () => this.#scrolled(),
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.#walk(event),
      },
      this.list,
    );
    new ResizeObserver(() => this.#stays && this.end()).observe(this.element);
  }

  /** Show an event of the log. @param {any} ev @param {boolean} old no animation, no button for it */
  add(ev, old) {
    const stays = old || ev.role === "user" || this.#isNear();
    for (const draft of this.list.querySelectorAll("[data-draft]")) if (ev.role !== "user") draft.remove();
    const known = ev.cid && this.#find("cid", ev.cid);
    const message = this.#message(ev, old || Boolean(known));
    if (known) known.replaceWith(message);
    else this.#put(message);
    this.#first ||= ev.seq;
    this.#after();
    if (stays) this.end();
    else this.fresh.hidden = false;
    return message;
  }

  /**
   * Show some more of what is being written; the whole comes as an event. Nobody is told.
   * @param {{id: string, i: number, text: string}} piece @param {string} name
   */
  grow({ id, i, text }, name) {
    const stays = this.#isNear();
    const held = this.#find("draft", id);
    if (i && !held) return; // its beginning was before our time
    const before = i ? (held?.querySelector(".bubble")?.textContent ?? "") : "";
    const blocks = [{ type: "text", text: before + text }];
    const message = this.#message({ role: "bot", at: Date.now(), name, blocks }, true);
    message.dataset.draft = id;
    if (held) held.replaceWith(message);
    else this.list.append(message);
    this.#after();
    if (stays) this.end();
  }

  /** Show what the visitor has just sent. @param {Pending} entry */
  wait(entry) {
    const text = entry.action?.label || entry.text || "";
    const blocks = [entry.form ? { type: "submitted", ...entry.form } : { type: "text", text }];
    const message = this.#message({ ...entry, id: entry.cid, role: "user", blocks }, false);
    this.#put(message);
    this.mark(entry.cid, entry.failed ? "failed" : "sending");
    this.#after();
    this.end();
  }

  /** Tell how far an own message got. @param {string} cid @param {"sending" | "sent" | "failed"} state */
  mark(cid, state) {
    const message = this.#find("cid", cid);
    if (!message) return;
    message.classList.toggle("waiting", state === "sending");
    message.classList.toggle("lost", state === "failed");
    const place = /** @type {HTMLElement} */ (message.querySelector(".state"));
    place.replaceChildren(words[state]);
    if (state === "failed") {
      place.append(
        node("button", { type: "button", onclick: () => this.#actions.again(cid) }, words.again),
        node("button", { type: "button", onclick: () => this.#actions.remove(cid) }, words.remove),
      );
    }
  }

  /** Take a message away. @param {string} cid */
  remove(cid) {
    this.#find("cid", cid)?.remove();
    this.#after();
  }

  /** Start anew; what is still to be sent is shown again. @param {Pending[]} waiting */
  clear(waiting) {
    this.list.replaceChildren(this.#hello);
    this.#first = 0;
    this.#more = true;
    this.#after();
    for (const entry of waiting) this.wait(entry);
  }

  /** A line between messages. @param {string} text */
  divide(text) {
    this.list.append(node("div", { class: "day", role: "note" }, text));
    this.#first = 0;
    this.#more = false; // what is above belongs to another log
    this.end();
  }

  /** Scroll to the newest message. */
  end() {
    this.element.scrollTop = this.element.scrollHeight;
    this.fresh.hidden = true;
  }

  /** Put the focus on the newest message; false if there is none. */
  focusLast() {
    const last = [...this.#messages()].at(-1);
    last?.focus();
    return Boolean(last);
  }

  /** @returns {NodeListOf<HTMLElement>} */
  #messages() {
    return this.list.querySelectorAll(".message");
  }

  /** @param {string} key @param {string} value */
  #find(key, value) {
    return [...this.#messages()].find((message) => message.dataset[key] === value);
  }

  /** What is on its way stays below what the log has. @param {HTMLElement} message */
  #put(message) {
    const waiting = message.dataset.seq && this.list.querySelector(".message:not([data-seq])");
    if (waiting) waiting.before(message);
    else this.list.append(message);
  }

  /** @param {any} ev @param {boolean} old */
  #message(ev, old) {
    const mine = ev.role === "user";
    const who = mine ? words.you : ev.name || words.chat;
    const at = new Date(ev.at);
    const clock = at.toLocaleTimeString(this.#language, { hour: "numeric", minute: "2-digit" });
    const message = node(
      "article",
      {
        class: `message${mine ? " mine" : ""}${old ? " old" : ""}`,
        "aria-label": `${who}, ${clock}`,
        "data-role": "message",
        "data-from": mine ? "user" : "bot",
        "data-at": String(ev.at),
        tabindex: "-1",
      },
      ...(mine ? [] : [node("div", { class: "who" }, who)]),
      ...ev.blocks.flatMap((/** @type {any} */ block) => this.#block(block)),
    );
    const meta = node("div", { class: "meta" }, node("time", { datetime: at.toISOString() }, clock));
    if (ev.via) meta.append(node("span", { class: "via" }, words.via(ev.via)));
    else if (mine) meta.append(node("span", { class: "state" }, ev.seq ? words.sent : words.sending));
    message.append(meta);
    if (ev.seq) message.dataset.seq = String(ev.seq);
    if (ev.cid) message.dataset.cid = ev.cid;
    return message;
  }

  /** @param {any} block @returns {Node[]} */
  #block(block) {
    switch (block.type) {
      case "text":
        return [node("div", { class: "bubble", part: "bubble", dir: "auto" }, ...linked(block.text))];
      case "links":
        return [
          node("div", { class: "links" }, ...block.links.map((/** @type {any} */ link) => anchor(link.url, link.label))),
        ];
      case "image":
      case "file":
        return [this.#file(block)];
      case "choices":
        return [this.#chips(block.options)];
      case "form":
        this.#forms.set(block.id, block);
        return [offer(block, this.#actions.fill)];
      case "submitted":
        return [node("div", { "data-sent": block.id }, summary(block, this.#forms.get(block.id)))];
      default:
        return block.fallback ? this.#block({ type: "text", text: String(block.fallback) }) : [];
    }
  }

  /** A picture is shown, another file saved when wanted. @param {any} block */
  #file({ type, url, name }) {
    const load = async () => {
      link.href = await this.#actions.file(url);
      if (type === "image") {
        link.replaceChildren(node("img", { src: link.href, alt: name, onload: () => this.#stays && this.end() }));
      }
    };
    const save = (/** @type {Event} */ event) => {
      if (link.href.startsWith("blob:")) return;
      event.preventDefault();
      load().then(() => link.click(), () => {});
    };
    const link = node("a", { href: "#", download: name, onclick: save }, name);
    if (type === "image") load().catch(() => {});
    return node("div", { class: "links" }, link);
  }

  /** @param {any[]} options */
  #chips(options) {
    const chips = options.map((option) =>
      node("button", { class: "chip", type: "button", dir: "auto", onclick: () => this.#actions.choose(option) }, option.label),
    );
    return node("div", { class: "chips", role: "group", "aria-label": words.suggested }, ...chips);
  }

  /** Whatever depends on neighbours: days, groups, and which chips can still be tapped. */
  #after() {
    const messages = [...this.#messages()];
    this.#hello.hidden = messages.length > 0;
    for (const day of this.list.querySelectorAll(".day:not([role])")) day.remove();
    /** @type {HTMLElement | undefined} */
    let before;
    for (const message of messages) {
      const [at, last] = [Number(message.dataset.at), Number(before?.dataset.at ?? 0)];
      const isNewDay = new Date(at).toDateString() !== new Date(last).toDateString();
      const isNewSide = before?.dataset.from !== message.dataset.from;
      if (isNewDay) message.before(node("div", { class: "day" }, this.#day(at)));
      message.classList.toggle("first", isNewDay || isNewSide || at - last > GROUP);
      before?.classList.toggle("quiet", !message.classList.contains("first") && !before.querySelector(".via, .chips, .offer"));
      before = message;
    }
    before?.classList.remove("quiet");
    this.#closeChips(messages);
  }

  /** Chips are over once the visitor has said something, anywhere, or was asked something newer. */
  #closeChips(/** @type {HTMLElement[]} */ messages) {
    let isOver = false;
    for (const message of messages.reverse()) {
      const chips = /** @type {HTMLElement | null} */ (message.querySelector(".chips"));
      if (chips) chips.hidden = isOver;
      this.#closeForm(message, isOver);
      isOver ||= message.dataset.from === "user" || Boolean(chips);
    }
  }

  /** A form is over like the chips, but not while it is open: only its sending ends that. */
  #closeForm(/** @type {HTMLElement} */ message, /** @type {boolean} */ isOver) {
    const form = /** @type {HTMLElement | null} */ (message.querySelector(".offer"));
    if (!form) return;
    const isSent = this.list.querySelector(`[data-sent="${form.dataset.form}"]`);
    form.hidden = Boolean(isSent) || (isOver && !form.querySelector("[aria-expanded=true]"));
  }

  /** @param {number} at */
  #day(at) {
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
    if (days === 0) return words.today;
    if (days === 1) return words.yesterday;
    return new Date(at).toLocaleDateString(this.#language, { weekday: "short", day: "numeric", month: "long" });
  }

  #isNear() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  async #scrolled() {
    this.#stays = this.#isNear();
    if (this.#stays) this.fresh.hidden = true;
    if (this.element.scrollTop > NEAR || this.#loading || !this.#more || this.#first <= 1) return;
    this.#loading = true;
    try {
      const { events, more } = await this.#actions.history(this.#first);
      this.#more = more;
      if (events.length) this.#prepend(events);
    } catch {
      // the next scroll asks again
    } finally {
      this.#loading = false;
    }
  }

  /** Put older messages on top; what is being read stays where it is. @param {any[]} events */
  #prepend(events) {
    const anchored = this.#messages()[0];
    const top = anchored.getBoundingClientRect().top;
    this.#hello.after(...events.map((ev) => this.#message(ev, true)));
    this.#first = events[0].seq;
    this.#after();
    const settle = () => {
      this.element.scrollTop += anchored.getBoundingClientRect().top - top;
    };
    settle();
    requestAnimationFrame(settle);
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const messages = [...this.#messages()];
    const at = messages.indexOf(/** @type {HTMLElement} */ (event.target));
    if (at < 0) return;
    const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: messages.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    messages[Math.max(0, next)]?.focus();
  }
}
