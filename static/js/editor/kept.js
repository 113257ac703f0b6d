// The copies in this browser: what was typed, when, and the text that it began with. Each page that is opened keeps its
// own, so that no tab writes over another's; a copy stays until its text is saved, or somebody discards it.

import { area, form } from "./page.js";

const prefix = `allclear-postmortem-${form.dataset.key}/`;
const field = form.elements.copy;

const newName = () => crypto.getRandomValues(new Uint32Array(2)).join("-");

// A page that came because Save was refused goes on with the copy of the page that sent the text.
let own = field.value || newName();
field.value = own;

// Whether it is kept: the browser's storage may be full or switched off.
export const keep = (unanswered) => {
  try {
    const began = { base: form.elements.base.value, unanswered };
    localStorage.setItem(prefix + own, JSON.stringify({ text: area.value, at: Date.now(), ...began }));
    return true;
  } catch {
    return false;
  }
};

export const forget = (name = own) => {
  try {
    localStorage.removeItem(prefix + name);
  } catch {
    // There is none.
  }
};

// What is kept from here on leaves the present copy as it is.
export const keepAnother = () => {
  own = newName();
  field.value = own;
};

const read = (name) => {
  try {
    return { name, ...JSON.parse(localStorage.getItem(prefix + name)) };
  } catch {
    return { name };
  }
};

// Whether a copy is still what it was when it was read: its tab may have typed on, or saved.
export const isAsRead = ({ name, at }) => read(name).at === at;

// The copies of other tabs and of pages that are gone, the newest first.
export const others = () => {
  try {
    const names = Object.keys(localStorage).filter((key) => key.startsWith(prefix) && key !== prefix + own);
    const copies = names.map((key) => read(key.slice(prefix.length))).filter((copy) => "text" in copy);
    return copies.sort((one, other) => other.at - one.at);
  } catch {
    return [];
  }
};
