// What keeps a page honest while it is open: messages with Undo, relative times, failed fetches, dialogs, the folded rail.
const box = document.getElementById("toasts");
const words = box?.dataset ?? {};
const csrf = () => { try { return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || ""; } catch { return ""; } };

function toast({ text, undo = "", tone = "good" }) {
  if (!box || !text) return;
  const line = document.createElement("div");
  line.className = `toast ${tone}`;
  const said = document.createElement("span");
  said.className = `st ${tone}`;
  said.textContent = text;
  line.append(said);
  if (undo) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = undo;
    const token = Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken", value: csrf() });
    const button = Object.assign(document.createElement("button"), { className: "link", textContent: words.undo });
    const back = Object.assign(document.createElement("input"), { type: "hidden", name: "return", value: location.pathname + location.search });
    form.append(token, back, button);
    line.append(form);
  }
  box.append(line);
  dress(line);
}

// A message stays while it is read: pointer or focus on it holds it, and one that offers Undo stays longer.
function dress(line) {
  const close = Object.assign(document.createElement("button"), { type: "button", className: "x", textContent: "×" });
  close.setAttribute("aria-label", words.close || "×");
  close.addEventListener("click", () => line.remove());
  line.append(close);
  const patience = line.querySelector("form") ? 12000 : line.classList.contains("good") ? 6000 : 0;
  if (!patience) return;
  let timer;
  const start = () => { timer = setTimeout(() => line.remove(), patience); };
  const stop = () => clearTimeout(timer);
  for (const [name, what] of [["pointerenter", stop], ["focusin", stop], ["pointerleave", start], ["focusout", start]]) line.addEventListener(name, what);
  start();
}

box?.querySelectorAll(".toast").forEach(dress);
document.addEventListener("vincula:toast", (event) => toast(event.detail));
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  const plain = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
  toast({ text: plain && xhr.responseText.length < 400 ? xhr.responseText.trim() : words.failed, tone: "bad" });
});
document.addEventListener("htmx:sendError", () => toast({ text: words.offline, tone: "warn" }));

// Relative times follow the server's clock, not the reader's.
const skew = Date.parse(document.documentElement.dataset.now || "") - Date.now() || 0;
const speak = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "always" });
const UNITS = [["year", 31536000], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
function freshen() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const seconds = (Date.parse(time.dateTime) - Date.now() - skew) / 1000;
    const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
    if (unit && unit[0] !== "year") time.textContent = speak.format(Math.round(seconds / unit[1]), unit[0]);
  }
}
setInterval(() => { if (!document.hidden) freshen(); }, 60000);

// Dialogs and the confirmations inside them.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog instanceof HTMLDialogElement) { event.preventDefault(); opener.closest("details")?.removeAttribute("open"); dialog.showModal(); }
  }
  const closer = event.target.closest("[data-close]");
  const around = closer?.closest("dialog");
  if (around) { event.preventDefault(); around.close(); }
  if (event.target instanceof HTMLDialogElement && event.target.matches(".dialog, .palette")) event.target.close();
});

// The rail folds by choice; the server reads the cookie, so the next page is drawn folded at once.
const fold = document.querySelector("[data-fold-rail]");
if (fold) {
  fold.hidden = false;
  const frame = document.querySelector(".frame");
  fold.setAttribute("aria-expanded", String(frame.dataset.rail !== "icons"));
  fold.addEventListener("click", () => {
    const next = frame.dataset.rail === "icons" ? "open" : "icons";
    frame.dataset.rail = next;
    fold.setAttribute("aria-expanded", String(next === "open"));
    document.cookie = `vincula_rail=${next};path=/;max-age=31536000;samesite=lax`;
  });
}
