// Sending fields of the editor to the server, beside its form.

import { renewToken } from "../token.js";
import { form } from "./page.js";

// Of a line that swallows what is sent there would be neither answer nor error, and nothing would be saved any more.
const PATIENCE = 30_000;

export const post = (address, fields) => {
  const body = new FormData();
  renewToken(form);
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const [name, value] of Object.entries(fields)) {
    body.set(name, value);
  }
  return fetch(address, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
  });
};
