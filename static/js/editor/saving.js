// Saving while one types, and what the server answers to it.

import * as conflict from "./conflict.js";
import { forget, keep } from "./kept.js";
import { area, form, say } from "./page.js";
import { post } from "./server.js";

const IDLE = 5000;
let saved = area.defaultValue;
let waiting = 0;
// What was sent and may have been saved, although no answer came back.
let unanswered = [];

export let isSaving = false;
export let inFlight = Promise.resolve();

export const isDirty = () => area.value !== saved;

export const save = () => {
  clearTimeout(waiting);
  if (!isSaving && conflict.merged === null && isDirty()) {
    send();
  }
};

export const send = () => {
  inFlight = sendText(area.value);
  return inFlight;
};

// Why it is not saved, and whether the words are safe.
const sayUnsaved = (why) => {
  const isKept = keep(unanswered);
  const then = isKept ? "Your text is kept in this browser" : "This browser keeps no copy: its storage is full or switched off";
  say(`Not saved: ${why} ${then}.`, "warning");
};

const sendText = async (text) => {
  isSaving = true;
  unanswered = [...unanswered.filter((each) => each !== text).slice(-2), text];
  say("Saving…");
  try {
    const answer = await post(form.dataset.autosave, { body: text, base: form.elements.base.value });
    await settle(answer, text);
  } catch {
    sayUnsaved("the server can’t be reached.");
    waiting = setTimeout(save, IDLE);
  } finally {
    isSaving = false;
  }
  if (!waiting && isDirty() && conflict.merged === null) {
    waiting = setTimeout(save, IDLE);
  }
};

const settle = async (answer, text) => {
  waiting = 0;
  if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 401) {
    sayUnsaved("you have been signed out; sign in again in another tab.");
    return;
  }
  if (answer.status >= 500) {
    throw new Error("The server failed.");
  }
  const told = await answer.json();
  const wasSaved = told.panel && unanswered.includes(told.theirs);
  unanswered = [];
  if (answer.ok) {
    saved = text;
    form.elements.base.value = told.base;
    say(`Saved at ${told.at}.`);
    if (area.value === text) {
      forget();
    } else {
      keep(unanswered);
    }
  } else if (wasSaved) {
    // Nobody else was faster: it is one's own text, and only the answer was lost.
    saved = told.theirs;
    form.elements.base.value = told.base;
    waiting = setTimeout(save);
  } else if (told.panel) {
    conflict.show(told, text);
  } else {
    sayUnsaved(told.message);
    waiting = setTimeout(save, 4 * IDLE);
  }
};

export const typed = () => {
  if (!isDirty()) {
    forget();
    if (!isSaving && conflict.merged === null) {
      say("All is saved.");
    }
  } else if (!keep(unanswered)) {
    say("Not saved yet. This browser keeps no copy: its storage is full or switched off.", "warning");
  } else if (conflict.merged === null) {
    say("Not saved yet.");
  }
  clearTimeout(waiting);
  waiting = setTimeout(save, IDLE);
};

// What is in the textarea next is a change of another text than the last one saved.
export const goOnFrom = (base, sent = unanswered) => {
  form.elements.base.value = base;
  unanswered = sent;
};

// The form itself takes the text to the server.
export const handOver = () => {
  saved = area.value;
  unanswered = [...unanswered, saved];
  clearTimeout(waiting);
};

// The page came with what is saved; only its script can say so, who also says when it is no longer.
export const startSaved = () => {
  if (isDirty()) {
    typed(); // before this script came
  } else {
    say("All is saved.");
  }
};

// The form took it there, and it was refused. Merged, it holds what was kept before.
export const startUnsaved = () => {
  saved = "";
  keep([]);
  say("Not saved yet.");
};
