// The postmortem editor: toolbar and shortcuts, saving while one types, and a copy in this browser that survives a
// closed tab, a dead server or an expired session. Without it the form is a textarea with a Save button.
"use strict";

(() => {
  const IDLE = 5000;
  const form = document.getElementById("editor");
  const area = form?.elements.body;
  if (!area || "locked" in form.dataset) {
    return;
  }
  const state = document.getElementById("save-state");
  const conflict = document.getElementById("conflict");
  const key = `allclear-postmortem-${form.dataset.key}`;
  let saved = area.defaultValue;
  let waiting = 0;
  let isSaving = false;
  let inFlight = Promise.resolve();
  let isLeaving = false;
  let merged = null;
  // What was sent and may have been saved, although no answer came back.
  let unanswered = [];

  const say = (words, kind = "") => {
    if (state.textContent !== words) {
      state.textContent = words;
    }
    state.dataset.kind = kind;
  };

  // --- the copy in this browser

  const keep = () => {
    try {
      const began = { base: form.elements.base.value, unanswered };
      localStorage.setItem(key, JSON.stringify({ text: area.value, at: Date.now(), ...began }));
    } catch {
      say("This browser keeps no copy: its storage is full or switched off.", "warning");
    }
  };

  const kept = () => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };

  const forget = () => {
    try {
      localStorage.removeItem(key);
    } catch {
      // There is none.
    }
  };

  const post = (address, fields) => {
    const body = new FormData();
    renewToken(form);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const [name, value] of Object.entries(fields)) {
      body.set(name, value);
    }
    return fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
  };

  const offerBack = async () => {
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
      form.elements.base.value = copy.base;
      unanswered = copy.unanswered;
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

  // --- saving

  const isDirty = () => area.value !== saved;

  const save = () => {
    clearTimeout(waiting);
    if (!isSaving && merged === null && isDirty()) {
      inFlight = send(area.value);
    }
  };

  const send = async (text) => {
    isSaving = true;
    unanswered = [...unanswered.filter((each) => each !== text).slice(-2), text];
    say("Saving…");
    try {
      const answer = await post(form.dataset.autosave, { body: text, base: form.elements.base.value });
      await settle(answer, text);
    } catch {
      say("Not saved: the server can’t be reached. Your text is kept in this browser.", "warning");
      keep();
      waiting = setTimeout(save, IDLE);
    } finally {
      isSaving = false;
    }
    if (!waiting && isDirty() && merged === null) {
      waiting = setTimeout(save, IDLE);
    }
  };

  const settle = async (answer, text) => {
    waiting = 0;
    if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 401) {
      say("Not saved: you have been signed out. Your text is kept in this browser; sign in again in another tab.", "warning");
      return;
    }
    if (answer.status >= 500) {
      throw new Error("The server failed.");
    }
    const told = await answer.json();
    const wasSaved = told.panel && unanswered.includes(told.theirs);
    unanswered = [];
    if (answer.ok) {
      saved = text;
      form.elements.base.value = told.base;
      say(`Saved at ${told.at}.`);
      if (area.value === text) {
        forget();
      }
    } else if (wasSaved) {
      // Nobody else was faster: it is one's own text, and only the answer was lost.
      saved = told.theirs;
      form.elements.base.value = told.base;
      waiting = setTimeout(save);
    } else if (told.panel) {
      merged = { ...told, mine: text };
      conflict.innerHTML = told.panel;
      conflict.querySelector(".merge-actions").hidden = false;
      conflict.scrollIntoView({ block: "nearest" });
      say("Not saved: see above.", "warning");
    } else {
      say(`Not saved: ${told.message} Your text is kept in this browser.`, "warning");
      waiting = setTimeout(save, 4 * IDLE);
    }
  };

  const takeMerge = async () => {
    if (area.value !== merged.mine) {
      // Typed since both texts were shown: those words belong into it too.
      merged = null;
      inFlight = send(area.value);
      await inFlight;
    }
    if (merged === null) {
      return;
    }
    form.elements.base.value = merged.base;
    const mergedText = merged.merged;
    merged = null;
    conflict.replaceChildren();
    put(mergedText);
    area.focus();
    say("Merged; not saved yet.");
    save();
  };

  conflict.addEventListener("click", (event) => {
    if (event.target.matches("[data-take-merge]") && merged) {
      takeMerge();
    }
  });

  const typed = () => {
    keep();
    if (isDirty() && merged === null) {
      say("Not saved yet.");
    }
    clearTimeout(waiting);
    waiting = setTimeout(save, IDLE);
  };
  area.addEventListener("input", typed);
  area.addEventListener("blur", save);
  // Pressing Save leaves the text, which saves it as well: the form waits for that, or it would conflict with itself.
  form.addEventListener("submit", async (event) => {
    if (isSaving) {
      event.preventDefault();
      const pressed = event.submitter;
      await inFlight;
      if (merged === null && !isLeaving) {
        form.requestSubmit(pressed);
      }
      return;
    }
    saved = area.value;
    clearTimeout(waiting);
  });
  // So does a link; followed at once, it would ask whether to lose what is just being saved.
  document.addEventListener("click", async (event) => {
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
    if (merged === null) {
      location.assign(link.href);
    }
    isLeaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty()) {
      event.preventDefault();
    }
  });

  // --- writing

  // As if typed, so that the browser's own undo takes it back.
  const replace = (start, end, words) => {
    area.focus();
    area.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, words)) {
      area.setRangeText(words, start, end, "end");
      area.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  };

  const put = (text) => replace(0, area.value.length, text);

  const around = (before, after, placeholder) => {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const inner = value.slice(start, end) || placeholder;
    if (value.slice(start - before.length, start) === before && value.slice(end, end + after.length) === after) {
      replace(start - before.length, end + after.length, value.slice(start, end));
      area.setSelectionRange(start - before.length, end - before.length);
      return;
    }
    replace(start, end, before + inner + after);
    area.setSelectionRange(start + before.length, start + before.length + inner.length);
  };

  // The lines that the selection touches, marked; where all of them are already, the marks are taken off.
  const lines = (mark, marks) => {
    const { value } = area;
    const start = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const end = lineEnd(area.selectionEnd);
    const touched = value.slice(start, end).split("\n");
    const written = touched.filter((line) => line.trim());
    if (written.length && written.every((line) => marks.test(line))) {
      replace(start, end, touched.map((line) => line.replace(marks, "")).join("\n"));
      return;
    }
    let number = 0;
    const marked = touched.map((line) => (line.trim() || touched.length === 1 ? mark((number += 1)) + line : line));
    replace(start, end, marked.join("\n"));
  };

  const lineEnd = (place) => {
    const stop = area.value.indexOf("\n", place);
    return stop < 0 ? area.value.length : stop;
  };

  // Below the caret's line, with an empty line on either side: what follows at once would belong to it.
  const block = (words) => {
    const place = lineEnd(area.selectionEnd);
    const start = area.value.slice(0, place).trimEnd().length;
    replace(start, place, `${start ? "\n\n" : ""}${words}\n`);
  };

  const internal = () => {
    const inner = area.value.slice(area.selectionStart, area.selectionEnd);
    const isBlock = inner.includes("\n");
    around(isBlock ? "[[internal:\n\n" : "[[internal: ", isBlock ? "\n\n]]" : "]]", "for colleagues only");
  };

  const TOOLS = [
    ["Bold", "B", "b", () => around("**", "**", "bold")],
    ["Italic", "I", "i", () => around("*", "*", "italic")],
    ["Heading", "H", "", () => lines(() => "## ", /^#{1,6}\s+/)],
    ["Link", "Link", "k", () => around("[", "](https://)", "words")],
    ["List", "•", "", () => lines(() => "- ", /^[-*+]\s+/)],
    ["Numbered list", "1.", "", () => lines((number) => `${number}. `, /^\d+[.)]\s+/)],
    ["Quote", "❝", "", () => lines(() => "> ", /^>\s?/)],
    ["Code", "Code", "e", () =>
      area.value.slice(area.selectionStart, area.selectionEnd).includes("\n") ? around("```\n", "\n```", "") : around("`", "`", "code")],
    ["Table", "Table", "", () => block("| | |\n| --- | --- |\n| | |")],
    ["Image", "Image", "", () => openImages()],
    ["Internal passage", "Internal", "m", internal],
  ];

  const bar = form.querySelector(".toolbar");
  for (const [name, label, shortcut, act] of TOOLS) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tool";
    button.textContent = label;
    button.ariaLabel = name;
    button.title = shortcut ? `${name} (Ctrl+${shortcut.toUpperCase()})` : name;
    button.tabIndex = bar.children.length ? -1 : 0;
    button.addEventListener("click", act);
    bar.append(button);
  }
  bar.hidden = false;
  bar.addEventListener("keydown", (event) => {
    const tools = [...bar.children];
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -tools.length, End: tools.length };
    if (event.key in steps) {
      const place = tools.indexOf(document.activeElement) + steps[event.key];
      const next = tools[Math.min(Math.max(place, 0), tools.length - 1)];
      tools.forEach((tool) => (tool.tabIndex = tool === next ? 0 : -1));
      next.focus();
      event.preventDefault();
    }
  });
  area.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) {
      return;
    }
    if (event.key === "s") {
      event.preventDefault();
      save();
      return;
    }
    const tool = TOOLS.find(([, , shortcut]) => shortcut && shortcut === event.key);
    if (tool) {
      event.preventDefault();
      tool[3]();
    }
  });

  // --- images

  const images = document.getElementById("images");
  const imageForm = document.getElementById("image-form");
  let place = null;

  const openImages = (file) => {
    place = area.selectionEnd;
    images.open = true;
    if (file) {
      const held = new DataTransfer();
      held.items.add(file);
      imageForm.elements.image.files = held.files;
      imageForm.elements.alt.focus();
    } else {
      imageForm.elements.image.focus();
    }
    images.scrollIntoView({ block: "nearest" });
  };

  for (const name of ["paste", "drop"]) {
    area.addEventListener(name, (event) => {
      const files = [...(event.clipboardData ?? event.dataTransfer).files];
      const image = files.find((file) => file.type.startsWith("image/"));
      if (image) {
        event.preventDefault();
        openImages(image);
      }
    });
  }

  imageForm.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = document.getElementById("image-problem");
    problem.hidden = true;
    try {
      const answer = await fetch(imageForm.action, {
        method: "POST",
        body: new FormData(imageForm),
        headers: { Accept: "application/json" },
      });
      const told = await answer.json();
      if (!answer.ok) {
        throw new Error(told.message);
      }
      imageForm.reset();
      images.open = false;
      const at = place ?? area.value.length;
      replace(at, at, told.markdown);
      place = null;
    } catch (error) {
      problem.textContent = error instanceof SyntaxError ? "This image could not be sent." : error.message;
      problem.hidden = false;
    }
  });

  // --- hints lead to their passage

  document.getElementById("preview").addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    if (!button) {
      return;
    }
    const before = area.value.split("\n").slice(0, Number(button.dataset.line) - 1);
    const start = before.reduce((length, line) => length + line.length + 1, 0);
    const found = area.value.indexOf(button.dataset.words, start);
    area.focus();
    area.setSelectionRange(found < 0 ? start : found, found < 0 ? start : found + button.dataset.words.length);
    // A textarea scrolls to where something is typed, not to a selection: estimate the line's place.
    const height = parseFloat(getComputedStyle(area).lineHeight);
    area.scrollTop = Math.max(before.length * height - area.clientHeight / 3, 0);
  });

  if (conflict.children.length === 0) {
    offerBack();
  } else {
    saved = "";
    say("Not saved yet.");
  }
})();
