// Shortcuts: data-key="n" on a button, link or field, shown beside its words. Whoever types by voice
// or by chance switches them off in the list that "?" opens; Ctrl-K stays.
import { install, uninstall } from "../vendor/hotkey.js";

const OFF = "clearway-keys-off";
const bound = new Set();

export function bindKeys(root) {
  for (const element of bound) {
    if (!element.isConnected) {
      uninstall(element);
      bound.delete(element);
    }
  }
  const off = localStorage.getItem(OFF) === "1";
  document.documentElement.dataset.keys = off ? "off" : "on";
  for (const element of root.querySelectorAll("[data-key]")) {
    if (bound.has(element)) continue;
    if (off && !element.dataset.key.startsWith("Mod+")) continue;
    install(element, element.dataset.key);
    bound.add(element);
  }
  for (const opener of root.querySelectorAll("[data-opens]:not([data-bound])")) {
    opener.dataset.bound = "";
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      open(document.getElementById(opener.dataset.opens));
    });
  }
  const choice = root.querySelector("#keys-on:not([data-bound])");
  if (choice) {
    choice.dataset.bound = "";
    choice.checked = !off;
    choice.addEventListener("change", () => {
      localStorage.setItem(OFF, choice.checked ? "0" : "1");
      bound.forEach((element) => uninstall(element));
      bound.clear();
      bindKeys(document);
    });
  }
}

function open(dialog) {
  if (dialog.id === "keys") list(dialog.querySelector("[data-list]"));
  dialog.showModal();
}

function list(place) {
  place.replaceChildren();
  for (const element of document.querySelectorAll("[data-key][data-key-words]")) {
    const row = document.createElement("tr");
    const key = document.createElement("kbd");
    key.textContent = element.dataset.key.replace("Mod", "Ctrl").replace("Shift+?", "?").toUpperCase();
    const words = document.createElement("td");
    words.textContent = element.dataset.keyWords;
    row.append(document.createElement("td"), words);
    row.firstChild.append(key);
    place.append(row);
  }
}
