// Images: picked, pasted or dropped, sent, and written into the text below the line where the caret was: on a heading's
// line they would be part of it.

import { block } from "./marks.js";
import { area } from "./page.js";

const images = document.getElementById("images");
const form = document.getElementById("image-form");
const problem = document.getElementById("image-problem");
const list = document.getElementById("image-list");
const count = document.getElementById("image-count");
// Of a text that nobody was in, the browser gives its beginning as the place of the caret.
let wasEntered = false;

export const enter = () => {
  wasEntered = true;
};

export const openImages = (file) => {
  enter();
  images.open = true;
  if (file) {
    const held = new DataTransfer();
    held.items.add(file);
    form.elements.image.files = held.files;
    form.elements.alt.focus();
  } else {
    form.elements.image.focus();
  }
  images.scrollIntoView({ block: "nearest" });
};

export const takeImage = (event) => {
  const files = [...(event.clipboardData ?? event.dataTransfer).files];
  const image = files.find((file) => file.type.startsWith("image/"));
  if (image) {
    event.preventDefault();
    openImages(image);
  }
};

// Of an answer that is none of ours, and of none, the browser's own words help nobody.
const saidOf = (error) => {
  if (error instanceof TypeError) {
    return "The server can’t be reached. The image was not sent; try again.";
  }
  return error instanceof SyntaxError ? "This image could not be sent." : error.message;
};

export const sendImage = async (event) => {
  event.preventDefault();
  problem.hidden = true;
  const button = form.querySelector("button");
  button.disabled = true; // a large one takes a while, and pressed twice it would be there twice
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
    });
    const told = await answer.json();
    if (!answer.ok) {
      throw new Error(told.message);
    }
    form.reset();
    images.open = false;
    list.insertAdjacentHTML("beforeend", told.item);
    list.hidden = false;
    count.textContent = list.children.length;
    if (!wasEntered) {
      area.setSelectionRange(area.value.length, area.value.length);
    }
    block(told.markdown);
  } catch (error) {
    problem.textContent = saidOf(error);
    problem.hidden = false;
  } finally {
    button.disabled = false;
  }
};
