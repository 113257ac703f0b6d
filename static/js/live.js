// An open page keeps itself current: it asks for version.json, and for itself only when something was published.
// Politely: no more than every 30 s, at times that differ from reader to reader, not while hidden, and never under the
// reader's hands. Without this script the page is as it was loaded.
"use strict";

const EVERY = 30_000;
const SPREAD = 15_000;
const STALE_AFTER = 5 * 60_000;
const PAUSED = "allclear-paused";

const polite = document.getElementById("announcement");
const alarm = document.getElementById("alarm");
const stale = document.getElementById("stale");
const control = document.getElementById("live-control");
let number = null;
let confirmed = Date.now();
let timer = 0;

function remembered() {
  try {
    return localStorage.getItem(PAUSED) === "1";
  } catch {
    return false;
  }
}

function remember(paused) {
  try {
    localStorage.setItem(PAUSED, paused ? "1" : "0");
  } catch {
    // Private windows may refuse; then it holds for this page only.
  }
}

let paused = remembered();

function plan(delay) {
  clearTimeout(timer);
  if (!paused && document.visibilityState === "visible") {
    timer = setTimeout(check, delay);
  }
}

async function check() {
  try {
    const answer = await fetch("/version.json", { cache: "no-cache", credentials: "omit" });
    const version = await answer.json();
    const now = Date.parse(answer.headers.get("Date")) || Date.now();
    confirmed = Date.now() - Math.max(0, now - Date.parse(version.checked_at));
    if (number !== null && version.number !== number && !(await refresh())) {
      plan(EVERY + Math.random() * SPREAD);
      return;
    }
    number = version.number;
  } catch {
    // No network or no server: what is shown grows old, and says so.
  }
  showAge();
  plan(EVERY + Math.random() * SPREAD);
}

// Whether the page is now the published one; not while the reader's focus or selection is within it.
async function refresh() {
  const main = document.getElementById("content");
  const focused = document.activeElement;
  if ((main.contains(focused) && focused !== main) || !getSelection().isCollapsed) {
    return false;
  }
  const answer = await fetch(location.href, { cache: "no-cache", credentials: "omit" });
  if (!answer.ok) {
    return false;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const before = states(document);
  const opened = [...main.querySelectorAll("details")].map((details) => details.open);
  const incoming = fresh.getElementById("content");
  const folds = [...incoming.querySelectorAll("details")];
  if (folds.length === opened.length) {
    folds.forEach((details, index) => (details.open = opened[index]));
  }
  main.replaceChildren(...incoming.childNodes);
  document.title = fresh.title;
  document.querySelector("link[rel=icon]").href = fresh.querySelector("link[rel=icon]").getAttribute("href");
  announce(before, states(document));
  document.dispatchEvent(new Event("allclear:refreshed"));
  return true;
}

// What the page says of each thing that has a state, by its name.
function states(page) {
  const found = [...page.querySelectorAll("[data-state-of]")];
  return new Map(found.map((element) => [element.dataset.stateOf, element.textContent.trim().replace(/\s+/g, " ")]));
}

function announce(before, after) {
  const changed = [...after].filter(([name, state]) => before.get(name) !== state);
  const text = changed.map(([name, state]) => `${name}: ${state}`).join(". ");
  const isGrave = changed.some(([, state]) => state.toLowerCase().startsWith("major"));
  (isGrave ? alarm : polite).textContent = text;
}

function showAge() {
  const age = Date.now() - confirmed;
  stale.hidden = age < STALE_AFTER;
  if (!stale.hidden) {
    const at = new Date(confirmed).toISOString();
    stale.textContent = `This page may be out of date: it was last confirmed on ${at.slice(0, 10)} at ${at.slice(11, 16)} UTC.`;
  }
}

function offerPause() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  const show = () => (button.textContent = paused ? "Resume live updates" : "Pause live updates");
  button.addEventListener("click", () => {
    paused = !paused;
    remember(paused);
    show();
    plan(0);
  });
  show();
  control.append(button);
}

document.addEventListener("visibilitychange", () => plan(Math.random() * 2_000));
offerPause();
plan(0);
