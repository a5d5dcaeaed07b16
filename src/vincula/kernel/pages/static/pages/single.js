// Pages of one record: e edits, an editor in place takes the focus and Escape leaves it, typing a merge chooses it.
const typing = (element) => element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const editor = event.target.closest?.(".inline-edit");
  if (editor && event.key === "Escape" && !event.defaultPrevented) {
    event.preventDefault();
    editor.querySelector("[data-leave]")?.click();
    return;
  }
  if (event.key !== "e" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const edit = document.querySelector('.moves [aria-keyshortcuts="e"]');
  if (edit) { event.preventDefault(); edit.click(); }
});

document.addEventListener("htmx:load", (event) => {
  const editor = event.detail.elt.closest?.(".inline-edit") ?? event.detail.elt.querySelector?.(".inline-edit");
  if (!editor) return;
  const field = editor.querySelector("[aria-invalid], input:not([type=hidden], [hidden]), select:not([hidden]), textarea");
  field?.focus();
  field?.select?.();
});

document.addEventListener("input", (event) => {
  const box = event.target.closest?.(".together textarea");
  const choice = box?.closest("td").querySelector('input[value="own"]');
  if (choice) choice.checked = true;
});
