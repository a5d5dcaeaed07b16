// Inline edit: a double click or e on <td data-field> loads a small form into the cell, saves it, and Escape takes it back.
const kept = new WeakMap();
const address = (cell) => {
  if (cell.dataset.editUrl) return cell.dataset.editUrl;
  const pattern = cell.closest("[data-edit]")?.dataset.edit;
  const row = cell.closest("[data-id]");
  return pattern && row ? pattern.replace(":id", row.dataset.id).replace(":field", cell.dataset.field) : "";
};
// Which columns can be edited stands once, in their heads; a row that may not be changed says so.
function mark() {
  for (const table of document.querySelectorAll("table[data-edit]")) {
    const names = [...(table.tHead?.rows[0]?.cells ?? [])].map((head) => head.dataset.edits);
    for (const row of table.querySelectorAll("tr.row:not([data-fixed])")) names.forEach((name, n) => { if (name && row.cells[n]) row.cells[n].dataset.field = name; });
  }
}
document.addEventListener("htmx:afterSwap", mark);
mark();
const cells = (row) => [...row.querySelectorAll("[data-field], [data-edit-url]")];
const say = (detail) => document.dispatchEvent(new CustomEvent("vincula:toast", { detail }));
const failed = () => say({ text: document.getElementById("toasts")?.dataset.failed, tone: "bad" });

async function begin(cell) {
  const url = address(cell);
  if (!url || cell.classList.contains("editing")) return;
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) { failed(); return; }
  kept.set(cell, [...cell.childNodes]);
  cell.classList.add("editing");
  cell.innerHTML = await answer.text();
  window.htmx?.process(cell);
  document.dispatchEvent(new CustomEvent("vincula:new", { detail: cell }));
  const first = cell.querySelector("input:not([type=hidden]), select, textarea");
  first?.focus();
  first?.select?.();
}
function cancel(cell) {
  cell.replaceChildren(...(kept.get(cell) ?? []));
  end(cell);
}
function end(cell) {
  cell.classList.remove("editing");
  cell.tabIndex = -1;
  cell.focus();
}
async function save(form, cell) {
  const url = form.getAttribute("action") || address(cell);
  const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  form.setAttribute("aria-busy", "true");
  const answer = await fetch(url, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true", "X-CSRFToken": token } }).catch(() => null);
  form.removeAttribute("aria-busy");
  if (!answer) { say({ text: document.getElementById("toasts")?.dataset.offline, tone: "warn" }); return; }
  const text = await answer.text();
  if (answer.ok || answer.status === 422 || answer.status === 409) cell.innerHTML = text; // 4xx: the form again, or the conflict
  else { failed(); return; }
  window.htmx?.process(cell);
  if (!answer.ok) { cell.querySelector("input:not([type=hidden]), select, textarea")?.focus(); return; }
  end(cell);
  const trigger = answer.headers.get("HX-Trigger");
  if (trigger?.startsWith("{")) for (const [name, detail] of Object.entries(JSON.parse(trigger))) document.dispatchEvent(new CustomEvent(name, { detail }));
}

document.addEventListener("dblclick", (event) => {
  const cell = event.target.closest("[data-field], [data-edit-url]");
  if (cell && !event.target.closest("a, button, input")) { event.preventDefault(); begin(cell); }
});
document.addEventListener("submit", (event) => {
  const cell = event.target.closest(".editing");
  if (!cell) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  save(event.target, cell);
}, true);
document.addEventListener("change", (event) => {
  const cell = event.target.closest(".editing");
  if (cell && event.target.matches("select, [type=checkbox]")) event.target.form?.requestSubmit();
});
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.(".editing");
  if (cell && event.key === "Escape") { event.preventDefault(); event.stopImmediatePropagation(); cancel(cell); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog[open]")) return;
  if (event.key === "Enter" && event.target.matches?.("td[data-field], [data-edit-url]")) { event.preventDefault(); begin(event.target); return; }
  if (event.key !== "e") return;
  const row = event.target.closest?.(".row") || document.querySelector(".row.at");
  const first = row && cells(row)[0];
  if (first) { event.preventDefault(); begin(event.target.matches("[data-field]") ? event.target : first); }
}, true);
