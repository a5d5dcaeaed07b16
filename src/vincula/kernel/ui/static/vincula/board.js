// Boards: cards move by mouse, finger (SortableJS, when it was built in) and keyboard; the server decides and may refuse.
// Keyboard: Space on a card lifts it, arrows move it, Space or Enter puts it down, Escape takes it back.
const say = (text, tone = "bad") => document.dispatchEvent(new CustomEvent("vincula:toast", { detail: { text, tone } }));
const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";

async function tell(board, card, undo) {
  const list = card.closest(".cards");
  const url = board.dataset.move.replace(":id", card.dataset.id);
  const body = new URLSearchParams({ to: list.dataset.key ?? "", before: card.nextElementSibling?.dataset?.id ?? "", version: card.dataset.version ?? "" });
  const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token(), "HX-Request": "true" } }).catch(() => null);
  count(board);
  if (!answer?.ok) {
    undo();
    count(board);
    const text = answer && (answer.headers.get("Content-Type") || "").startsWith("text/plain") ? (await answer.text()).trim() : "";
    say(text || document.getElementById("toasts")?.dataset.failed);
    return;
  }
  const onwards = answer.headers.get("HX-Redirect"); // a gate opens its page rather than being skipped
  if (onwards) { location.assign(onwards); return; }
  learn(card, (await answer.clone().json().catch(() => null))?.version); // the next move starts from what this one made
  const trigger = answer.headers.get("HX-Trigger");
  if (trigger?.startsWith("{")) for (const [name, detail] of Object.entries(JSON.parse(trigger))) document.dispatchEvent(new CustomEvent(name, { detail }));
}

function learn(card, version) {
  if (!version) return;
  card.dataset.version = version;
  for (const field of card.querySelectorAll("input[name=version]")) field.value = version;
}

function count(board) {
  for (const phase of board.querySelectorAll(".phase")) {
    const shown = phase.querySelector("header > span"), cards = phase.querySelector(".cards");
    if (shown && cards && Number(shown.dataset.more || 0) === 0 && shown.dataset.live !== undefined) shown.textContent = String(cards.querySelectorAll(".svc").length);
  }
}
const place = (card) => { const parent = card.parentElement, next = card.nextElementSibling; return () => parent.insertBefore(card, next); };

function hands(board) {
  let from = null, card = null;
  board.querySelectorAll(".svc[data-id]").forEach((each) => { each.draggable = true; });
  board.addEventListener("dragstart", (event) => { card = event.target.closest(".svc[data-id]"); if (card) { from = place(card); event.dataTransfer.effectAllowed = "move"; card.classList.add("ghost"); } });
  board.addEventListener("dragover", (event) => {
    const list = card && event.target.closest(".cards");
    if (!list) return;
    event.preventDefault();
    const next = [...list.querySelectorAll(".svc")].find((each) => each !== card && event.clientY < each.getBoundingClientRect().top + each.offsetHeight / 2);
    list.insertBefore(card, next ?? null);
  });
  board.addEventListener("drop", (event) => { event.preventDefault(); });
  board.addEventListener("dragend", (event) => {
    if (!card) return;
    card.classList.remove("ghost");
    if (event.dataTransfer.dropEffect === "none") from(); else tell(board, card, from);
    card = null;
  });
}

function keys(board) {
  let lifted = null, back = null;
  const lists = [...board.querySelectorAll(".cards")];
  const put = () => { lifted.classList.remove("lifted"); const card = lifted, undo = back; lifted = null; tell(board, card, undo); };
  board.addEventListener("keydown", (event) => {
    const card = event.target.closest(".svc[data-id]");
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") { event.preventDefault(); if (lifted) put(); else { lifted = card; back = place(card); card.classList.add("lifted"); } return; }
    if (!lifted) return;
    if (event.key === "Enter") { event.preventDefault(); put(); return; }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); back(); lifted.classList.remove("lifted"); event.target.focus(); lifted = null; return; }
    const list = lifted.closest(".cards"), index = lists.indexOf(list);
    const moves = {
      ArrowUp: () => lifted.previousElementSibling?.before(lifted),
      ArrowDown: () => lifted.nextElementSibling?.after(lifted),
      ArrowLeft: () => lists[index - 1]?.append(lifted),
      ArrowRight: () => lists[index + 1]?.append(lifted),
    };
    if (moves[event.key]) { event.preventDefault(); moves[event.key](); event.target.focus(); }
  });
}

for (const board of document.querySelectorAll("[data-board][data-move]")) {
  keys(board);
  const source = board.dataset.sortable;
  if (!source) { hands(board); continue; }
  import(source).then(({ default: Sortable }) => {
    for (const list of board.querySelectorAll(".cards")) {
      let undo = null;
      Sortable.create(list, { group: "cards", draggable: ".svc[data-id]", animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120, delay: 150, delayOnTouchOnly: true, onStart: ({ item }) => { undo = place(item); }, onEnd: ({ item, from, to, oldIndex, newIndex }) => { if (from !== to || oldIndex !== newIndex) tell(board, item, undo); } });
    }
  }).catch(() => hands(board));
}
