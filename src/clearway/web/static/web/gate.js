// The gate screen's work beyond its form: a verdict without a new page, and through a network cut.
// Cut off, it lets pass only what stands in its pack, while the list of recalls in it is young
// enough; it tells the platform afterwards, under numbers of its own, until each is answered.
import { trusted } from "./app.js";
import { decide, readCode } from "./gate_rules.js";

const place = document.querySelector("[data-gate]");
const root = document.documentElement;
const WORKER = "/gates/worker.js";
const CACHE = "clearway-gate";
const AGAIN = 30000;
const LONGEST = 8000;

if (place) begin(place);

function begin(gate) {
  const number = gate.dataset.gate;
  const address = `/api/v1/gates/${number}`;
  const form = gate.querySelector("form");
  const token = form.elements.csrfmiddlewaretoken.value;
  const keys = { pack: `clearway-gate-${number}-pack`, kept: `clearway-gate-${number}-kept` };
  const told = (name) => gate.querySelector(`[data-word="${name}"]`)?.textContent ?? name;
  const load = (name, none) => JSON.parse(localStorage.getItem(keys[name]) ?? "null") ?? none;
  const save = (name, value) => localStorage.setItem(keys[name], JSON.stringify(value));
  const kept = () => load("kept", { device: ownName(), next: 1, passages: [], used: [] });

  async function ask(path, body) {
    const how = { headers: { "X-CSRFToken": token }, signal: AbortSignal.timeout(LONGEST) };
    if (body) {
      Object.assign(how, { method: "POST", body: JSON.stringify(body) });
      how.headers["Content-Type"] = "application/json";
    }
    const answer = await fetch(address + path, how);
    if (answer.status === 503) throw new TypeError("the record is away");
    return answer;
  }

  async function renew() {
    try {
      const answer = await ask("/pack");
      if (!answer.ok) return;
      save("pack", { ...(await answer.json()), fetched: Date.now() });
      await reconcile();
    } catch {
      // Still cut off: what is kept goes on being good until it is too old.
    }
    show();
  }

  async function reconcile() {
    const before = kept();
    if (!before.passages.length) return;
    const some = before.passages.slice(0, 100);
    const answer = await ask("/kept-passages", { device: before.device, passages: some });
    if (!answer.ok) return;
    const known = new Set((await answer.json()).items.map((one) => one.sequence));
    const after = kept();
    after.passages = after.passages.filter((one) => !known.has(one.sequence));
    save("kept", after);
    if (after.passages.length) await reconcile();
  }

  async function alone(shown) {
    const pack = load("pack", null);
    const own = kept();
    const at = pack ? new Date(Date.parse(pack.at) + Date.now() - pack.fetched) : new Date();
    const reason = pack ? await decide(pack, shown, new Set(own.used), at) : "not_cached";
    const serial = (await readCode(shown.code))?.serial ?? shown.code.trim().toUpperCase();
    own.passages.push({
      ...shown, sequence: own.next, at: at.toISOString(), accepted: !reason, refusal: reason,
    });
    own.next += 1;
    if (!reason) own.used.push(serial);
    save("kept", own);
    return { verdict: reason ? "refused" : "accepted", reason, offline: true };
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = new FormData(form);
    const shown = {
      code: given.get("code").trim(),
      direction: given.get("direction"),
      unit: given.get("unit").trim(),
      plate: given.get("plate").trim(),
      packages: given.get("packages") ? Number(given.get("packages")) : null,
    };
    if (!shown.code) return;
    let found;
    try {
      const answer = await ask("/passages", shown);
      found = answer.ok ? await answer.json() : { verdict: "refused", reason: "not_read" };
    } catch {
      found = await alone(shown);
    }
    say(found, shown);
    form.reset();
    form.elements.code.focus();
    show();
  });

  function say(found, shown) {
    const verdict = gate.querySelector("[data-verdict]");
    const well = found.verdict === "accepted";
    verdict.hidden = false;
    verdict.className = `notice verdict ${well ? "well" : "alarm"}`;
    verdict.querySelector("[data-told]").textContent = told(found.verdict);
    const why = [shown.unit || shown.code.slice(0, 20), well ? "" : told(found.reason)];
    if (found.offline) why.push(told("alone"));
    verdict.querySelector("[data-why]").textContent = why.filter(Boolean).join(" · ");
  }

  function show() {
    const pack = load("pack", null);
    const minutes = pack ? Math.floor((Date.now() - pack.fetched) / 60000) : null;
    const old = minutes === null || minutes >= pack.revocations_minutes;
    gate.querySelector("[data-age]").textContent = minutes ?? "–";
    gate.querySelector("[data-tokens]").textContent = pack ? pack.tokens.length : "–";
    gate.querySelector("[data-kept]").textContent = kept().passages.length;
    gate.querySelector("[data-old]").hidden = !old;
  }

  gate.addEventListener("news", renew);
  addEventListener("online", renew);
  addEventListener("offline", () => {
    root.dataset.live = "offline";
    show();
  });
  setInterval(renew, AGAIN);
  renew();
  keepPage();
}

function ownName() {
  const digits = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(digits, (one) => one.toString(16).padStart(2, "0")).join("");
}

// The page itself comes back without a network too: its worker gives what was kept of it.
async function keepPage() {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register(trusted.createScriptURL(WORKER), { scope: "/gates/" });
    const cache = await caches.open(CACHE);
    const parts = performance.getEntriesByType("resource").map((one) => new URL(one.name).pathname);
    await cache.addAll([location.pathname, ...parts.filter((one) => one.startsWith("/static/"))]);
  } catch {
    // A browser without a worker still works on while the page is open.
  }
}
