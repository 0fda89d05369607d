// What a browser keeps between page loads: token, outbox, draft, how far the visitor has read.
// Shared by all tabs of a site. Where storage is blocked, this page's memory takes its place.

const MOST_ENTRIES = 100;
const MOST_CHARACTERS = 200_000;
const DAY = 24 * 60 * 60 * 1000;

/**
 * A message that the server has not confirmed.
 * @typedef {{cid: string, text?: string, action?: {id: string, value: string, label: string},
 *   form?: {id: string, values: Record<string, string>},
 *   at: number, failed?: boolean}} Pending
 */

export class Store {
  /** @type {Map<string, string>} */
  #memory = new Map();
  #prefix;

  /** @param {string} site the connector's name */
  constructor(site) {
    this.#prefix = `threadline:${site}:`;
  }

  /** @param {string} key @returns {string | null} */
  get(key) {
    try {
      return localStorage.getItem(this.#prefix + key);
    } catch {
      return this.#memory.get(key) ?? null;
    }
  }

  /** @param {string} key @param {string | null} value null forgets it */
  set(key, value) {
    try {
      if (value === null) localStorage.removeItem(this.#prefix + key);
      else localStorage.setItem(this.#prefix + key, value);
    } catch {
      if (value === null) this.#memory.delete(key);
      else this.#memory.set(key, value);
    }
  }

  /** @returns {Pending[]} oldest first */
  get outbox() {
    try {
      const entries = JSON.parse(this.get("outbox") ?? "[]");
      return Array.isArray(entries) ? entries : [];
    } catch {
      return [];
    }
  }

  /** Add a message; false where the outbox is full. @param {Pending} entry */
  push(entry) {
    const entries = [...this.outbox, entry];
    const text = JSON.stringify(entries);
    if (entries.length > MOST_ENTRIES || text.length > MOST_CHARACTERS) return false;
    this.set("outbox", text);
    return true;
  }

  /** Change an entry, or drop it with null. @param {string} cid @param {Partial<Pending> | null} change */
  change(cid, change) {
    const entries = this.outbox;
    const found = entries.find((entry) => entry.cid === cid);
    if (!found) return;
    const next = change === null ? entries.filter((entry) => entry !== found) : entries;
    if (change !== null) Object.assign(found, change);
    this.set("outbox", JSON.stringify(next));
  }

  /** Give up on what has waited for more than a day. */
  expire() {
    for (const entry of this.outbox) {
      if (!entry.failed && Date.now() - entry.at > DAY) this.change(entry.cid, { failed: true });
    }
  }

  /** Forget everything of this visitor. */
  clear() {
    for (const key of ["token", "outbox", "draft", "seen", "open"]) this.set(key, null);
  }
}
