// What the modules of the editor share of its page: the form, its textarea, and the line that says what is saved.

export const form = document.getElementById("editor");
export const area = form.elements.body;
const state = document.getElementById("save-state");

export const say = (words, kind = "") => {
  if (state.textContent !== words) {
    state.textContent = words;
  }
  state.dataset.kind = kind;
};
