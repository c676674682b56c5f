// A field with suggestions: <div data-choices="/address"> holds an input (role=combobox) and a list.
import Combobox from "../vendor/combobox-nav.js";

const WAIT = 180;

export function offerChoices(root, htmx) {
  for (const place of root.querySelectorAll("[data-choices]:not([data-bound])")) {
    place.dataset.bound = "";
    const input = place.querySelector("input");
    const list = place.querySelector("[role=listbox]");
    const combobox = new Combobox(input, list, { tabInsertsSuggestions: false });
    let timer = 0;
    let open = false;
    const close = () => {
      if (open) combobox.stop();
      open = false;
      list.hidden = true;
    };
    const show = async () => {
      const asked = input.value.trim();
      if (asked.length < 2) return close();
      const address = new URL(place.dataset.choices, location.href);
      address.searchParams.set("q", asked);
      await htmx.ajax("GET", address.pathname + address.search, { target: list, swap: "innerHTML" });
      if (asked !== input.value.trim() || document.activeElement !== input) return;
      combobox.clearSelection();
      if (!list.querySelector("[role=option]")) return close();
      list.hidden = false;
      if (!open) combobox.start();
      open = true;
    };
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, WAIT);
    });
    input.addEventListener("blur", () => setTimeout(close, 150));
    input.addEventListener("keydown", (event) => event.key === "Escape" && open && (event.preventDefault(), close()));
    list.addEventListener("combobox-commit", (event) => {
      const option = event.target.closest("[role=option]");
      if (option.dataset.href) {
        location.assign(option.dataset.href);
        return;
      }
      input.value = option.dataset.value;
      close();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}
