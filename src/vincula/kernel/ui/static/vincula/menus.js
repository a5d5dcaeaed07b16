// Menus are details elements: this closes them when one looks away, and lets the arrow keys walk through them.
const open = () => [...document.querySelectorAll("details.menu[open], details.clause[open]")];
const lines = (menu) => [...menu.querySelectorAll("a[href], button, input, select, textarea")].filter((each) => each.offsetParent);

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("focusin", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu, details.clause");
  if (event.key === "Escape") {
    const last = open().at(-1);
    if (last) { event.preventDefault(); last.open = false; last.querySelector("summary").focus(); event.stopImmediatePropagation(); }
    return;
  }
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
  if (event.target.matches("summary") && !menu.open) { if (event.key !== "ArrowDown") return; menu.open = true; }
  const all = lines(menu);
  if (!all.length) return;
  event.preventDefault();
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1, Home: 0, End: all.length - 1 }[event.key];
  all[(to + all.length) % all.length].focus();
}, true);

// A popover that would leave the window is pulled back in.
function fit(menu) {
  if (!menu?.matches?.("details.menu[open], details.clause[open]")) return;
  const list = menu.querySelector(".menu-list, .pop");
  if (!list) return;
  list.style.translate = "";
  const box = list.getBoundingClientRect();
  const over = Math.max(0, box.right - document.documentElement.clientWidth + 8) || Math.min(0, box.left - 8);
  if (over) list.style.translate = `${-over}px 0`;
  if (menu.matches(".clause")) list.querySelector("input:not([type=hidden]), select, button, a")?.focus();
}
document.addEventListener("toggle", (event) => fit(event.target), true);
document.addEventListener("htmx:afterSwap", (event) => fit(event.target.closest?.("details")));
