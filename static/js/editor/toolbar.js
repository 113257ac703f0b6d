// The toolbar, and the shortcuts of its tools.

import { openImages } from "./images.js";
import { around, block, lines } from "./marks.js";
import { form } from "./page.js";
import { save } from "./saving.js";
import { selected } from "./text.js";

const code = () => (selected().includes("\n") ? around("```\n", "\n```", "") : around("`", "`", "code"));

const internal = () => {
  const isBlock = selected().includes("\n");
  around(isBlock ? "[[internal:\n\n" : "[[internal: ", isBlock ? "\n\n]]" : "]]", "for colleagues only");
};

const LISTED = /^(?:[-*+]|\d+[.)])\s+/;

const TOOLS = [
  ["Bold", "B", "b", () => around("**", "**", "bold")],
  ["Italic", "I", "i", () => around("*", "*", "italic")],
  ["Heading", "H", "", () => lines(() => "## ", /^#{1,6}\s+/)],
  ["Link", "Link", "k", () => around("[", "](https://)", "words")],
  ["List", "•", "", () => lines(() => "- ", /^[-*+]\s+/, LISTED)],
  ["Numbered list", "1.", "", () => lines((number) => `${number}. `, /^\d+[.)]\s+/, LISTED)],
  ["Quote", "❝", "", () => lines(() => "> ", /^>\s?/)],
  ["Code", "Code", "e", code],
  ["Table", "Table", "", () => block("| | |\n| --- | --- |\n| | |")],
  ["Image", "Image", "", () => openImages()],
  ["Internal passage", "Internal", "m", internal],
];

const bar = form.querySelector(".toolbar");

export const showToolbar = () => {
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
  bar.addEventListener("keydown", walk);
  bar.hidden = false;
};

// One stop for Tab, arrows within.
const walk = (event) => {
  const tools = [...bar.children];
  const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -tools.length, End: tools.length };
  if (event.key in steps) {
    const place = tools.indexOf(document.activeElement) + steps[event.key];
    const next = tools[Math.min(Math.max(place, 0), tools.length - 1)];
    tools.forEach((tool) => (tool.tabIndex = tool === next ? 0 : -1));
    next.focus();
    event.preventDefault();
  }
};

// The letter pressed with Ctrl or Cmd, also with Caps Lock; on a keyboard of other letters, the one in its place.
const letterOf = (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) {
    return "";
  }
  return /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace("Key", "").toLowerCase();
};

// Wherever the focus is: the browser would save its page as a file.
export const saveShortcut = (event) => {
  if (letterOf(event) === "s") {
    event.preventDefault();
    save();
  }
};

export const shortcut = (event) => {
  const letter = letterOf(event);
  const tool = TOOLS.find(([, , key]) => key && key === letter);
  if (tool) {
    event.preventDefault();
    tool[3]();
  }
};
