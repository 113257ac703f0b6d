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

const sendText = async (text) => {
  isSaving = true;
  unanswered = [...unanswered.filter((each) => each !== text).slice(-2), text];
  say("Saving…");
  try {
    const answer = await post(form.dataset.autosave, { body: text, base: form.elements.base.value });
    await settle(answer, text);
  } catch {
    say("Not saved: the server can’t be reached. Your text is kept in this browser.", "warning");
    keep(unanswered);
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
    say("Not saved: you have been signed out. Your text is kept in this browser; sign in again in another tab.", "warning");
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
    }
  } else if (wasSaved) {
    // Nobody else was faster: it is one's own text, and only the answer was lost.
    saved = told.theirs;
    form.elements.base.value = told.base;
    waiting = setTimeout(save);
  } else if (told.panel) {
    conflict.show(told, text);
  } else {
    say(`Not saved: ${told.message} Your text is kept in this browser.`, "warning");
    waiting = setTimeout(save, 4 * IDLE);
  }
};

export const typed = () => {
  keep(unanswered);
  if (isDirty() && conflict.merged === null) {
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
  clearTimeout(waiting);
};

// The form took it there, and it was refused.
export const startUnsaved = () => {
  saved = "";
  say("Not saved yet.");
};
