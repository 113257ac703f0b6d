// Hints lead to their passage.

import { area } from "./page.js";

export const showPassage = (event) => {
  const button = event.target.closest("[data-line]");
  if (!button) {
    return;
  }
  const before = area.value.split("\n").slice(0, Number(button.dataset.line) - 1);
  const start = before.reduce((length, line) => length + line.length + 1, 0);
  const found = area.value.indexOf(button.dataset.words, start);
  area.focus();
  area.setSelectionRange(found < 0 ? start : found, found < 0 ? start : found + button.dataset.words.length);
  // A textarea scrolls to where something is typed, not to a selection: estimate the line's place.
  const height = parseFloat(getComputedStyle(area).lineHeight);
  area.scrollTop = Math.max(before.length * height - area.clientHeight / 3, 0);
};
