// The copy in this browser: what was typed, when, and the text that it began with.

import { area, form, say } from "./page.js";

const key = `allclear-postmortem-${form.dataset.key}`;

export const keep = (unanswered) => {
  try {
    const began = { base: form.elements.base.value, unanswered };
    localStorage.setItem(key, JSON.stringify({ text: area.value, at: Date.now(), ...began }));
  } catch {
    say("This browser keeps no copy: its storage is full or switched off.", "warning");
  }
};

export const kept = () => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};

export const forget = () => {
  try {
    localStorage.removeItem(key);
  } catch {
    // There is none.
  }
};
