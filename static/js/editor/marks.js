// Markdown's marks: around words, before lines, and blocks of their own.

import { area } from "./page.js";
import { lineEnd, replace } from "./text.js";

export const around = (before, after, placeholder) => {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const inner = value.slice(start, end) || placeholder;
  if (value.slice(start - before.length, start) === before && value.slice(end, end + after.length) === after) {
    replace(start - before.length, end + after.length, value.slice(start, end));
    area.setSelectionRange(start - before.length, end - before.length);
    return;
  }
  replace(start, end, before + inner + after);
  area.setSelectionRange(start + before.length, start + before.length + inner.length);
};

// The lines that the selection touches, marked; where all of them are already, the marks are taken off.
export const lines = (mark, marks) => {
  const { value } = area;
  const start = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const end = lineEnd(area.selectionEnd);
  const touched = value.slice(start, end).split("\n");
  const written = touched.filter((line) => line.trim());
  if (written.length && written.every((line) => marks.test(line))) {
    replace(start, end, touched.map((line) => line.replace(marks, "")).join("\n"));
    return;
  }
  let number = 0;
  const marked = touched.map((line) => (line.trim() || touched.length === 1 ? mark((number += 1)) + line : line));
  replace(start, end, marked.join("\n"));
};

// Below the caret's line, with an empty line on either side: what follows at once would belong to it.
export const block = (words) => {
  const place = lineEnd(area.selectionEnd);
  const start = area.value.slice(0, place).trimEnd().length;
  replace(start, place, `${start ? "\n\n" : ""}${words}\n`);
};
