// Relation picker: a combobox (WAI-ARIA 1.2) over the select or id input that Django drew, which stays what is sent.
let serial = 0;

function dress(source) {
  if (source.dataset.dressed) return;
  source.dataset.dressed = "1";
  const many = source.multiple, isSelect = source.tagName === "SELECT";
  const { optionsUrl, createUrl } = source.dataset;
  const id = `pick-${++serial}`;
  const box = Object.assign(document.createElement("div"), { className: "picker" });
  const input = Object.assign(document.createElement("input"), { type: "text", autocomplete: "off", spellcheck: false });
  const list = Object.assign(document.createElement("ul"), { id, hidden: true });
  const chips = Object.assign(document.createElement("div"), { className: "chips", hidden: true });
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list" })) input.setAttribute(name, value);
  list.setAttribute("role", "listbox");
  for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) if (source.hasAttribute(name)) input.setAttribute(name, source.getAttribute(name));
  const label = source.labels?.[0];
  if (label) { input.id = `${source.id}-text`; label.htmlFor = input.id; list.setAttribute("aria-label", label.textContent.trim()); }
  const clear = Object.assign(document.createElement("button"), { type: "button", className: "x", textContent: "×", tabIndex: -1 });
  clear.setAttribute("aria-label", source.dataset.clear || "×");
  box.append(input, clear, list);
  source.before(chips, box);
  source.hidden = true;
  if (source.required) { source.required = false; input.required = !many; }

  let found = [], at = -1, timer, asked = 0;
  const picked = () => (isSelect ? [...source.selectedOptions].filter((option) => option.value).map((option) => ({ id: option.value, label: option.textContent })) : source.value ? [{ id: source.value, label: source.dataset.chosen || source.value }] : []);
  const show = () => {
    if (many) {
      chips.hidden = picked().length === 0;
      chips.replaceChildren(...picked().map((each) => {
        const chip = Object.assign(document.createElement("span"), { textContent: each.label });
        const drop = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
        drop.setAttribute("aria-label", `${source.dataset.clear || ""} ${each.label}`.trim());
        drop.addEventListener("click", () => { [...source.options].find((option) => option.value === each.id).selected = false; changed(); input.focus(); });
        chip.append(drop);
        return chip;
      }));
      input.value = "";
      clear.hidden = true;
    } else {
      input.value = picked()[0]?.label ?? "";
      clear.hidden = !input.value;
    }
  };
  const changed = () => { show(); source.dispatchEvent(new Event("input", { bubbles: true })); source.dispatchEvent(new Event("change", { bubbles: true })); };
  const choose = (each) => {
    if (isSelect) {
      let option = [...source.options].find((one) => one.value === String(each.id));
      if (!option) { option = new Option(each.label, each.id); source.append(option); }
      option.selected = true;
    } else { source.value = each.id; source.dataset.chosen = each.label; }
    close();
    changed();
  };
  const empty = () => { if (isSelect) { source.value = ""; if (source.selectedIndex > 0) source.selectedIndex = -1; } else { source.value = ""; source.dataset.chosen = ""; } changed(); };
  const close = () => { list.hidden = true; at = -1; asked += 1; clearTimeout(timer); input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const mark = (index) => {
    at = found.length ? (index + found.length) % found.length : -1;
    [...list.children].forEach((line, n) => line.setAttribute("aria-selected", String(n === at)));
    list.children[at]?.scrollIntoView({ block: "nearest" });
    if (at >= 0) input.setAttribute("aria-activedescendant", `${id}-${at}`);
  };
  const draw = () => {
    list.replaceChildren(...found.map((each, index) => {
      const line = Object.assign(document.createElement("li"), { id: `${id}-${index}`, textContent: each.label });
      line.setAttribute("role", "option");
      if (each.make) line.className = "new";
      if (each.hint) line.append(Object.assign(document.createElement("span"), { textContent: each.hint }));
      line.addEventListener("pointerdown", (event) => { event.preventDefault(); take(each); });
      return line;
    }));
    if (!found.length) { const none = Object.assign(document.createElement("li"), { className: "nothing", textContent: source.dataset.none }); none.setAttribute("role", "option"); none.setAttribute("aria-disabled", "true"); list.append(none); }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (found.length) mark(0);
  };
  const local = (query) => [...source.options].filter((option) => option.value && option.textContent.toLowerCase().includes(query.toLowerCase())).map((option) => ({ id: option.value, label: option.textContent }));
  const ask = async () => {
    const query = input.value.trim(), mine = ++asked;
    try {
      if (optionsUrl) {
        const url = new URL(optionsUrl, location.href);
        url.searchParams.set("q", query);
        const by = source.dataset.by && source.form?.elements[source.dataset.by]?.value;
        if (by) url.searchParams.set("by", by);
        const answer = await fetch(url, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const body = await answer.json();
        if (mine !== asked) return;
        found = (Array.isArray(body) ? body : body.results || []).slice(0, 30);
      } else found = local(query);
    } catch { if (mine !== asked) return; found = isSelect ? local(query) : []; }
    const same = found.some((each) => each.label.toLowerCase() === query.toLowerCase());
    if (createUrl && query && !same) found.push({ make: query, label: (source.dataset.new || "+ {name}").replace("{name}", query) });
    draw();
  };
  const take = async (each) => {
    if (!each.make) { choose(each); return; }
    const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
    const answer = await fetch(createUrl, { method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" }, body: new URLSearchParams({ name: each.make }) }).catch(() => null);
    const body = await answer?.json().catch(() => null);
    if (answer?.ok && body?.id) choose(body);
    else document.dispatchEvent(new CustomEvent("vincula:toast", { detail: { text: body?.detail || document.getElementById("toasts")?.dataset.failed, tone: "bad" } }));
  };
  input.addEventListener("input", (event) => { event.stopPropagation(); clearTimeout(timer); timer = setTimeout(ask, 130); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); if (list.hidden) ask(); else mark(at + (event.key === "ArrowDown" ? 1 : -1)); }
    else if (event.key === "Enter" && !list.hidden) { event.preventDefault(); if (found[at]) take(found[at]); }
    else if (event.key === "Escape" && !list.hidden) { event.preventDefault(); event.stopPropagation(); close(); show(); }
    else if (event.key === "Backspace" && many && !input.value && picked().length) { const lastOne = picked().at(-1); [...source.options].find((option) => option.value === lastOne.id).selected = false; changed(); }
  });
  input.addEventListener("click", () => { if (list.hidden) { input.select(); ask(); } });
  input.addEventListener("blur", () => { close(); if (!many && !input.value.trim()) { if (picked().length) empty(); } else show(); });
  clear.addEventListener("click", () => { empty(); input.focus(); });
  source.addEventListener("vincula:filled", show);
  show();
}

const find = (root) => root.querySelectorAll?.("[data-options-url]:is(select, input)").forEach(dress);
find(document);
document.addEventListener("vincula:new", (event) => find(event.detail));
document.addEventListener("htmx:load", (event) => find(event.detail.elt));
