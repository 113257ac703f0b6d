// The uptime bars by hand: one tab stop a component, arrows move through its days, Escape puts the note away.
// Each day's note is copied from the table below the bars, which says the same without any script.
"use strict";

const DAYS = 90;
const PITCH = 7;
const WIDTH = DAYS * PITCH - 2;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -DAYS, End: DAYS };

const spoken = make("p", "visually-hidden", document.body);
spoken.setAttribute("aria-live", "polite");
let all = [...document.querySelectorAll(".uptime")].map(attach);
document.addEventListener("allclear:refreshed", () => {
  all = [...document.querySelectorAll(".uptime")].map(attach);
});

function make(tag, className, parent) {
  const element = document.createElement(tag);
  element.className = className;
  parent.append(element);
  return element;
}

function attach(figure) {
  const bars = figure.querySelector(".bars");
  const svg = bars.querySelector("svg");
  const mark = make("div", "bars-mark", bars);
  const tip = document.createElement("div");
  tip.className = "tip";
  bars.after(tip);
  bars.tabIndex = 0;
  bars.setAttribute("role", "group");
  bars.setAttribute("aria-label", `${figure.getAttribute("aria-label")}, day by day; arrow keys move`);
  let shown = DAYS - 1;

  function hide() {
    tip.hidden = mark.hidden = true;
  }

  function dateOf(index) {
    const date = new Date(`${figure.dataset.today}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() - (DAYS - 1 - index));
    return date;
  }

  function show(index) {
    const frame = bars.getBoundingClientRect();
    const scale = svg.getBoundingClientRect().width / WIDTH;
    const offset = svg.getBoundingClientRect().left - frame.left;
    const oldest = Math.ceil((-offset / scale - 2) / PITCH);
    shown = Math.max(oldest, Math.min(index, DAYS - 1));
    const left = offset + shown * PITCH * scale;
    fill(shown);
    tip.hidden = mark.hidden = false;
    mark.style.left = `${left - 2}px`;
    mark.style.width = `${5 * scale + 4}px`;
    tip.style.left = `${Math.max(0, Math.min(left - tip.offsetWidth / 2, frame.width - tip.offsetWidth))}px`;
  }

  function fill(index) {
    const date = dateOf(index);
    const row = figure.querySelector(`[data-day="${date.toISOString().slice(0, 10)}"]`);
    const heading = document.createElement("p");
    heading.textContent = date.toLocaleDateString("en-US", {
      day: "2-digit",
      month: "short",
      timeZone: "UTC",
      year: "numeric",
    });
    tip.replaceChildren(heading);
    if (row) {
      for (const cell of row.cells) {
        tip.append(...(cell.tagName === "TD" ? cell.cloneNode(true).childNodes : []));
      }
    } else {
      tip.append(index < Number(figure.dataset.knownFrom) ? "No data" : "No trouble");
    }
  }

  function indexAt(event) {
    const box = svg.getBoundingClientRect();
    return Math.floor(((event.clientX - box.left) / box.width) * (WIDTH / PITCH));
  }

  bars.addEventListener("pointermove", (event) => event.pointerType === "mouse" && show(indexAt(event)));
  bars.addEventListener("click", (event) => show(indexAt(event)));
  bars.addEventListener("focus", () => bars.matches(":focus-visible") && show(shown));
  bars.addEventListener("keydown", (event) => {
    if (event.key in STEPS) {
      event.preventDefault();
      show(shown + STEPS[event.key]);
      spoken.textContent = tip.innerText;
    }
  });
  figure.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse" && !holds(document.activeElement)) {
      hide();
    }
  });
  function holds(element) {
    return bars.contains(element) || tip.contains(element);
  }

  figure.addEventListener("focusout", (event) => holds(event.relatedTarget) || hide());
  hide();
  return { hide, holds };
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    all.forEach(({ hide }) => hide());
  }
});
document.addEventListener("pointerdown", (event) => {
  all.forEach(({ hide, holds }) => holds(event.target) || hide());
});
