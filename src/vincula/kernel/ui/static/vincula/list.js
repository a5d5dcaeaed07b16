// Lists under the hands: j k and arrows walk, Enter opens, Space looks, x selects; the bulk bar follows the selection.
const list = document.querySelector("[data-list]");
const panel = document.getElementById("panel");
const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true], dialog[open], details[open] .menu-list, details[open] .pop");
const rows = () => [...(list?.querySelectorAll(".row") ?? [])];
const current = () => list?.querySelector(".row.at");
const boxOf = (row) => row.querySelector("[name=ids]");

function at(row, focus = true) {
  if (!row) return;
  current()?.classList.remove("at");
  row.classList.add("at");
  row.scrollIntoView({ block: "nearest" });
  if (focus) (row.querySelector("a.name, a[href]") || row).focus({ preventScroll: true });
  if (panel?.childElementCount && location.search.includes("quick=")) look(row, true);
}

function step(by) {
  const all = rows();
  const index = all.indexOf(current());
  at(all[Math.min(all.length - 1, Math.max(0, index + by))]);
}

// Quick view: the open record is part of the address, so it can be linked and the back button closes it.
let asked = 0;
async function look(row, replace = false) {
  const pattern = row.dataset.quick || row.closest("[data-quick]")?.dataset.quick;
  if (!pattern || !panel) return;
  const mine = ++asked;
  const answer = await fetch(pattern.replace(":id", row.dataset.id), { headers: { "HX-Request": "true" } }).catch(() => null);
  if (mine !== asked) return;
  if (!answer?.ok) { document.dispatchEvent(new CustomEvent("vincula:toast", { detail: { text: document.getElementById("toasts")?.dataset.failed, tone: "bad" } })); return; }
  panel.innerHTML = await answer.text();
  window.htmx?.process(panel);
  const url = new URL(location.href);
  url.searchParams.set("quick", row.dataset.id);
  history[replace ? "replaceState" : "pushState"]({ quick: row.dataset.id }, "", url);
}
function shut() {
  if (!panel?.childElementCount) return false;
  asked += 1;
  panel.replaceChildren();
  const url = new URL(location.href);
  url.searchParams.delete("quick");
  history.pushState({}, "", url);
  return true;
}
addEventListener("popstate", () => {
  const id = new URL(location.href).searchParams.get("quick");
  const row = id && list?.querySelector(`.row[data-id="${CSS.escape(id)}"]`);
  if (row) look(row, true); else panel?.replaceChildren();
});
panel?.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close-panel]")) return;
  event.preventDefault();
  shut();
  current()?.querySelector("a")?.focus();
});

// The words of what a row offers stand once on the page; who points at an icon reads them.
list?.addEventListener("pointerover", (event) => {
  const act = event.target.closest?.(".acts > [aria-labelledby]");
  if (act && !act.title) act.title = document.getElementById(act.getAttribute("aria-labelledby").split(" ")[0])?.textContent ?? "";
});

// Selection and the bar that takes the pager's place.
const bar = document.querySelector("[data-bulk]");
let last = null;
function count() {
  if (!bar || !list) return;
  const boxes = [...list.querySelectorAll("[name=ids]")];
  const chosen = boxes.filter((box) => box.checked);
  const every = bar.querySelector(".every"), all = list.querySelector("[data-all]");
  bar.classList.toggle("on", chosen.length > 0);
  bar.classList.toggle("off", chosen.length === 0);
  const everything = every.querySelector("input");
  every.hidden = chosen.length < boxes.length || Number(bar.dataset.total) <= boxes.length;
  if (every.hidden) everything.checked = false;
  const n = everything.checked ? Number(bar.dataset.total) : chosen.length;
  bar.querySelector("[data-count]").textContent = n === 1 ? bar.dataset.one : bar.dataset.many.replace("{n}", n.toLocaleString(document.documentElement.lang));
  bar.querySelector("[data-clear]").hidden = false;
  if (all) { all.checked = chosen.length > 0 && chosen.length === boxes.length; all.indeterminate = chosen.length > 0 && !all.checked; }
}
function clear() {
  const on = [...(list?.querySelectorAll("[name=ids]:checked") ?? [])];
  on.forEach((box) => { box.checked = false; });
  count();
  return on.length > 0;
}
list?.addEventListener("click", (event) => {
  const box = event.target.closest("[name=ids]");
  if (box && event.shiftKey && last) { // a span of rows at once
    const boxes = [...list.querySelectorAll("[name=ids]")];
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    boxes.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
  }
  if (box) last = box;
});
list?.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) list.querySelectorAll("[name=ids]").forEach((box) => { box.checked = event.target.checked; });
  count();
});
bar?.addEventListener("change", count);
bar?.querySelector("[data-clear]")?.addEventListener("click", () => { clear(); });
document.addEventListener("htmx:afterSwap", count);
addEventListener("pageshow", count);
count();

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.(".row");
  if (row && list?.contains(row) && row !== current()) { current()?.classList.remove("at"); row.classList.add("at"); }
});
document.addEventListener("keydown", (event) => {
  if (!list || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const inside = event.target === document.body || event.target.id === "main" || list.contains(event.target) || panel?.contains(event.target);
  const row = current();
  if (event.key === "j" || (event.key === "ArrowDown" && inside)) { event.preventDefault(); step(1); }
  else if (event.key === "k" || (event.key === "ArrowUp" && inside)) { event.preventDefault(); step(-1); }
  else if (event.key === "x" && row && boxOf(row)) { event.preventDefault(); boxOf(row).checked = !boxOf(row).checked; count(); }
  else if (event.key === " " && inside && row && !event.target.closest("button, summary, input")) { event.preventDefault(); if (new URL(location.href).searchParams.get("quick") === row.dataset.id) shut(); else look(row); }
  else if (event.key === "Enter" && row && event.target === document.body) row.querySelector("a")?.click();
  else if (event.key === "Escape") { if (shut() || clear()) event.preventDefault(); }
});
