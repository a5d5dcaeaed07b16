// Search and commands (Ctrl K or /), and the keys that work everywhere. Without script the search link does the same.
const dialog = document.getElementById("palette");
const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true], dialog[open]");

function commands() {
  const found = [];
  const add = (kind, selector) => document.querySelectorAll(selector).forEach((link) => {
    const title = (link.querySelector(".t") || link).textContent.trim();
    if (title && !found.some((each) => each.url === link.href && each.title === title)) found.push({ title, kind, url: link.href, link });
  });
  add(dialog.dataset.create, "[data-create] a");
  add(dialog.dataset.do, ".head > .moves a.btn, [data-command]");
  add(dialog.dataset.go, ".rail .rooms > li > a, .pins a, .rail .foot a, .person-menu li a");
  return found;
}

if (dialog) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  let all = [], shown = [], at = 0, timer, asked = 0, back = null;

  const draw = () => {
    list.replaceChildren(...shown.map((each, index) => {
      const line = document.createElement("li");
      line.id = `palette-${index}`;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", String(index === at));
      for (const text of [each.title, each.hint || "", each.kind || ""]) line.append(Object.assign(document.createElement("span"), { textContent: text }));
      line.addEventListener("click", () => go(each));
      line.addEventListener("pointermove", () => { if (at !== index) choose(index); });
      return line;
    }));
    if (!shown.length) list.append(Object.assign(document.createElement("li"), { className: "nothing", textContent: dialog.dataset.none, role: "option" }));
    input.setAttribute("aria-expanded", String(shown.length > 0));
    mark();
  };
  const mark = () => { if (shown.length) input.setAttribute("aria-activedescendant", `palette-${at}`); else input.removeAttribute("aria-activedescendant"); };
  const choose = (index) => {
    list.children[at]?.setAttribute("aria-selected", "false");
    at = (index + shown.length) % (shown.length || 1);
    list.children[at]?.setAttribute("aria-selected", "true");
    list.children[at]?.scrollIntoView({ block: "nearest" });
    mark();
  };
  const go = (each) => { dialog.close(); if (each.link && !each.link.href) each.link.click(); else location.assign(each.url); };
  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  const update = () => {
    const query = input.value.trim(), words = fold(query).split(/\s+/).filter(Boolean);
    const fitting = all.filter((each) => words.every((word) => fold(each.title).includes(word)));
    shown = fitting.slice(0, query ? 6 : 20);
    if (query) shown.push({ title: query, kind: dialog.dataset.all, url: `${dialog.dataset.page}?q=${encodeURIComponent(query)}` });
    at = 0;
    draw();
    clearTimeout(timer);
    if (!query || !dialog.dataset.url) return;
    const mine = ++asked;
    timer = setTimeout(async () => {
      try {
        const answer = await fetch(`${dialog.dataset.url}?q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } });
        if (!answer.ok || mine !== asked) return;
        const body = await answer.json();
        const hits = Array.isArray(body) ? body : body.results || [];
        const chosen = shown[at];
        shown = [...hits.slice(0, 8), ...shown];
        at = at === 0 ? 0 : shown.indexOf(chosen);
        draw();
      } catch { /* the line "search everything" still works */ }
    }, 120);
  };
  const show = () => { back = document.activeElement; all = commands(); input.value = ""; dialog.showModal(); update(); input.focus(); };
  dialog.addEventListener("close", () => { asked += 1; back?.focus?.({ preventScroll: true }); });
  input.addEventListener("input", update);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); choose(at + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose(at - 1); }
    if (event.key === "Enter" && shown[at] && !event.isComposing) { event.preventDefault(); go(shown[at]); }
  });
  document.querySelectorAll("[data-palette]").forEach((link) => link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show();
  }));
  document.addEventListener("keydown", (event) => {
    const jump = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
    if ((jump || slash) && !dialog.open) { event.preventDefault(); show(); } else if (jump) { event.preventDefault(); dialog.close(); }
  });
}

// Keys of the frame. Single letters stay out of the way while one types.
let lead = 0;
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "?") { event.preventDefault(); document.getElementById("keys")?.showModal(); }
  if (event.key === "c") {
    const menu = document.querySelector("[data-create]");
    if (menu) { event.preventDefault(); menu.open = true; menu.querySelector("a")?.focus(); }
  }
  if (event.key === "g") { lead = Date.now(); return; }
  if (event.key === "h" && Date.now() - lead < 1200) { event.preventDefault(); document.querySelector(".brand")?.click(); }
  if (event.key === "e" && !document.querySelector("[data-list]")) { const link = document.querySelector("a[data-edit-page]"); if (link) { event.preventDefault(); link.click(); } }
});
