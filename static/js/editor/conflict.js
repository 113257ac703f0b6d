// What a colleague saved meanwhile: both texts are shown, and nothing is saved until one of the ways out is taken.

import { say } from "./page.js";

const place = document.getElementById("conflict");

// The server's answer with the merged text and what it was made of, while it waits to be taken.
export let merged = null;

export const show = (told, mine) => {
  merged = { ...told, mine };
  place.innerHTML = told.panel;
  place.querySelector(".merge-actions").hidden = false;
  place.scrollIntoView({ block: "nearest" });
  say("Not saved: see above.", "warning");
};

// It is out of date; the panel stays until another takes its place.
export const drop = () => {
  merged = null;
};

export const close = () => {
  merged = null;
  place.replaceChildren();
};
