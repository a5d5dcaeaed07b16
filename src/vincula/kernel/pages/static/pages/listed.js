// Bulk edit: who gives a field a value means to change it, so its tick is set.
for (const line of document.querySelectorAll(".bulk-line")) {
  const tick = line.querySelector("[name=set]");
  const set = (event) => { if (event.target !== tick) tick.checked = true; };
  line.addEventListener("input", set);
  line.addEventListener("change", set);
}
