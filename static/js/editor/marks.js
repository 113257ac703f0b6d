// Markdown's marks: around words, before lines, and blocks of their own.

import { area } from "./page.js";
import { lineEnd, replace } from "./text.js";

const STARS = /^\*+$/;

// Stars at the end of what stands before the words, and at the beginning of what stands behind them.
const starsBetween = (left, right) => Math.min(left.match(/\**$/)[0].length, right.match(/^\**/)[0].length);

// One star is italic, two are bold, three are both.
const isMarked = (left, right, before, after) => {
  if (STARS.test(before)) {
    const count = starsBetween(left, right);
    return before.length === 1 ? count % 2 === 1 : count > 1;
  }
  return left.endsWith(before) && right.startsWith(after);
};

// How much at either end of a selection is marks that were selected with their words.
const marksWithin = (inner, before, after) => {
  let [left, right] = [0, 0];
  if (STARS.test(before)) {
    left = right = Math.min(inner.match(/^\**/)[0].length, inner.match(/\**$/)[0].length);
  } else if (inner.startsWith(before) && inner.endsWith(after)) {
    [left, right] = [before.length, after.length];
  }
  const words = inner.slice(left, Math.max(inner.length - right, left));
  // Marks in between as well are of two passages, not of one.
  return words && !words.includes(before) ? [left, right] : [0, 0];
};

// The selected words, without marks at either end, nor blanks there: beside a blank, a mark of a passage is none.
const selectedWords = (before, after) => {
  let { selectionStart: start, selectionEnd: end, value } = area;
  if (!before.includes("\n")) {
    const inner = value.slice(start, end);
    start += inner.length - inner.trimStart().length;
    end = Math.max(start, end - (inner.length - inner.trimEnd().length));
  }
  const [left, right] = marksWithin(value.slice(start, end), before, after);
  return [start + left, end - right];
};

export const around = (before, after, placeholder) => {
  const { value } = area;
  const [start, end] = selectedWords(before, after);
  const inner = value.slice(start, end);
  if (isMarked(value.slice(0, start), value.slice(end), before, after)) {
    replace(start - before.length, end + after.length, inner);
    area.setSelectionRange(start - before.length, end - before.length);
    return;
  }
  const words = inner || placeholder;
  replace(start, end, before + words + after);
  area.setSelectionRange(start + before.length, start + before.length + words.length);
};

// The lines that the selection touches, marked instead of what else marks such lines; where all of them are already, the
// marks are taken off.
export const lines = (mark, marks, others = marks) => {
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
  const marked = touched.map((line) =>
    line.trim() || touched.length === 1 ? mark((number += 1)) + line.replace(others, "") : line,
  );
  replace(start, end, marked.join("\n"));
};

// Below the caret's line, with an empty line on either side: what follows at once would belong to it.
export const block = (words) => {
  const place = lineEnd(area.selectionEnd);
  const start = area.value.slice(0, place).trimEnd().length;
  replace(start, place, `${start ? "\n\n" : ""}${words}\n`);
};
