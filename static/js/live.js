// An open page keeps itself current: it asks for version.json, and for itself only when something was published.
// Politely: no more than every 30 s, at times that differ from reader to reader, not while hidden, and never under the
// reader's hands. Without this script the page is as it was loaded.
"use strict";

const EVERY = 30_000;
const SPREAD = 15_000;
const SOON = 3_000;
const PATIENCE = 15_000;
const STALE_AFTER = 5 * 60_000;
const PAUSED = "allclear-paused";
const MOST_SAID = 5;

const root = document.documentElement;
const polite = document.getElementById("announcement");
const alarm = document.getElementById("alarm");
const stale = document.getElementById("stale");
const said = document.getElementById("live-said");
const control = document.getElementById("live-control");

// The last change that is shown. A page that nobody is following (an old report) doesn't say it.
let number = Number(root.dataset.number ?? NaN);
let confirmed = null;
let asked = null;
const opened = Date.now();
let timer = 0;
let paused = remembered();

function remembered() {
  try {
    return localStorage.getItem(PAUSED) === "1";
  } catch {
    return false;
  }
}

function remember() {
  try {
    localStorage.setItem(PAUSED, paused ? "1" : "0");
  } catch {
    // Private windows may refuse; then it holds for this page only.
  }
}

// However often the page is hidden and shown again, there are EVERY milliseconds between two questions.
function plan() {
  clearTimeout(timer);
  if (paused) {
    timer = setTimeout(grow, EVERY);
  } else if (document.visibilityState === "visible") {
    const wait = asked === null ? 0 : Math.max(0, asked + EVERY - Date.now());
    timer = setTimeout(check, wait + Math.random() * (wait ? SPREAD : SOON));
  }
}

function grow() {
  tellAge();
  plan();
}

async function check() {
  asked = Date.now();
  try {
    const answer = await ask("/version.json", { cache: "no-cache" });
    const version = await answer.json();
    const now = Date.parse(answer.headers.get("Date")) || Date.now();
    if (Number.isNaN(number)) {
      number = version.number;
    }
    if (version.number === number || (await refresh(version.number))) {
      number = version.number;
      confirmed = Date.now() - Math.max(0, now - Date.parse(version.checked_at));
    }
  } catch {
    // No network or no server: what is shown grows old, and says so.
  }
  grow();
}

// A line that swallows what is sent gives neither answer nor error; then nothing would be asked again.
function ask(address, options) {
  return fetch(address, { credentials: "omit", signal: AbortSignal.timeout(PATIENCE), ...options });
}

// Whether the page is now the published one; not while the reader's focus or selection is within it.
async function refresh(wanted) {
  const main = document.getElementById("content");
  const focused = document.activeElement;
  if ((main.contains(focused) && focused !== main) || !getSelection().isCollapsed) {
    return false;
  }
  // The number makes it an address that no cache can hold an older page of; all readers share it.
  const address = new URL(location.href);
  address.searchParams.set("v", wanted);
  const answer = await ask(address);
  if (!answer.ok) {
    return false;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (Number(fresh.documentElement.dataset.number ?? wanted) < wanted) {
    return false;
  }
  if (made(fresh) !== made(document)) {
    location.reload(); // Allclear was upgraded: the new page doesn't go with this style sheet and these scripts
    return false;
  }
  const incoming = fresh.getElementById("content");
  const before = states(document);
  keepFolds(main, incoming);
  const keepPlace = placeOf(main);
  main.replaceChildren(...incoming.childNodes);
  keepPlace();
  document.title = fresh.title;
  document.querySelector("link[rel=icon]").href = fresh.querySelector("link[rel=icon]").getAttribute("href");
  announce(before, states(document));
  document.dispatchEvent(new Event("allclear:refreshed"));
  return true;
}

// The style sheets and scripts that a page was made for; their names change with what is in them.
function made(page) {
  const parts = page.querySelectorAll("head link[rel=stylesheet], head script[src]");
  return [...parts].map((part) => part.getAttribute("href") ?? part.getAttribute("src")).join();
}

// What the reader opened stays open, and what the reader closed stays closed.
function keepFolds(present, incoming) {
  const open = new Map([...present.querySelectorAll("[data-fold]")].map((fold) => [fold.dataset.fold, fold.open]));
  for (const fold of incoming.querySelectorAll("[data-fold]")) {
    fold.open = open.get(fold.dataset.fold) ?? fold.open;
  }
}

// What the reader is looking at stays where it is, though something was added above it.
function placeOf(main) {
  const top = (element) => element.getBoundingClientRect().top;
  const seen = [...main.querySelectorAll("[data-state-of]")].find((element) => top(element) >= 0);
  if (!seen || !scrollY) {
    return () => {};
  }
  const was = top(seen);
  return () => {
    const again = main.querySelector(`[data-state-of="${CSS.escape(seen.dataset.stateOf)}"]`);
    if (again) {
      scrollBy({ top: top(again) - was, behavior: "instant" });
    }
  };
}

// What the page says of each thing that has a state, by its name; of two of one name, the first.
function states(page) {
  const found = [...page.querySelectorAll("[data-state-of]")].reverse();
  return new Map(found.map((element) => [element.dataset.stateOf, element.textContent.trim().replace(/\s+/g, " ")]));
}

function announce(before, after) {
  const changed = [...after].filter(([name, state]) => before.get(name) !== state).reverse();
  if (!changed.length) {
    return;
  }
  const more = changed.length > MOST_SAID ? `. And ${changed.length - MOST_SAID} more` : "";
  const text = changed.slice(0, MOST_SAID).map(([name, state]) => `${name}: ${state}`);
  const isGrave = changed.some(([, state]) => state.toLowerCase().startsWith("major"));
  (isGrave ? alarm : polite).textContent = text.join(". ") + more;
}

// "Current at 14:02:31 UTC" or "10:32:31 UTC-03:30" at the foot of the page; above the state once that is long ago, or was
// never known.
function tellAge() {
  const isUnknown = confirmed === null && asked !== null;
  const isOld = isUnknown || Date.now() - (confirmed ?? opened) > STALE_AFTER;
  if (confirmed !== null) {
    const { time, zone } = inWords(confirmed);
    said.textContent = `Current at ${time} ${zone}.`;
  }
  if (isOld && stale.hidden) {
    const last = confirmed === null ? "it has not been confirmed since" : "it was last confirmed on";
    const { day, time, zone } = inWords(confirmed ?? opened);
    const text = `This page may be out of date: ${last} ${day} at ${time.slice(0, 5)} ${zone}.`;
    stale.textContent = polite.textContent = text;
  }
  stale.hidden = !isOld;
  root.classList.toggle("is-stale", isOld);
}

// In the page's zone, as all its times, or in UTC where the browser doesn't know that; either way the zone is named.
function inWords(instant) {
  try {
    return partsOf(instant, { timeZone: root.dataset.zone ?? "UTC", timeZoneName: "longOffset" });
  } catch {
    return partsOf(instant, { timeZone: "UTC", timeZoneName: "short" });
  }
}

function partsOf(instant, zone) {
  const day = { year: "numeric", month: "2-digit", day: "2-digit" };
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  const parts = new Intl.DateTimeFormat("en-US", { ...day, ...time, ...zone }).formatToParts(instant);
  const of = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return {
    day: `${of.year}-${of.month}-${of.day}`,
    time: `${of.hour}:${of.minute}:${of.second}`,
    zone: of.timeZoneName.replace("GMT", "UTC").replace("+00:00", ""),
  };
}

function showControl() {
  control.textContent = paused ? "Resume live updates" : "Pause live updates";
}

control.addEventListener("click", () => {
  paused = !paused;
  remember();
  showControl();
  plan();
});
document.addEventListener("visibilitychange", plan);
showControl();
root.classList.add("is-live");
plan();
