// Making DOM nodes without ever parsing HTML: works under Trusted Types.

const SVG = "http://www.w3.org/2000/svg";
const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Record<string, any>} [attributes] `on…` are listeners, false leaves out
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** Draw an icon. @param {string} path */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Open elsewhere, telling nothing. @param {string} url @param {string} label */
export function anchor(url, label) {
  return node("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, label);
}

/** Turn the addresses in a plain text into links; all else stays as it is. @param {string} text */
export function linked(text) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(at, found.index), anchor(found[0], found[0]));
    at = found.index + found[0].length;
  }
  return [...parts, text.slice(at)].filter((part) => part !== "");
}
