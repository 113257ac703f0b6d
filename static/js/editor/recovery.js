// Offering the kept copies when the page is opened and the server has another text: one after the other.

import * as conflict from "./conflict.js";
import { forget, isAsRead, keep, keepAnother, others } from "./kept.js";
import { area, form } from "./page.js";
import { goOnFrom, inFlight, isSaving, save } from "./saving.js";
import { post } from "./server.js";
import { put } from "./text.js";

const place = document.getElementById("recovery");
let offered = null;

export const offerBack = () => {
  const copies = others();
  copies.filter((copy) => copy.text === area.value).forEach((copy) => forget(copy.name));
  offered = copies.find((each) => each.text !== area.value) ?? null;
  place.hidden = offered === null;
  if (offered) {
    offer(offered);
  }
};

// The tab that it is of has saved it meanwhile.
export const withdraw = (event) => {
  if (offered && event.key?.endsWith(`/${offered.name}`) && event.newValue === null) {
    offerBack();
  }
};

// In the page's zone, as all times, unless the browser is too old to know it; either way the zone is named.
const formatted = (at) => {
  const day = { year: "numeric", month: "short", day: "2-digit" };
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
  try {
    return new Date(at).toLocaleString("en-US", { ...day, ...time, timeZone: form.dataset.zone });
  } catch {
    return new Date(at).toLocaleString("en-US", { ...day, ...time });
  }
};

const offer = async (copy) => {
  place.innerHTML =
    '<section class="panel conflict" role="alert"><h2>This browser kept a text from <time></time> that was not saved</h2>' +
    "<p>The server has another text. Compare them, then choose.</p>" +
    '<p class="actions"><button type="button" class="button primary" data-use>Use the kept text</button>' +
    '<button type="button" class="button" data-discard>Discard it</button></p><div class="kept-diff"></div></section>';
  const when = place.querySelector("time");
  when.dateTime = new Date(copy.at).toISOString();
  when.textContent = formatted(copy.at);
  place.querySelector("[data-use]").addEventListener("click", () => use(copy));
  place.querySelector("[data-discard]").addEventListener("click", () => settle(copy));
  const comparison = place.querySelector(".kept-diff");
  try {
    const answer = await post(form.dataset.compare, { body: copy.text });
    if (answer.ok) {
      comparison.innerHTML = await answer.text();
    }
  } catch {
    // The texts can be chosen between without the comparison.
  }
};

const use = async (copy) => {
  place.hidden = true;
  // What is just being saved moves the text that the next change begins with.
  while (isSaving) {
    await inFlight;
  }
  // Words of this page that could not be saved stay kept, and are offered in their turn.
  keepAnother();
  conflict.close();
  // Saved as what it is, a change of the text that it began with: what others wrote since is merged, not replaced.
  goOnFrom(copy.base, copy.unanswered);
  put(copy.text);
  const isKept = keep(copy.unanswered);
  save();
  if (isKept) {
    settle(copy);
  }
};

const settle = (copy) => {
  // One that its tab has typed on in since is another, and offered as such.
  if (isAsRead(copy)) {
    forget(copy.name);
  }
  area.focus();
  offerBack();
};
