// The page: four panes, the child's status, and the stream that keeps them true.

import { Pane, framed } from "./pane.js";
import { post } from "./post.js";

const RETRY_MS = 500;
const PHASES = { running: "Running", starting: "Starting", down: "Down" };

const bar = document.querySelector("[data-role=status]");
const panes = new Map();
let used = null; // the emulated pane that was typed in last
let tellStarted;
const started = new Promise((resolve) => {
  tellStarted = resolve; // once the bot has answered for the first time
});

/** @param {{phase: string, pid: number|null, restarts: number}} status */
function showStatus(status) {
  bar.dataset.phase = status.phase;
  bar.querySelector("[data-role=phase]").textContent = PHASES[status.phase] ?? status.phase;
  const facts = [];
  if (status.pid) facts.push(`pid ${status.pid}`);
  if (status.restarts) facts.push(`restarted ${status.restarts === 1 ? "once" : `${status.restarts} times`}`);
  bar.querySelector("[data-role=facts]").textContent = facts.join(", ");
  if (status.phase === "running") tellStarted();
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, RETRY_MS));
}

/** Ask until it works: the page may be open before the bot is. @param {string} url */
async function fetched(url) {
  for (;;) {
    try {
      const answer = await fetch(url);
      if (answer.ok) return answer;
    } catch {
      // The sandbox itself is away: the stream says so.
    }
    await pause();
  }
}

/** Put the bot's own web chat into a pane. */
async function addWebChat(facts) {
  const { root } = framed(facts);
  const stage = root.querySelector(".stage");
  const chat = document.createElement("threadline-chat");
  chat.setAttribute("mode", "inline");
  root.querySelector(".title p").textContent = "served by the bot";
  root.querySelector(".transcript").remove();
  for (const unused of root.querySelectorAll(".faults, .newer, .notice, .composer, [data-role=live]")) {
    unused.remove();
  }
  const waiting = document.createElement("p");
  waiting.className = "empty";
  waiting.textContent = "Waiting for the bot to start.";
  stage.append(waiting);
  document.querySelector("[data-role=panes]").append(root);
  await started;
  await fetched(facts.widget); // a failed import would be remembered as failed
  stage.replaceChildren(chat);
  await import(facts.widget);
}

function addPane(facts) {
  const pane = new Pane(facts);
  panes.set(facts.connector, pane);
  used ??= pane;
  pane.field.addEventListener("focus", () => {
    used = pane;
  });
  document.querySelector("[data-role=panes]").append(pane.root);
}

function follow() {
  const stream = new EventSource("/__sandbox/events");
  stream.addEventListener("status", (event) => showStatus(JSON.parse(event.data)));
  stream.addEventListener("screen", (event) => {
    const screen = JSON.parse(event.data);
    panes.get(screen.connector)?.update(screen);
  });
  stream.addEventListener("error", () => {
    bar.dataset.phase = "lost";
    bar.querySelector("[data-role=phase]").textContent = "No connection to the sandbox";
    bar.querySelector("[data-role=facts]").textContent = "";
  });
}

/** @param {string} role */
function wire(role) {
  const button = document.querySelector(`button[data-role=${role}]`);
  button.addEventListener("click", async () => {
    button.disabled = true;
    await post(role).catch(() => {}); // the status says more than an error here
    button.disabled = false;
    button.focus();
  });
}

async function start() {
  for (const role of ["kill", "restart"]) wire(role);
  for (const button of document.querySelectorAll("[data-try]")) {
    button.addEventListener("click", () => used?.offer(button.dataset.try));
  }
  const { panes: all } = await (await fetched("/__sandbox/panes")).json();
  for (const facts of all) {
    if (facts.widget) addWebChat(facts);
    else addPane(facts);
  }
  follow();
}

start();
