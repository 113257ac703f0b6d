// Small comforts of the console; every form works without them.
"use strict";

// A refused form comes back with its errors and is meant to be shown, so htmx swaps it like any other answer.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// What could not be sent stays in the form, and the reader is told.
for (const name of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(name, () => {
    const line = document.createElement("p");
    line.className = "notice error";
    line.textContent = "This could not be sent. What you typed is still here; try again in a moment.";
    document.getElementById("messages").replaceChildren(line);
  });
}

// Ctrl+Enter or Cmd+Enter sends the form one is writing in.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
    event.target.form.requestSubmit();
  }
});
