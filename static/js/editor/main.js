// The postmortem editor: toolbar and shortcuts, saving while one types, and a copy in this browser that survives a
// closed tab, a dead server or an expired session. Without it the form is a textarea with a Save button.
//
// Here stands which event leads where; each module beside it has one subject. No two may import each other, not even by
// way of others: a file's name holds the digest of what it imports by such names.

import { showPassage } from "./hints.js";
import { enter, sendImage, takeImage } from "./images.js";
import { ask, leaveByLink, leaveBySaving } from "./leaving.js";
import { chooseMerge } from "./merging.js";
import { area, form } from "./page.js";
import { offerBack, withdraw } from "./recovery.js";
import { save, startSaved, startUnsaved, typed } from "./saving.js";
import { saveShortcut, shortcut, showToolbar } from "./toolbar.js";

area.addEventListener("focus", enter);
area.addEventListener("input", typed);
area.addEventListener("blur", save);
area.addEventListener("keydown", shortcut);
area.addEventListener("paste", takeImage);
area.addEventListener("drop", takeImage);
form.addEventListener("submit", leaveBySaving);
document.addEventListener("click", leaveByLink);
document.addEventListener("keydown", saveShortcut);
window.addEventListener("beforeunload", ask);
window.addEventListener("storage", withdraw);
document.getElementById("conflict").addEventListener("click", chooseMerge);
document.getElementById("image-form").addEventListener("submit", sendImage);
document.getElementById("preview").addEventListener("click", showPassage);

showToolbar();
if ("unsaved" in form.dataset) {
  startUnsaved();
} else {
  offerBack();
  startSaved();
}
