// Forms that forgive: typed text is kept, filters send themselves, lines become rows, files can be dropped.
const words = document.getElementById("toasts")?.dataset ?? {};

// Ctrl Enter sends the form that one is in.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) { event.preventDefault(); event.target.form.requestSubmit(); }
});

// A filter form sends itself once a value is chosen; typing waits for a pause.
let pause;
document.addEventListener("change", (event) => { if (event.target.closest("[data-autosubmit]") && !event.target.matches("[type=checkbox], [type=text], [type=search], [multiple]")) event.target.form.requestSubmit(); });
document.addEventListener("input", (event) => {
  if (!event.target.closest("[data-autosubmit]") || !event.target.matches("[type=search]")) return;
  clearTimeout(pause);
  pause = setTimeout(() => event.target.form.requestSubmit(), 400);
});

// What was typed is kept in this tab until the form was accepted: a lost session or a crash costs nothing.
const skip = (field) => !field.name || ["hidden", "password", "file", "submit"].includes(field.type) || field.name === "csrfmiddlewaretoken";
const state = (form) => [...form.elements].filter((field) => !skip(field)).map((field) => [field.name, field.type === "checkbox" || field.type === "radio" ? field.checked : field.multiple ? [...field.selectedOptions].map((each) => each.value) : field.value, field.value]);
function keep(form) {
  const key = `draft:${location.pathname}:${form.getAttribute("action") || ""}`;
  const start = JSON.stringify(state(form));
  const asDrawn = form.querySelector(".wrong") || document.querySelector("[data-summary]");
  let sent = false;
  const stored = sessionStorage.getItem(key);
  if (stored && stored !== start && !asDrawn) offer(form, key, JSON.parse(stored), start);
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { const now = JSON.stringify(state(form)); if (now === start) sessionStorage.removeItem(key); else sessionStorage.setItem(key, now); }, 300);
  });
  form.addEventListener("submit", () => { sent = true; sessionStorage.setItem(`${key}:sent`, "1"); });
  form.addEventListener("reset", () => sessionStorage.removeItem(key));
  addEventListener("beforeunload", (event) => { if (!sent && JSON.stringify(state(form)) !== start) event.preventDefault(); });
}
function offer(form, key, values, start) {
  fill(form, values);
  const line = document.createElement("p");
  line.className = "kept";
  line.setAttribute("role", "status");
  line.append(words.kept || "");
  const drop = Object.assign(document.createElement("button"), { type: "button", textContent: words.discard || "×" });
  drop.addEventListener("click", () => { fill(form, JSON.parse(start)); sessionStorage.removeItem(key); line.remove(); });
  line.append(" ", drop);
  form.prepend(line);
}
function fill(form, values) {
  const seen = {};
  for (const [name, value, own] of values) {
    const fields = [...form.elements].filter((field) => field.name === name && !skip(field));
    const field = typeof value === "boolean" ? fields.find((each) => each.value === own) : fields[(seen[name] = (seen[name] ?? -1) + 1)];
    if (!field) continue;
    if (typeof value === "boolean") field.checked = value;
    else if (Array.isArray(value)) [...field.options].forEach((option) => { option.selected = value.includes(option.value); });
    else field.value = value;
    field.dispatchEvent(new Event("vincula:filled", { bubbles: true }));
  }
}
// A page other than the form's own came after sending: the form was accepted, so its draft has done its work.
for (const mark of Object.keys(sessionStorage).filter((each) => each.endsWith(":sent"))) {
  const key = mark.slice(0, -5);
  if (!document.querySelector("[data-summary]")) sessionStorage.removeItem(key);
  sessionStorage.removeItem(mark);
}
document.querySelectorAll("form[data-keep]").forEach(keep);
document.querySelector("[data-summary]")?.focus();

// A button that was pressed is not pressed twice.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "get" || event.target.method === "dialog") return;
  const button = event.submitter;
  if (button?.matches(".btn")) setTimeout(() => { button.setAttribute("aria-busy", "true"); });
});
addEventListener("pageshow", () => document.querySelectorAll(".btn[aria-busy]").forEach((button) => button.removeAttribute("aria-busy")));

// One value a line: the textarea stays and is what is sent; the rows write into it.
function linesOf(area) {
  const list = document.createElement("ul");
  list.className = "rows";
  const name = area.labels?.[0]?.textContent.trim() || area.name;
  const write = () => { area.value = [...list.querySelectorAll("input")].map((input) => input.value.trim()).filter(Boolean).join("\n"); area.dispatchEvent(new Event("input", { bubbles: true })); };
  const button = (text, label, act) => { const it = Object.assign(document.createElement("button"), { type: "button", textContent: text }); it.setAttribute("aria-label", label); it.title = label; it.addEventListener("click", act); return it; };
  const row = (value) => {
    const line = document.createElement("li");
    const input = Object.assign(document.createElement("input"), { type: "text", value });
    input.setAttribute("aria-label", name);
    input.addEventListener("input", (event) => { event.stopPropagation(); write(); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.ctrlKey) { event.preventDefault(); const next = row(""); line.after(next); next.querySelector("input").focus(); }
      if (event.key === "Backspace" && !input.value && list.children.length > 1) { event.preventDefault(); const near = line.previousElementSibling || line.nextElementSibling; line.remove(); near.querySelector("input").focus(); write(); }
    });
    line.append(input,
      button("↑", area.dataset.up, () => { line.previousElementSibling?.before(line); write(); }),
      button("↓", area.dataset.down, () => { line.nextElementSibling?.after(line); write(); }),
      button("×", area.dataset.remove, () => { line.remove(); if (!list.children.length) list.append(row("")); write(); }));
    return line;
  };
  const draw = () => list.replaceChildren(...(area.value.split("\n").filter(Boolean).length ? area.value.split("\n").filter(Boolean) : [""]).map(row));
  draw();
  area.addEventListener("vincula:filled", draw);
  area.hidden = true;
  area.removeAttribute("required");
  const add = Object.assign(document.createElement("button"), { type: "button", className: "add", textContent: `+ ${area.dataset.add}` });
  add.addEventListener("click", () => { const next = row(""); list.append(next); next.querySelector("input").focus(); });
  area.after(list, add);
}
const dress = (root) => root.querySelectorAll("textarea[data-lines]:not([hidden])").forEach(linesOf);
dress(document);
document.addEventListener("vincula:new", (event) => dress(event.detail));
document.addEventListener("htmx:load", (event) => dress(event.detail.elt));

// The column chooser and other short lists whose order is sent: buttons or dragging move the lines.
let dragged = null;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-lines-move] :is([data-up], [data-down])");
  if (!button) return;
  const line = button.closest("li");
  if ("up" in button.dataset) line.previousElementSibling?.before(line); else line.nextElementSibling?.after(line);
  button.focus();
});
document.addEventListener("dragstart", (event) => { dragged = event.target.closest?.("[data-lines-move] li") ?? null; });
document.addEventListener("dragover", (event) => {
  const over = dragged && event.target.closest?.("[data-lines-move] li");
  if (!over || over === dragged || over.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  const half = over.getBoundingClientRect();
  over[event.clientY < half.top + half.height / 2 ? "before" : "after"](dragged);
});
document.addEventListener("dragend", () => { dragged = null; });

// Files: dropped on the zone, they land in its input.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  if (!input) continue;
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
