// Leaving the page: by Save or by a link that waits for what is just being saved, or otherwise after a question.

import * as conflict from "./conflict.js";
import { form } from "./page.js";
import { handOver, inFlight, isDirty, isSaving } from "./saving.js";

let isLeaving = false;

// Pressing Save leaves the text, which saves it as well: the form waits for that, or it would conflict with itself.
export const leaveBySaving = async (event) => {
  if (isSaving) {
    event.preventDefault();
    const pressed = event.submitter;
    await inFlight;
    if (conflict.merged === null && !isLeaving) {
      form.requestSubmit(pressed);
    }
    return;
  }
  handOver();
};

// So does a link; followed at once, it would ask whether to lose what is just being saved.
export const leaveByLink = async (event) => {
  const link = event.target.closest("a[href]");
  const isElsewhere = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || isElsewhere || link.target || link.hasAttribute("download") || !isSaving || event.defaultPrevented) {
    return;
  }
  if (link.pathname === location.pathname && link.hash) {
    return;
  }
  event.preventDefault();
  isLeaving = true;
  await inFlight;
  if (conflict.merged === null) {
    location.assign(link.href);
  }
  isLeaving = false;
};

export const ask = (event) => {
  if (isDirty()) {
    event.preventDefault();
  }
};
