// Going on with the text that was merged of both.

import * as conflict from "./conflict.js";
import { area, say } from "./page.js";
import { goOnFrom, save, send } from "./saving.js";
import { put } from "./text.js";

const takeMerge = async () => {
  if (area.value !== conflict.merged.mine) {
    // Typed since both texts were shown: those words belong into it too.
    conflict.drop();
    await send();
  }
  if (conflict.merged === null) {
    return;
  }
  const { base, merged: text } = conflict.merged;
  goOnFrom(base);
  conflict.close();
  put(text);
  area.focus();
  say("Merged; not saved yet.");
  save();
};

export const chooseMerge = (event) => {
  if (event.target.matches("[data-take-merge]") && conflict.merged) {
    takeMerge();
  }
};
