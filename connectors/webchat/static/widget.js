// <threadline-chat>: a chat on any page.
//
//   <script type="module" src="https://HOST/NAME/widget.js"></script>
//
// adds a launcher to the page, unless it holds a <threadline-chat> of its own or the tag says
// data-launcher="none". The element's attributes (the tag's as data-…): mode="launcher|inline",
// open, theme="auto|light|dark", position="start|end", lang.

import { Link } from "./link.js";
import { icon, node } from "./nodes.js";
import { Palette } from "./palette.js";
import { Store } from "./store.js";
import { readable, stylesheet } from "./style.js";
import { Transcript } from "./transcript.js";
import { words } from "./words.js";

const BASE = new URL(".", import.meta.url);
const SITE = BASE.pathname.split("/").at(-2) || "chat";
const PATIENCE = 1500; // trouble shorter than this is not worth a notice
const ICONS = {
  chat: "M5 19l1-4a8 7 0 1 1 4 3z",
  down: "M6 9l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  send: "M5 12h14M13 6l6 6-6 6",
};

class ThreadlineChat extends HTMLElement {
  #store = new Store(SITE);
  #link = new Link(BASE, this.#store);
  #root = node("div", { class: "root" });
  #unread = 0;
  #built = false;
  /** @type {string[]} */
  #spoken = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #notice;
  /** @type {BroadcastChannel | undefined} */
  #tabs;

  connectedCallback() {
    if (!this.#built) this.#build();
    this.#tabs = new BroadcastChannel(`threadline:${SITE}`);
    this.#tabs.onmessage = ({ data }) => data === "read" && this.#count(0);
    if (this.#isInline || this.hasAttribute("open") || this.#store.get("open")) this.open();
    else if (this.#store.get("token")) this.#link.start(); // somebody we know: answers are counted
    this.#emit("ready");
  }

  disconnectedCallback() {
    this.#link.stop();
    this.#tabs?.close();
  }

  /** Open the panel and put the focus into the field. */
  open() {
    this.#link.start();
    if (this.#isInline || this.isOpen) return;
    this.#toggle(true);
    this.transcript.end();
    this.field.focus();
    this.#emit("open");
  }

  /** Close the panel; the focus goes back to the launcher. */
  close() {
    if (this.#isInline || !this.isOpen) return;
    this.#toggle(false);
    this.launcher.focus();
    this.#emit("close");
  }

  get isOpen() {
    return this.#isInline || !this.panel.hidden;
  }

  /** Send a text as if the visitor had typed it. @param {string} text */
  send(text) {
    this.#link.start();
    this.#post({ text });
  }

  /** Forget the visitor: session, messages that wait, draft. */
  reset() {
    this.#link.stop();
    this.#store.clear();
    this.transcript.clear([]);
    this.field.value = "";
    this.#link = new Link(BASE, this.#store);
    this.#listen();
    if (this.isOpen) this.#link.start();
  }

  get #isInline() {
    return this.getAttribute("mode") === "inline";
  }

  #build() {
    this.#built = true;
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [stylesheet()];
    const language = this.getAttribute("lang") || document.documentElement.lang || navigator.language;
    this.transcript = new Transcript(
      {
        choose: (option) => this.#post({ action: option }),
        fill: (form) => {
          if (this.#post({ form })) this.field.focus();
        },
        again: (cid) => {
          this.transcript.mark(cid, "sending");
          this.#link.again(cid);
        },
        remove: (cid) => {
          this.#store.change(cid, null);
          this.transcript.remove(cid);
        },
        history: (before) => this.#link.history(before),
        file: (url) => this.#link.file(url),
      },
      language,
    );
    this.said = node("div", { class: "sr", role: "log", "aria-live": "polite" });
    this.#root.append(this.#panel(), this.#launcher(), this.said);
    this.#root.classList.add(this.#isInline ? "inline" : "floating");
    this.#root.classList.add(this.getAttribute("theme") ?? "auto", this.getAttribute("position") ?? "end");
    this.launcher.hidden = this.#isInline;
    this.panel.hidden = !this.#isInline;
    shadow.append(this.#root);
    this.#tint();
    for (const entry of this.#store.outbox) this.transcript.wait(entry);
    this.#listen();
    this.#status();
  }

  #panel() {
    this.field = node("textarea", {
      rows: "1",
      "aria-label": words.field,
      placeholder: words.placeholder,
      enterkeyhint: "send",
      oninput: () => this.#typed(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
    });
    this.field.value = this.#store.get("draft") ?? "";
    this.palette = new Palette(this.field, (item, run) => this.#complete(item, run));
    this.button = node("button", { class: "send", type: "submit", "aria-label": words.send }, icon(ICONS.send));
    this.avatar = node("div", { class: "avatar", "aria-hidden": "true" }, words.chat[0]);
    this.name = node("div", { class: "title" }, words.chat);
    this.sub = node("span");
    this.notice = node("div", { class: "notice", role: "status" });
    this.notice.hidden = true;
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#submit();
    };
    const close = { class: "close", type: "button", "aria-label": words.close, onclick: () => this.close() };
    this.panel = node(
      "div",
      { class: "panel", part: "panel", role: this.#isInline ? "group" : "dialog", "aria-label": words.chat },
      node(
        "div",
        { class: "header", part: "header" },
        this.avatar,
        node("div", { class: "names" }, this.name, node("div", { class: "sub" }, node("span", { class: "dot" }), this.sub)),
        ...(this.#isInline ? [] : [node("button", close, icon(ICONS.close))]),
      ),
      this.notice,
      this.transcript.element,
      node(
        "div",
        { class: "dock" },
        this.transcript.fresh,
        this.palette.element,
        node("form", { class: "composer", part: "composer", onsubmit: submit }, this.field, this.button),
      ),
    );
    this.panel.addEventListener("keydown", (event) => this.#panelKey(event));
    this.#ready();
    return this.panel;
  }

  #launcher() {
    this.badge = node("span", { class: "badge", "aria-hidden": "true" });
    this.badge.hidden = true;
    this.launcher = node("button", {
      class: "launcher",
      part: "launcher",
      type: "button",
      "aria-label": words.open,
      "aria-expanded": "false",
      onclick: () => (this.isOpen ? this.close() : this.open()),
    });
    this.launcher.append(icon(ICONS.chat), this.badge);
    return this.launcher;
  }

  #listen() {
    /** @type {Record<string, (detail: any) => void>} */
    const heard = {
      session: (session) => this.#brand(session.brand),
      clear: () => this.transcript.clear(this.#store.outbox),
      message: (detail) => this.#message(detail),
      delta: (frame) => this.transcript.grow(frame, this.name.textContent ?? ""),
      moved: ({ parted }) => this.transcript.divide(parted ? words.parted : words.joined),
      sent: ({ cid }) => {
        this.transcript.mark(cid, "sent");
        this.#speak(words.sent);
      },
      failed: ({ cid }) => {
        this.transcript.mark(cid, "failed");
        this.#speak(words.failed);
        this.#emit("error", { cid });
      },
      suggest: (items) => this.#suggest(items),
      status: () => this.#status(),
    };
    for (const [type, take] of Object.entries(heard)) {
      this.#link.addEventListener(type, (event) => take(/** @type {CustomEvent} */ (event).detail));
    }
  }

  /** @param {{title: string, subtitle: string}} brand */
  #brand({ title, subtitle }) {
    this.subtitle = subtitle;
    this.name.textContent = title;
    this.avatar.textContent = [...title][0] ?? "";
    this.panel.setAttribute("aria-label", title);
    this.#status();
  }

  /** @param {{ev: any, cursor: string, replay: boolean}} detail */
  #message({ ev, cursor, replay }) {
    this.transcript.add(ev, replay);
    const isRead = this.isOpen && document.visibilityState === "visible";
    if (ev.role !== "user" && !isRead && this.#isNew(cursor)) this.#count(this.#unread + 1);
    if (isRead) this.#read();
    if (replay || ev.role === "user") return;
    const text = ev.blocks.map((/** @type {any} */ block) => block.text ?? block.fallback ?? "");
    this.#speak(`${ev.name}: ${text.join(" ")}`);
    this.#emit("message", ev);
  }

  /** @param {string} cursor */
  #isNew(cursor) {
    const [epoch, seq] = cursor.split(".");
    const [seenEpoch, seen] = (this.#store.get("seen") ?? ".0").split(".");
    return epoch !== seenEpoch || Number(seq) > Number(seen);
  }

  #read() {
    if (this.#link.cursor) this.#store.set("seen", this.#link.cursor);
    this.#count(0);
    this.#tabs?.postMessage("read");
  }

  /** @param {number} unread */
  #count(unread) {
    if (unread === this.#unread) return;
    this.#unread = unread;
    this.badge.hidden = unread === 0;
    this.badge.textContent = String(unread);
    this.launcher.setAttribute("aria-label", unread ? `${words.open}, ${words.unread(unread)}` : this.#action);
    if (unread) this.#speak(words.unread(unread));
    this.#emit("unread", unread);
  }

  get #action() {
    return this.isOpen ? words.close : words.open;
  }

  #status() {
    const { status } = this.#link;
    const texts = { connecting: words.trouble, offline: words.offline, forbidden: words.forbidden, elsewhere: words.elsewhere };
    this.#root.classList.toggle("online", status === "online");
    const rests = { online: this.subtitle || words.online, connecting: words.connecting };
    this.sub.textContent = rests[status] ?? words.away;
    clearTimeout(this.#notice);
    const show = () => {
      this.notice.textContent = status === "online" ? "" : texts[status];
      this.notice.hidden = status === "online";
    };
    if (status === "connecting") this.#notice = setTimeout(show, PATIENCE);
    else show();
    if (status === "forbidden") this.launcher.hidden = true;
    this.#emit("state", status);
  }

  /** @param {boolean} open */
  #toggle(open) {
    this.panel.hidden = !open;
    this.#root.classList.toggle("open", open);
    this.launcher.setAttribute("aria-expanded", String(open));
    this.launcher.replaceChildren(icon(open ? ICONS.down : ICONS.chat), this.badge);
    this.#store.set("open", open ? "1" : null);
    if (open) this.#read();
    this.launcher.setAttribute("aria-label", this.#action);
    this.panel.setAttribute("aria-modal", String(open && this.#isFull));
  }

  get #isFull() {
    return !this.#isInline && matchMedia("(max-width: 480px)").matches;
  }

  #typed() {
    const { value, selectionStart } = this.field;
    this.#store.set("draft", value || null);
    this.#ready();
    if (value.startsWith("/") && !value.includes("\n")) this.#link.suggest(value, selectionStart);
    else this.palette.close();
  }

  #ready() {
    this.button.classList.toggle("ready", this.field.value.trim() !== "");
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.height = "auto"; // browsers without field-sizing
    this.field.style.height = `${this.field.scrollHeight}px`;
  }

  /** @param {any[]} items */
  #suggest(items) {
    if (!this.field.value.startsWith("/")) return;
    const before = this.palette.element.children.length;
    this.palette.show(items);
    if (items.length && items.length !== before) this.#speak(words.suggestions(items.length));
  }

  /** @param {{name: string, usage: string}} item @param {boolean} run */
  #complete(item, run) {
    this.palette.close();
    this.field.value = `/${item.name}${run ? "" : " "}`;
    this.field.focus();
    if (run) this.#submit();
    else this.#typed();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing || event.keyCode === 229) return; // an input method is at work
    if (this.palette.isOpen && this.palette.take(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "ArrowUp" && !this.field.value && this.transcript.focusLast()) {
      event.preventDefault();
    }
  }

  /** @param {KeyboardEvent} event */
  #panelKey(event) {
    if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && this.#isFull) this.#keepInside(event);
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const target = /** @type {HTMLElement} */ (event.target);
      if (target.matches(".message, .transcript") && event.key !== " ") this.field.focus();
    }
  }

  /** The full-screen form is a modal dialog. @param {KeyboardEvent} event */
  #keepInside(event) {
    const all = [...this.panel.querySelectorAll("button, input, select, textarea, a, [tabindex='0']")];
    const stops = /** @type {HTMLElement[]} */ (all).filter((stop) => stop.checkVisibility());
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (event.target !== from) return;
    event.preventDefault();
    to?.focus();
  }

  #submit() {
    const text = this.field.value.trim();
    if (!text) return;
    if ([...text].length > this.#link.limits.text) {
      this.#speak(words.tooLong(this.#link.limits.text));
      this.notice.textContent = words.tooLong(this.#link.limits.text);
      this.notice.hidden = false;
      return;
    }
    if (!this.#post({ text })) return;
    this.field.value = "";
    this.palette.close();
    this.#typed();
    this.#status();
  }

  /** @param {Pick<import("./store.js").Pending, "text" | "action" | "form">} message */
  #post(message) {
    const entry = this.#link.send(message);
    if (entry) this.transcript.wait(entry);
    return entry;
  }

  /** Say something to screen readers, a few things at a time. @param {string} text */
  #speak(text) {
    this.#spoken.push(text);
    if (this.#spoken.length > 1) return;
    setTimeout(() => {
      const line = node("div", {}, this.#spoken.splice(0).join(" "));
      this.said.append(line);
      setTimeout(() => line.remove(), 5_000);
    }, 150);
  }

  #tint() {
    const style = getComputedStyle(this);
    const accent = style.getPropertyValue("--threadline-accent");
    const on = style.getPropertyValue("--threadline-on-accent");
    if (accent) this.#root.style.setProperty("--accent", readable(accent, on));
  }

  /** @param {string} type @param {unknown} [detail] */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(`threadline:${type}`, { detail, bubbles: true, composed: true }));
  }
}

customElements.define("threadline-chat", ThreadlineChat);

/** The tag that loaded us: modules have no currentScript. */
function tag() {
  const scripts = /** @type {NodeListOf<HTMLScriptElement>} */ (document.querySelectorAll("script[src]"));
  return [...scripts].find((script) => script.src === import.meta.url);
}

function launch() {
  const script = tag();
  const there = /** @type {ThreadlineChat | null} */ (document.querySelector("threadline-chat"));
  if (there || !script || script.dataset.launcher === "none") return there;
  const chat = /** @type {ThreadlineChat} */ (document.createElement("threadline-chat"));
  for (const name of ["lang", "dir", "theme", "open", "position"]) {
    const value = script.dataset[name];
    if (value !== undefined) chat.setAttribute(name, value);
  }
  document.body.append(chat);
  return chat;
}

const chat = launch();
if (chat) {
  Object.assign(window, {
    Threadline: {
      open: () => chat.open(),
      close: () => chat.close(),
      send: (/** @type {string} */ text) => chat.send(text),
      reset: () => chat.reset(),
      on: (/** @type {string} */ type, /** @type {EventListener} */ listener) =>
        chat.addEventListener(`threadline:${type}`, listener),
    },
  });
}
