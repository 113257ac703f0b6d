// Small comforts of the console; every form works without them.
"use strict";

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

// After a refusal, go to the first field at fault: it may lie far above the button that was pressed.
document.addEventListener("htmx:afterSettle", (event) => {
  const fault = event.target.querySelector?.('[role="alert"], [aria-invalid="true"]');
  if (fault) {
    if (fault.matches('[role="alert"]')) {
      fault.tabIndex = -1;
    }
    fault.focus();
    fault.scrollIntoView({ block: "center" });
  }
});
