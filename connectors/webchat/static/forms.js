// A form beside a question: a chip that opens it, native fields, errors below them, and what was
// sent as a summary.

import { node } from "./nodes.js";
import { words } from "./words.js";

/**
 * @typedef {{name: string, label: string, type: string, required: boolean, value: string,
 *   options?: {value: string, label: string}[]}} Field
 * @typedef {{id: string, title: string, label: string, submit: string, fields: Field[]}} FormBlock
 * @typedef {{id: string, values: Record<string, string>}} Filled
 */

/** Draw a field. @param {Field} field @param {string} id */
function input(field, id) {
  const { name, type, value, required } = field;
  const common = { id, name, required, "aria-describedby": `${id}-error` };
  if (type === "select") {
    const rows = [{ value: "", label: "" }, ...(field.options ?? [])].map((row) =>
      node("option", { value: row.value, selected: row.value === value }, row.label),
    );
    return node("select", common, ...rows);
  }
  if (type === "textarea") return node("textarea", { ...common, rows: "2" }, value);
  const known = ["number", "date", "time", "email", "tel"].includes(type) ? type : "text";
  return node("input", { ...common, type: known, value, step: known === "number" && "any" });
}

/**
 * Make the chip and the form behind it.
 * @param {FormBlock} block @param {(form: Filled) => void} send
 */
export function offer(block, send) {
  const inputs = block.fields.map((field, n) => input(field, `form-${block.id}-${n}`));
  const errors = inputs.map((each) => node("p", { class: "error", id: `${each.id}-error` }));
  const check = (/** @type {number} */ n) => {
    const { valid, badInput } = inputs[n].validity;
    errors[n].textContent = valid ? "" : badInput ? words.unreadable : words.missing;
    inputs[n].setAttribute("aria-invalid", String(!valid));
    return valid;
  };
  const toggle = (/** @type {boolean} */ open) => {
    sheet.hidden = !open;
    chip.setAttribute("aria-expanded", String(open));
    (open ? inputs[0] : chip).focus();
    if (open) sheet.scrollIntoView({ block: "nearest" });
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const bad = inputs.filter((_, n) => !check(n));
    if (bad.length) return bad[0].focus();
    const filled = inputs.map((each) => [each.name, each.value.trim()]).filter(([, value]) => value);
    send({ id: block.id, values: Object.fromEntries(filled) });
  };
  const rows = block.fields.map(({ label, required }, n) => {
    // an error goes while one types: going on blur, it would move the button away from under a click
    inputs[n].addEventListener("input", () => errors[n].textContent && check(n));
    inputs[n].addEventListener("change", () => check(n));
    const text = required ? label : `${label} ${words.optional}`;
    return node("div", {}, node("label", { for: inputs[n].id }, text), inputs[n], errors[n]);
  });
  const chip = node(
    "button",
    { class: "chip", type: "button", "aria-expanded": "false", onclick: () => toggle(sheet.hidden) },
    block.label,
  );
  const sheet = node(
    "form",
    { class: "sheet", novalidate: true, "aria-label": block.title, onsubmit: submit },
    ...rows,
    node("button", { class: "chip go", type: "submit" }, block.submit),
  );
  sheet.hidden = true;
  sheet.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation(); // the panel stays
    toggle(false);
  });
  return node("div", { class: "offer", "data-form": block.id }, chip, sheet);
}

/**
 * Write what was sent, as its form named it.
 * @param {Filled} filled @param {FormBlock | undefined} block
 */
export function summary({ values }, block) {
  const lines = Object.entries(values).map(([name, value]) => {
    const field = block?.fields.find((each) => each.name === name);
    const row = field?.options?.find((each) => each.value === value);
    return node("div", {}, node("dt", {}, field?.label ?? name), node("dd", { dir: "auto" }, row?.label ?? value));
  });
  return node("dl", { class: "bubble", part: "bubble" }, ...lines);
}
