// Small comforts of the console; every form works without them.

import { newToken, renewToken } from "./token.js";

document.addEventListener("submit", (event) => renewToken(event.target), true);
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = newToken();
  if (token) {
    detail.headers["X-CSRFToken"] = token;
    if (detail.formData.has("csrfmiddlewaretoken")) {
      detail.parameters.csrfmiddlewaretoken = token;
    }
  }
});

// What could not be sent stays in the form, and the reader is told in place of whatever was said before.
const messages = document.getElementById("messages");

const isSignedOut = ({ status }) => status === 401 || (status === 403 && !newToken());

const lineFor = ({ xhr, requestConfig }) => {
  const line = document.createElement("p");
  line.className = "notice error";
  line.role = "alert";
  line.dataset.unsent = requestConfig.verb;
  if (isSignedOut(xhr)) {
    const link = document.createElement("a");
    Object.assign(link, { href: messages.dataset.signIn, target: "_blank", rel: "noopener" });
    link.textContent = "Sign in in another tab";
    if (requestConfig.verb === "get") {
      line.append("You have been signed out. ", link, ", then go on here.");
    } else {
      line.append("You have been signed out, and nothing was sent. ", link, ", then send it again.");
    }
  } else {
    line.textContent = "This could not be sent. What you typed is still here; try again in a moment.";
  }
  return line;
};

for (const name of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(name, ({ detail }) => {
    const line = lineFor(detail);
    // What asks again every half minute is not to be read out each time.
    if (detail.requestConfig.verb !== "get" || messages.textContent.trim() !== line.textContent) {
      messages.replaceChildren(line);
    }
    // The messages are at the top, and the button that was pressed may be far below. Who only types goes on typing.
    if (detail.elt.matches("form")) {
      messages.scrollIntoView({ block: "center" });
    }
  });
}

// It is no longer so once something of the kind arrived.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful) {
    messages.querySelector(`[data-unsent="${detail.requestConfig.verb}"]`)?.remove();
  }
});

// A countdown counts; what happens at its end is the server's doing. A timer's changes aren't read out.
setInterval(() => {
  for (const timer of document.querySelectorAll("[data-countdown]")) {
    timer.textContent = Math.max(Number(timer.textContent) - 1, 0);
  }
}, 1000);

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
  } else if (event.target.id === "room" && document.activeElement === document.body) {
    // The button that was pressed is gone: who goes by keyboard goes on from the room, not from the top of the page.
    event.target.tabIndex = -1;
    event.target.focus({ preventScroll: true });
  }
});

// The same where the whole page was loaded anew: it begins at its top, and what was refused may be far below.
const refused = document.querySelector('main [aria-invalid="true"]');
if (refused) {
  refused.focus();
  refused.scrollIntoView({ block: "center" });
}

// An address names the filters that are set, so that it can be read and shared.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.matches("form.filter")) {
    for (const [name, value] of [...detail.formData]) {
      if (value === "") {
        detail.formData.delete(name);
      }
    }
  }
});
