// Live examples on /api: each address is asked when its example is opened. Without this script its link leads there.
"use strict";

const MOST = 20_000;

for (const entry of document.querySelectorAll("[data-example]")) {
  const address = entry.dataset.example;
  const fold = document.createElement("details");
  const summary = document.createElement("summary");
  const said = document.createElement("p");
  const shown = document.createElement("pre");
  summary.textContent = "What it says now";
  said.className = "example-said";
  said.setAttribute("role", "status");
  shown.tabIndex = 0;
  shown.setAttribute("role", "region");
  shown.setAttribute("aria-label", address);
  fold.className = "example-live";
  fold.append(summary, said, shown);
  entry.append(fold);
  fold.addEventListener("toggle", () => fold.open && show(address, said, shown));
}

async function show(address, said, shown) {
  try {
    const answer = await fetch(address, { credentials: "omit" });
    const text = await answer.text();
    const type = answer.headers.get("Content-Type");
    const whole = type.includes("json") ? JSON.stringify(JSON.parse(text), null, 2) : text;
    said.textContent = `${answer.status}, ${type}, ETag ${answer.headers.get("ETag") ?? "none"}`;
    shown.textContent = whole.length > MOST ? `${whole.slice(0, MOST)}\n… and ${whole.length - MOST} characters more` : whole;
  } catch {
    said.textContent = "It can't be reached now.";
    shown.textContent = "";
  }
}
