// The text and the caret, and writing into it as if typed.

import { area } from "./page.js";

// As if typed, so that the browser's own undo takes it back.
export const replace = (start, end, words) => {
  area.focus();
  area.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, words)) {
    area.setRangeText(words, start, end, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
};

export const put = (text) => replace(0, area.value.length, text);

export const selected = () => area.value.slice(area.selectionStart, area.selectionEnd);

export const lineEnd = (place) => {
  const stop = area.value.indexOf("\n", place);
  return stop < 0 ? area.value.length : stop;
};
