// One batch of misses at a time: choose what it means, mark its words, go on.

const role = (name) => document.querySelector(`[data-role="${name}"]`);
const heading = document.getElementById("said");
const meaningField = document.getElementById("meaning");
const markedField = document.getElementById("marked");
const problems = document.getElementById("problems");

const state = { batch: null, meanings: {}, chosen: "", skipped: [], last: null, busy: false };

/** Send JSON and tell the answer; throws an Error whose message a person can read. */
async function post(path, body = {}) {
  const answer = await sent(path, body);
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 422) return told;
  if (!answer.ok) throw new Error(told.error ?? `The page's server answered ${answer.status}.`);
  return told;
}

async function sent(path, body) {
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  try {
    return await fetch(path, request);
  } catch {
    throw new Error("Nothing answers. Is `threadline train --page` still running?");
  }
}

/** Let one thing happen at a time; what goes wrong is shown. */
async function doing(work) {
  if (state.busy) return;
  state.busy = true;
  role("notice").hidden = true;
  try {
    await work();
  } catch (error) {
    role("notice").textContent = error.message;
    role("notice").hidden = false;
  } finally {
    state.busy = false;
  }
}

const announce = (words) => { role("live").textContent = words; };

function made(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

async function next() {
  const told = await post("/next", { skipped: state.skipped });
  state.batch = told.batch;
  state.meanings = told.meanings;
  const { done, total } = told.progress;
  role("count").textContent = `${done} of ${total} done`;
  role("progress").max = Math.max(1, total);
  role("progress").value = done;
  role("undo").disabled = state.last === null;
  role("batch").hidden = state.batch === null;
  role("empty").hidden = state.batch !== null;
  if (state.batch === null) return role("empty").focus();
  show(state.batch);
}

function show(batch) {
  heading.textContent = batch.text;
  const times = batch.ids.length > 1 ? `${batch.ids.length} times, ` : "";
  role("about").textContent = `${times}${batch.channel}, ${batch.locale}, ${batch.kind}`;
  const others = role("others");
  others.hidden = batch.others.length === 0;
  others.querySelector("summary").textContent = `Alike, labelled with it: ${batch.others.length}`;
  others.querySelector("ul").replaceChildren(...batch.others.map((text) => made("li", text, { dir: "auto" })));
  role("suggestions").replaceChildren(...batch.suggestions.map(suggestion));
  const names = Object.keys(state.meanings);
  document.getElementById("meanings").replaceChildren(...names.map((name) => made("option", "", { value: name })));
  meaningField.value = "";
  role("marking").hidden = true;
  heading.focus();
}

function suggestion(one, number) {
  const button = made("button", "", { type: "button" });
  const sure = one.confidence === null ? "" : `${Math.round(one.confidence * 100)}%`;
  button.append(made("kbd", number + 1), made("strong", one.meaning), made("span", sure), made("small", one.why, { dir: "auto" }));
  button.addEventListener("click", () => doing(() => choose(one.meaning)));
  return button;
}

async function choose(meaning) {
  if (!Object.hasOwn(state.meanings, meaning)) throw new Error(`There is no meaning “${meaning}”.`);
  state.chosen = meaning;
  const { marked } = await post("/mark", { text: state.batch.text, meaning });
  if (state.meanings[meaning].length === 0) return label(meaning, marked);
  role("chosen").textContent = `It means ${meaning}`;
  markedField.value = marked;
  problems.textContent = "";
  role("parameters").replaceChildren(...state.meanings[meaning].map(parameter));
  role("marking").hidden = false;
  markedField.focus();
}

function parameter(name) {
  const button = made("button", name, { type: "button" });
  button.addEventListener("click", () => {
    const { selectionStart: start, selectionEnd: end } = markedField;
    if (start === end) { problems.textContent = `Select the words of ${name} first.`; return markedField.focus(); }
    const words = markedField.value.slice(start, end);
    markedField.setRangeText(`[${words}](${name})`, start, end, "end");
    problems.textContent = "";
    markedField.focus();
  });
  return button;
}

async function label(meaning, marked) {
  const told = await post("/label", { ids: state.batch.ids, meaning, marked });
  if (told.problems) { problems.textContent = told.problems.join("\n"); return markedField.focus(); }
  state.last = state.batch.ids;
  announce(`${told.count} labelled ${meaning}.`);
  await next();
}

const actions = {
  oos: () => choose("oos"),
  skip: async () => { state.skipped.push(state.batch.ids[0]); announce("Skipped."); await next(); },
  dismiss: async () => {
    const { count } = await post("/dismiss", { ids: state.batch.ids });
    state.last = state.batch.ids;
    announce(`${count} dismissed.`);
    await next();
  },
  undo: async () => {
    if (state.last === null) return;
    await post("/reopen", { ids: state.last });
    state.last = null;
    announce("Taken back.");
    await next();
  },
};

/** Read the answer line by line as it comes: stages, then what was brought. */
async function measure() {
  role("stage").textContent = "Learning …";
  const answer = await sent("/gains", {});
  if (!answer.ok) throw new Error(`The page's server answered ${answer.status}.`);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split("\n");
    rest = lines.pop();
    for (const line of lines) brought(JSON.parse(line));
  }
}

function brought(told) {
  if (!told.gains) { role("stage").textContent = `Learning: ${told.stage}`; return; }
  const share = (value) => (value === null ? "none" : `${(value * 100).toFixed(1)}%`);
  const { gains } = told;
  const rows = [["missed, labelled", "missed"], ["all others", "known"]].map(([name, key]) => {
    const row = made("tr", "");
    row.append(made("th", name, { scope: "row" }), made("td", gains[key]), made("td", share(gains[`${key}_before`])), made("td", share(gains[`${key}_after`])));
    return row;
  });
  role("table").querySelector("tbody").replaceChildren(...rows);
  role("table").hidden = false;
  role("stage").textContent = `Understood of what was labelled: ${share(gains.missed_before)} before, ${share(gains.missed_after)} after.`;
}

for (const [name, action] of Object.entries(actions)) role(name).addEventListener("click", () => doing(action));
role("gains").addEventListener("click", () => doing(measure));
role("other").addEventListener("submit", (event) => { event.preventDefault(); doing(() => choose(meaningField.value.trim())); });
role("marking").addEventListener("submit", (event) => { event.preventDefault(); doing(() => label(state.chosen, markedField.value.trim())); });
role("back").addEventListener("click", () => { role("marking").hidden = true; heading.focus(); });
markedField.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); role("marking").requestSubmit(); }
  if (event.key === "Escape") role("back").click();
});

// Keys count outside of fields only, and can be switched off: a voice or a stray key labels nothing.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea");
  if (typing || event.ctrlKey || event.altKey || event.metaKey || !role("keys").checked || state.batch === null) return;
  const named = { o: "oos", s: "skip", d: "dismiss", u: "undo" }[event.key.toLowerCase()];
  if (named) { event.preventDefault(); return doing(actions[named]); }
  const one = state.batch.suggestions[Number(event.key) - 1];
  if (one) { event.preventDefault(); doing(() => choose(one.meaning)); }
});

doing(next);
