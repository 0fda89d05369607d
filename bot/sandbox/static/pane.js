// One emulated chat: what its screen shows, and what a person can do there.

import { Modal } from "./modal.js";
import { post, sendFile } from "./post.js";

const NAMES = { slack: "Slack", telegram: "Telegram", whatsapp: "WhatsApp", webchat: "Web chat" };
const NEAR_END_PX = 60;
const SAY_AFTER_MS = 150;
const HUSH_AFTER_MS = 4000;

/** Copy a template of the page. @param {string} id @returns {HTMLElement} */
export function copied(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  return /** @type {HTMLElement} */ (template.content.firstElementChild.cloneNode(true));
}

/** Make the frame that every pane has. @param {{pane: string, kind: string, connector: string}} facts */
export function framed(facts) {
  const root = copied("pane");
  const name = NAMES[facts.kind] ?? facts.kind;
  const label = Object.keys(NAMES).includes(facts.connector) || facts.connector === "web"
    ? name : `${name} (${facts.connector})`;
  const key = facts.kind === "webchat" ? "web" : facts.kind;
  const mark = document.getElementById(`mark-${key}`) ? key : "other";
  root.dataset.pane = facts.pane;
  root.dataset.kind = mark;
  root.querySelector(".mark").append(copied(`mark-${mark}`));
  root.querySelector("h2").textContent = label;
  root.setAttribute("aria-label", label);
  return { root, label };
}

export class Pane {
  /** @param {{pane: string, kind: string, connector: string, person: string}} facts */
  constructor(facts) {
    this.facts = facts;
    const { root, label } = framed(facts);
    this.root = root;
    this.nodes = new Map();
    this.isFirst = true;
    this.waiting = [];
    this.transcript = root.querySelector(".transcript");
    this.field = root.querySelector("textarea");
    this.notice = root.querySelector(".notice");
    this.newer = root.querySelector(".newer");
    this.live = root.querySelector("[data-role=live]");
    this.modal = new Modal(facts, root.querySelector(".stage"));
    this.field.id = `field-${facts.pane}`;
    const words = root.querySelector("[data-role=label]");
    words.htmlFor = this.field.id;
    words.textContent = `Message in ${label}`;
    root.querySelector("[data-role=attach]").hidden = !facts.files;
    root.querySelector(".title p").textContent = `as ${facts.person}`;
    root.querySelector(".empty").textContent = "Nothing yet. Type a message below.";
    this.transcript.setAttribute("aria-label", `${label} conversation`);
    this.listen();
  }

  listen() {
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.send();
      }
    });
    this.root.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    const chosen = this.root.querySelector("input[type=file]");
    chosen.addEventListener("change", () => {
      const [file] = chosen.files;
      chosen.value = ""; // the same file can be chosen again
      if (file) this.attach(file);
    });
    this.newer.addEventListener("click", () => this.toEnd());
    let stays = true;
    this.transcript.addEventListener("scroll", () => {
      stays = this.isAtEnd();
      if (stays) this.newer.hidden = true;
    });
    // a narrower pane has longer texts: who read the newest goes on reading it
    new ResizeObserver(() => stays && this.toEnd()).observe(this.transcript);
    for (const button of this.root.querySelectorAll("[data-fault]")) {
      button.addEventListener("click", async () => {
        const faults = await this.act("faults", { fault: button.dataset.fault });
        if (faults) this.showFaults(faults);
      });
    }
    const faults = this.root.querySelector(".faults");
    faults.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      faults.open = false;
      faults.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => {
      if (!faults.contains(/** @type {Node} */ (event.target))) faults.open = false;
    });
  }

  /** Put words into the field, ready to be sent. @param {string} text */
  offer(text) {
    this.field.value = text;
    this.field.focus();
  }

  async send() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.field.value = "";
    this.toEnd();
    const done = await this.act("say", { person: this.facts.person, text });
    if (!done && !this.field.value) this.field.value = text;
  }

  /** Send a file with what stands in the field under it. @param {File} file */
  async attach(file) {
    const text = this.field.value.trim();
    this.field.value = "";
    this.toEnd();
    const told = { connector: this.facts.connector, person: this.facts.person, name: file.name, mime: file.type, text };
    const done = await this.tried(() => sendFile(told, file));
    if (!done && !this.field.value) this.field.value = text;
  }

  /** Do it, or tell why not. @param {string} action @param {object} body @returns {Promise<?object>} */
  act(action, body) {
    return this.tried(() => post(action, { connector: this.facts.connector, ...body }));
  }

  /** @param {() => Promise<object>} work @returns {Promise<?object>} */
  async tried(work) {
    this.notice.hidden = true;
    try {
      return await work();
    } catch (error) {
      this.notice.textContent = error.message;
      this.notice.hidden = false;
      return null;
    }
  }

  /** Show a screen as the stream told it. @param {{messages: object[], faults: object}} screen */
  update(screen) {
    const stay = this.isAtEnd();
    const known = new Set();
    let before = this.root.querySelector(".empty");
    before.hidden = screen.messages.length > 0;
    for (const message of screen.messages) {
      known.add(message.id);
      const node = this.nodes.get(message.id) ?? this.added(message);
      if (before.nextElementSibling !== node) before.after(node);
      this.fill(node, message);
      before = node;
    }
    for (const [id, node] of this.nodes) {
      if (known.has(id)) continue;
      node.remove();
      this.nodes.delete(id);
    }
    this.showFaults(screen.faults);
    this.modal.update(screen.form);
    if (stay) this.toEnd();
    this.isFirst = false;
  }

  added(message) {
    const node = copied("message");
    this.nodes.set(message.id, node);
    node.dataset.id = message.id;
    node.dataset.from = message.role;
    const isBot = message.role === "bot";
    node.setAttribute("aria-label", isBot ? "Bot" : "You");
    node.querySelector(".by").textContent = isBot ? "Bot" : "You";
    node.querySelector(".face").textContent = isBot ? "B" : "Y";
    const wire = node.querySelector(".wire");
    wire.addEventListener("toggle", () => {
      if (wire.open) wire.scrollIntoView({ block: "nearest" });
    });
    node.querySelector(".text").before(...message.files.map((file) => this.file(file)));
    if (!this.isFirst && !this.isAtEnd() && isBot) this.newer.hidden = false;
    return node;
  }

  fill(node, message) {
    const text = node.querySelector(".text");
    if (text.textContent !== message.text) {
      text.textContent = message.text;
      if (!this.isFirst && message.role === "bot") this.announce(message);
    }
    node.querySelector(".aside").hidden = !message.ephemeral;
    node.querySelector("pre").textContent = JSON.stringify(message.raw, null, 2);
    const row = node.querySelector(".buttons");
    const shown = [...row.children].map((button) => button.textContent);
    if (JSON.stringify(shown) === JSON.stringify(message.buttons)) return;
    const hadFocus = row.contains(document.activeElement);
    row.replaceChildren(...message.buttons.map((label) => this.button(message.id, label)));
    row.hidden = message.buttons.length === 0;
    if (hadFocus) this.field.focus();
  }

  /** A file that the bot sent: a picture is shown, all else can be saved. */
  file({ name, picture, url }) {
    const link = document.createElement("a");
    link.className = "file";
    link.href = url;
    link.download = name;
    if (!picture) {
      link.textContent = `Save ${name}`;
      return link;
    }
    const image = document.createElement("img");
    image.alt = name;
    const stay = this.isAtEnd();
    image.addEventListener("load", () => stay && this.toEnd());
    image.src = url;
    link.append(image);
    return link;
  }

  button(id, label) {
    const button = document.createElement("button");
    button.type = "button";
    button.dir = "auto";
    button.textContent = label;
    let taps = 0; // under way; a second tap is sent, too, as an impatient person's is
    button.addEventListener("click", async () => {
      taps += 1;
      button.setAttribute("aria-busy", "true");
      await this.act("tap", { person: this.facts.person, message: id, label });
      taps -= 1;
      if (!taps) button.removeAttribute("aria-busy");
    });
    return button;
  }

  showFaults(faults) {
    let sum = 0;
    for (const button of this.root.querySelectorAll("[data-fault]")) {
      const count = faults[button.dataset.fault];
      sum += count;
      button.dataset.armed = String(count);
    }
    const badge = this.root.querySelector(".count");
    badge.textContent = ` ${sum}`;
    badge.hidden = sum === 0;
  }

  /** Read new words out, together and once. */
  announce(message) {
    const choices = message.buttons.length ? ` (${message.buttons.join(", ")})` : "";
    this.waiting.push(`Bot: ${message.text}${choices}`);
    clearTimeout(this.saying);
    this.saying = setTimeout(() => {
      const lines = this.waiting.splice(0).map((words) => {
        const line = document.createElement("p");
        line.textContent = words;
        return line;
      });
      this.live.append(...lines);
      setTimeout(() => lines.forEach((line) => line.remove()), HUSH_AFTER_MS);
    }, SAY_AFTER_MS);
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.transcript;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  toEnd() {
    this.transcript.scrollTop = this.transcript.scrollHeight;
    this.newer.hidden = true;
  }
}
