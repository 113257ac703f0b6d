// Offering the kept copy when the page is opened and the server has another text.

import { forget, kept } from "./kept.js";
import { area, form } from "./page.js";
import { goOnFrom, save } from "./saving.js";
import { post } from "./server.js";
import { put } from "./text.js";

export const offerBack = async () => {
  const copy = kept();
  if (!copy || copy.text === area.value) {
    forget();
    return;
  }
  const place = document.getElementById("recovery");
  const when = new Date(copy.at).toLocaleString();
  place.innerHTML =
    '<section class="panel conflict" role="alert"><h2></h2><p>The server has another text. Compare them, then choose.</p>' +
    '<p class="actions"><button type="button" class="button primary" data-use>Use the kept text</button>' +
    '<button type="button" class="button" data-discard>Discard it</button></p><div class="kept-diff"></div></section>';
  place.querySelector("h2").textContent = `This browser kept a text from ${when} that was not saved`;
  place.querySelector("[data-use]").addEventListener("click", () => {
    place.hidden = true;
    // Saved as what it is, a change of the text that it began with: what others wrote since is merged, not replaced.
    goOnFrom(copy.base, copy.unanswered);
    put(copy.text);
    area.focus();
    save();
  });
  place.querySelector("[data-discard]").addEventListener("click", () => {
    place.hidden = true;
    forget();
    area.focus();
  });
  place.hidden = false;
  try {
    const answer = await post(form.dataset.compare, { body: copy.text });
    if (answer.ok) {
      place.querySelector(".kept-diff").innerHTML = await answer.text();
    }
  } catch {
    // The texts can be chosen between without the comparison.
  }
};
