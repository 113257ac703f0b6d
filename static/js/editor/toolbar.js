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

const TOOLS = [
  ["Bold", "B", "b", () => around("**", "**", "bold")],
  ["Italic", "I", "i", () => around("*", "*", "italic")],
  ["Heading", "H", "", () => lines(() => "## ", /^#{1,6}\s+/)],
  ["Link", "Link", "k", () => around("[", "](https://)", "words")],
  ["List", "•", "", () => lines(() => "- ", /^[-*+]\s+/)],
  ["Numbered list", "1.", "", () => lines((number) => `${number}. `, /^\d+[.)]\s+/)],
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

export const shortcut = (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) {
    return;
  }
  if (event.key === "s") {
    event.preventDefault();
    save();
    return;
  }
  const tool = TOOLS.find(([, , key]) => key && key === event.key);
  if (tool) {
    event.preventDefault();
    tool[3]();
  }
};
