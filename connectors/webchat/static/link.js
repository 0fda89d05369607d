// The connection: session, WebSocket with resume by cursor, long-poll where sockets are blocked,
// and the outbox. Says what happens by events: session, clear, message, moved, sent, failed,
// suggest, status.

const PROTOCOL = "threadline.v1";
const SILENCE = 20_000; // then we ping
const DEADLINE = 8_000; // for any frame after a ping, and for a socket to open
const RETRY_SOCKET = 60_000; // while polling
const FAILURES = 3; // of sockets, each with HTTP answering beside it, before we poll

/** @typedef {import("./store.js").Pending} Pending */
/** @typedef {"connecting" | "online" | "offline" | "forbidden" | "elsewhere"} Status */

const pause = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/** @param {string | null} cursor */
function place(cursor) {
  const [epoch, seq] = (cursor ?? ".0").split(".");
  return { epoch, seq: Number(seq) };
}

export class Link extends EventTarget {
  /** @type {Status} */
  status = "connecting";
  /** @type {{text: number}} */
  limits = { text: 4000 };
  /** @type {string | null} */
  cursor = null;

  #base;
  #store;
  #token = "";
  #started = false;
  #connecting = false;
  #welcomed = false;
  #polling = false;
  #tries = 0;
  #failures = 0;
  #malformed = 0;
  #notBefore = 0;
  #heard = 0;
  #asked = 0;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {AbortController | null} */
  #poll = null;
  /** @type {string | null} */
  #flying = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watch;

  /** @param {URL} base ends with the connector's name and a slash @param {import("./store.js").Store} store */
  constructor(base, store) {
    super();
    this.#base = base;
    this.#store = store;
  }

  /** Connect, and stay connected. */
  start() {
    if (this.#started) return;
    this.#started = true;
    for (const type of ["online", "pageshow", "focus"]) addEventListener(type, this.#wake);
    addEventListener("offline", this.#sleep);
    document.addEventListener("visibilitychange", this.#wake);
    this.#connect();
  }

  /** Disconnect for good. */
  stop() {
    this.#started = false;
    for (const type of ["online", "pageshow", "focus"]) removeEventListener(type, this.#wake);
    removeEventListener("offline", this.#sleep);
    document.removeEventListener("visibilitychange", this.#wake);
    clearTimeout(this.#retry);
    this.#poll?.abort();
    this.#polling = false;
    this.#drop(1000);
  }

  /** Send a message; null where too many wait already. @param {Pick<Pending, "text" | "action" | "form">} message */
  send(message) {
    const cid = crypto.getRandomValues(new Uint32Array(4)).reduce((id, n) => id + n.toString(36), "");
    /** @type {Pending} */
    const entry = { cid, ...message, at: Date.now() };
    if (!this.#store.push(entry)) return null;
    this.#wake();
    this.#flush();
    return entry;
  }

  /** Try a failed message again. @param {string} cid */
  again(cid) {
    this.#store.change(cid, { failed: false, at: Date.now() });
    this.#wake();
    this.#flush();
  }

  /** Ask for completions; the answer comes as the event `suggest`. @param {string} q @param {number} at */
  suggest(q, at) {
    this.#write({ t: "suggest", n: ++this.#asked, q, at });
  }

  /** Read what came before a seq. @param {number} before */
  async history(before) {
    const response = await this.#fetch(`history?before=${before}&limit=50`);
    return response.ok ? await response.json() : { events: [], more: false };
  }

  #wake = () => {
    if (!this.#started || document.visibilityState === "hidden") return;
    if (this.status === "forbidden") return;
    if (this.#socket) {
      if (this.#welcomed && Date.now() - this.#heard > 5_000) this.#ping();
    } else if (!this.#polling && Date.now() >= this.#notBefore) {
      this.#connect();
    }
  };

  #sleep = () => {
    this.#poll?.abort();
    this.#drop(4408);
    this.#say("offline");
    this.#later();
  };

  async #connect() {
    clearTimeout(this.#retry);
    if (this.#connecting || this.#socket || !this.#started) return;
    this.#connecting = true;
    if (!this.#polling && (this.status !== "offline" || navigator.onLine)) this.#say("connecting");
    try {
      if (!this.#token) await this.#open();
      if (this.#token && this.#started) this.#dial();
    } catch {
      this.#later();
    } finally {
      this.#connecting = false;
    }
  }

  /** Open the session; tabs take turns, so that a browser has one. */
  async #open() {
    const open = async () => {
      const response = await this.#fetch("session", {
        token: this.#store.get("token") ?? undefined,
        locale: navigator.language,
        tz: Intl.DateTimeFormat().resolvedOptions().timeZone,
        page: { url: location.origin + location.pathname, title: document.title },
      });
      if (response.status === 403) return this.#forbid(await response.json());
      if (!response.ok) {
        this.#notBefore = Date.now() + 1000 * Number(response.headers.get("Retry-After") ?? 0);
        throw new Error(`session: ${response.status}`);
      }
      const session = await response.json();
      this.#token = session.token;
      this.#store.set("token", session.token);
      this.limits = session.limits;
      this.#tell("session", session);
    };
    const name = `threadline:${this.#base.pathname}:session`;
    await (navigator.locks ? navigator.locks.request(name, open) : open());
  }

  #dial() {
    const url = new URL("v1/ws", this.#base);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url, PROTOCOL);
    this.#socket = socket;
    this.#welcomed = false;
    this.#watch = setTimeout(() => this.#drop(4408), DEADLINE);
    const hello = { t: "hello", token: this.#token, cursor: this.cursor, tab: "1", v: 1 };
    socket.onopen = () => socket.send(JSON.stringify({ ...hello, caps: ["blocks1", "stream"] }));
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    socket.onclose = ({ code }) => this.#closed(code);
  }

  /** Let go of the socket at once; a half-open one would take its time. @param {number} code */
  #drop(code) {
    const socket = this.#socket;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(code);
    this.#closed(code);
  }

  /** @param {number} code */
  #closed(code) {
    clearTimeout(this.#watch);
    const wasWelcomed = this.#welcomed;
    this.#socket = null;
    this.#welcomed = false;
    if (code === 1009 && this.#flying) this.#fail(this.#flying);
    this.#flying = null;
    if (!this.#started) return;
    if (code === 4403) return this.#forbid({});
    if (code === 4409) return this.#say("elsewhere");
    if (code === 4400 && ++this.#malformed > 1) return this.#forbid({});
    if (code === 4401) this.#forget();
    if (code === 1013) this.#notBefore = Date.now() + 10_000;
    if (!wasWelcomed && (code < 4400 || code === 4408)) this.#doubt();
    this.#later();
  }

  /** The session is unknown: a new one is opened, what waits to be sent stays. */
  #forget() {
    this.#token = "";
    this.#store.set("token", null);
    this.#tries = 0;
  }

  /** A socket failed: count it only where HTTP works, or a dead server would make us poll. */
  async #doubt() {
    try {
      const response = await fetch(new URL("v1/health", this.#base), { cache: "no-store" });
      this.#failures = response.ok ? this.#failures + 1 : 0;
    } catch {
      this.#failures = 0;
    }
    if (this.#failures >= FAILURES && !this.#polling) this.#pollOn();
  }

  #later() {
    clearTimeout(this.#retry);
    if (!this.#started) return;
    const cap = document.visibilityState === "hidden" ? 60_000 : 5_000;
    const most = this.#polling ? RETRY_SOCKET : Math.min(cap, 500 * 2 ** this.#tries++);
    const wait = Math.max(most * (0.5 + Math.random() / 2), this.#notBefore - Date.now());
    if (this.status === "online" && !this.#polling) this.#say("connecting");
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  /** @param {any} frame */
  #hear(frame) {
    this.#heard = Date.now();
    this.#listen();
    switch (frame.t) {
      case "welcome":
        return this.#enter(frame);
      case "event":
        return this.#take(frame.ev, frame.cursor, Boolean(frame.replay));
      case "sent":
      case "nack":
        return this.#settle(frame);
      case "delta":
        return this.#tell("delta", frame);
      case "suggest":
        return frame.n === this.#asked ? this.#tell("suggest", frame.items) : undefined;
      case "bye":
        this.#notBefore = Date.now() + 1000 * frame.retry_after * Math.random();
    }
  }

  #listen() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#ping(), SILENCE);
  }

  #ping() {
    clearTimeout(this.#watch);
    this.#write({ t: "ping" });
    this.#watch = setTimeout(() => this.#drop(4408), DEADLINE);
  }

  /** @param {any} welcome */
  #enter(welcome) {
    this.#welcomed = true;
    this.#polling = false;
    this.#poll?.abort();
    this.#tries = this.#failures = this.#malformed = 0;
    if (!welcome.resumed || welcome.gap) this.#clear();
    if (!welcome.missed) this.cursor = welcome.cursor;
    this.#ready();
  }

  #ready() {
    this.#store.expire();
    this.#say("online");
    this.#flush();
  }

  #clear() {
    this.cursor = null;
    this.#tell("clear");
  }

  /** @param {any} ev @param {string} cursor @param {boolean} replay */
  #take(ev, cursor, replay) {
    const [seen, now] = [place(this.cursor), place(cursor)];
    if (ev.kind !== "conversation.linked" && seen.epoch === now.epoch && now.seq <= seen.seq) return;
    this.cursor = cursor;
    if (ev.kind === "conversation.linked") return this.#tell("moved", ev);
    if (ev.kind !== "message") return;
    if (ev.cid) this.#store.change(ev.cid, null);
    this.#tell("message", { ev, cursor, replay });
    if (ev.cid && ev.cid === this.#flying) this.#next();
  }

  async #pollOn() {
    this.#polling = true;
    this.#poll = new AbortController();
    const { signal } = this.#poll;
    this.#later();
    while (this.#polling && !signal.aborted) {
      try {
        const query = this.cursor ? `?wait=20&cursor=${encodeURIComponent(this.cursor)}` : "?wait=0";
        const patience = AbortSignal.any([signal, AbortSignal.timeout(35_000)]);
        const response = await this.#fetch(`events${query}`, undefined, patience);
        if (response.status === 401) this.#forget();
        if (!response.ok) throw new Error(`events: ${response.status}`);
        this.#catchUp(await response.json());
      } catch {
        // a socket, or a server that is down: both are tried again by the usual way
        this.#polling = false;
        if (!this.#socket) this.#later();
      }
    }
  }

  /** @param {{events: any[], cursor: string, gap: boolean}} page */
  #catchUp({ events, cursor, gap }) {
    if (gap || !this.cursor) this.#clear();
    const first = !this.cursor;
    const { epoch } = place(cursor);
    for (const ev of events) {
      this.#take(ev, ev.cursor ?? `${place(this.cursor).epoch || epoch}.${ev.seq}`, first);
    }
    this.cursor = cursor;
    if (this.status !== "online") this.#ready();
    else this.#flush();
  }

  /** Send the oldest waiting message; the next one goes when it is confirmed. */
  async #flush() {
    if (this.#flying || !(this.#welcomed || this.#polling)) return;
    const entry = this.#store.outbox.find((waiting) => !waiting.failed);
    if (!entry) return;
    this.#flying = entry.cid;
    const frame = { t: "send", ...entry };
    if (this.#welcomed) return this.#write(frame);
    try {
      this.#settle(await (await this.#fetch("messages", frame)).json());
    } catch {
      this.#flying = null;
    }
  }

  /** @param {any} frame sent or nack */
  async #settle(frame) {
    if (frame.t === "sent") {
      this.#store.change(frame.cid, null);
      this.#tell("sent", frame);
    } else if (!frame.retry) {
      this.#fail(frame.cid);
    } else {
      await pause(1000 * (frame.after ?? 1));
    }
    if (frame.cid === this.#flying) this.#next();
  }

  #next() {
    this.#flying = null;
    this.#flush();
  }

  /** @param {string} cid */
  #fail(cid) {
    this.#store.change(cid, { failed: true });
    this.#tell("failed", { cid });
  }

  /** @param {any} body */
  #forbid(body) {
    console.error(`threadline: ${body.error?.text ?? "the server refuses this page"}`);
    this.#started = false;
    this.#say("forbidden");
  }

  /** @param {object} frame */
  #write(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** @param {string} url */
  async file(url) {
    const response = await this.#fetch(url);
    if (!response.ok) throw response;
    return URL.createObjectURL(await response.blob());
  }

  /** @param {string} call @param {object} [body] @param {AbortSignal} [signal] */
  #fetch(call, body, signal) {
    /** @type {Record<string, string>} */
    const headers = body ? { "Content-Type": "application/json" } : {};
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`;
    return fetch(new URL(`v1/${call}`, this.#base), {
      method: body ? "POST" : "GET",
      body: body && JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      headers,
      signal: signal ?? AbortSignal.timeout(30_000),
    });
  }

  /** @param {Status} status */
  #say(status) {
    if (status === this.status) return;
    this.status = status;
    this.#tell("status", status);
  }

  /** @param {string} type @param {unknown} [detail] */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
