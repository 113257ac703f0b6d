// A status banner for any page: <script src="https://YOUR-STATUS-PAGE/embed.js" async></script>
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || !script.src) return;
  const origin = new URL(script.src).origin;
  const loaded = (window[Symbol.for("allclear")] ||= new Set());
  if (loaded.has(origin)) return;
  loaded.add(origin);

  const STYLE = "{{ style }}";
  const MINUTE = 60_000;
  const DAY = 1440 * MINUTE;
  const WORDS = {
    none: "Incident",
    minor: "Minor incident",
    major: "Major incident",
    critical: "Critical incident",
  };
  const RANKS = ["critical", "major", "minor", "none"];
  const STORED_AS = `allclear ${origin}`;
  const make = (name, properties) => Object.assign(document.createElement(name), properties);
  let closed = [];
  let shown = "";

  const addressOf = (id) => (/^[0-9a-z]+$/.test(id) ? `${origin}/incidents/${id}` : `${origin}/`);

  const soon = (at) =>
    new Date(at).toLocaleString("en", { weekday: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });

  const ofIncident = ({ id, name, status, impact }) => ({
    key: `${id} ${status}`,
    tone: impact,
    word: WORDS[impact] || WORDS.none,
    text: name,
    address: addressOf(id),
  });

  const ofMaintenance = ({ id, name, status, scheduled_for: at }) => ({
    key: `${id} ${status} ${at}`,
    tone: "maintenance",
    word: status === "scheduled" ? `Maintenance planned for ${soon(at)}` : "Maintenance in progress",
    text: name,
    address: addressOf(id),
  });

  // Worst first: incidents, maintenance that runs, maintenance within a day; else what the components say.
  const newsIn = ({ status, incidents, scheduled_maintenances: planned }) => {
    const isNear = (each) => each.status !== "scheduled" || Date.parse(each.scheduled_for) - Date.now() < DAY;
    const runs = (each) => Number(each.status !== "scheduled");
    const news = [
      ...incidents.slice().sort((a, b) => RANKS.indexOf(a.impact) - RANKS.indexOf(b.impact)).map(ofIncident),
      ...planned.filter(isNear).sort((a, b) => runs(b) - runs(a)).map(ofMaintenance),
    ];
    if (!news.length && status.indicator !== "none") {
      const { indicator: tone, description: word } = status;
      news.push({ key: tone, tone, word, text: "See the status page", address: `${origin}/` });
    }
    return news;
  };

  // Storage may be forbidden, or full; then a closing lasts as long as the page.
  const remember = (keys) => {
    closed = keys;
    try {
      localStorage.setItem(STORED_AS, JSON.stringify(keys));
    } catch {}
  };

  const recall = () => {
    try {
      const stored = JSON.parse(localStorage.getItem(STORED_AS));
      if (Array.isArray(stored)) closed = stored;
    } catch {}
  };

  const host = make("div", { lang: "en" });
  const root = host.attachShadow({ mode: "open" });
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(make("link", { rel: "stylesheet", href: `${origin}/embed.css` }));
  }
  const banner = make("div", { className: "banner" });
  const shape = make("div", { className: "shape", hidden: true });
  const message = make("div");
  message.setAttribute("role", "status");
  const close = make("button", { type: "button", textContent: "×", hidden: true });
  close.setAttribute("aria-label", "Close the status message");
  banner.append(shape, message, close);
  root.append(banner);

  const show = (news) => {
    const open = news.filter(({ key }) => !closed.includes(key));
    const state = JSON.stringify(open);
    if (state === shown) return;
    shown = state;
    const [first, ...others] = open;
    banner.className = first ? `banner is-shown ${first.tone}` : "banner";
    shape.hidden = close.hidden = !first;
    message.replaceChildren();
    if (!first) return;
    const link = make("a", { href: first.address, target: "_blank", rel: "noopener", textContent: first.text });
    message.append(make("strong", { textContent: first.word }), link);
    if (others.length) message.append(` and ${others.length} more`);
    close.onclick = () => {
      remember(news.map(({ key }) => key));
      show(news);
    };
  };

  const look = async () => {
    try {
      const answer = await fetch(`${origin}/api/v2/summary.json`, { credentials: "omit", referrerPolicy: "no-referrer" });
      if (!answer.ok) return;
      const news = newsIn(await answer.json());
      recall();
      show(news);
    } catch {
      // The status page can't be reached: what was shown last stays.
    }
  };

  const begin = () => {
    document.body.append(host);
    look();
    setInterval(() => document.hidden || look(), MINUTE);
  };
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);
})();
