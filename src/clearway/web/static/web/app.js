// What pages do beyond links and forms. Every page works without it; nothing here holds a rule.
import htmx from "../vendor/htmx.js";
import { offerChoices } from "./choices.js";
import { offerColumns } from "./columns.js";
import { bindKeys } from "./keys.js";
import { follow } from "./live.js";
import { closeMenus } from "./menus.js";
import { keepTheme } from "./theme.js";

// Our own server's markup may enter the page through htmx alone, and never as a script.
// The one address that may become a worker is the gate screen's.
const made = {
  createHTML: (text) => text,
  createScript: () => "",
  createScriptURL: (address) => (address === "/gates/worker.js" ? address : ""),
};
export const trusted = globalThis.trustedTypes?.createPolicy("clearway", made) ?? made;
htmx.registerExtension("clearway", { init: (api) => api.initSecurity(trusted) });

keepTheme();
closeMenus();
follow((element) => htmx.trigger(element, "news"));
const prepare = (root) => {
  bindKeys(root);
  offerChoices(root, htmx);
  offerColumns(root);
};
prepare(document);
document.addEventListener("htmx:after:swap", () => prepare(document));

// A form that failed to reach the server says so where it stands, and loses nothing.
document.addEventListener("htmx:error", (event) => {
  document.documentElement.dataset.live = navigator.onLine ? "lost" : "offline";
  event.target.closest?.("[data-saving]")?.setAttribute("data-saving", "failed");
});
// A part that was refused keeps what stood there; the page says that it may be old.
document.addEventListener("htmx:response:error", (event) => {
  const state = { 401: "ended", 429: "lost", 503: "lost" }[event.detail.ctx.response.status];
  if (state) document.documentElement.dataset.live = state;
});
document.addEventListener("htmx:before:request", (event) =>
  event.target.closest?.("[data-saving]")?.setAttribute("data-saving", "now"));
document.addEventListener("htmx:after:request", (event) =>
  event.target.closest?.("[data-saving]")?.setAttribute("data-saving", "done"));
