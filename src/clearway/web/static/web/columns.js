// A condition in a text area offers the columns that begin like the word at hand: <div data-columns>
// holds the text area and a list of them all. Enter or Tab takes the marked one, Escape closes.
import Combobox from "../vendor/combobox-nav.js";

const WORD = /[a-z_][a-z0-9_]*$/i;
const MOST = 8;

export function offerColumns(root) {
  for (const place of root.querySelectorAll("[data-columns]:not([data-bound])")) {
    place.dataset.bound = "";
    const text = place.querySelector("textarea");
    const list = place.querySelector("[role=listbox]");
    const options = [...list.querySelectorAll("[role=option]")];
    const combobox = new Combobox(text, list, { tabInsertsSuggestions: true });
    // A text area of several lines is no combobox: it stays a text box with a list beside it.
    const stayText = () => ["role", "aria-expanded"].forEach((name) => text.removeAttribute(name));
    stayText();
    let open = false;
    const close = () => {
      if (open) combobox.stop();
      open = false;
      list.hidden = true;
      stayText();
    };
    const word = () => {
      const before = text.value.slice(0, text.selectionStart);
      const quoted = (before.match(/'/g) ?? []).length % 2 === 1;
      return quoted ? "" : (before.match(WORD)?.[0].toLowerCase() ?? "");
    };
    const show = () => {
      const begun = word();
      let shown = 0;
      for (const option of options) {
        const name = option.dataset.value;
        const fits = begun.length > 1 && name !== begun && name.includes(begun) && shown < MOST;
        option.hidden = !fits;
        shown += fits;
      }
      combobox.clearSelection();
      if (!shown) return close();
      list.hidden = false;
      if (!open) combobox.start();
      open = true;
      stayText();
    };
    text.addEventListener("input", show);
    text.addEventListener("blur", () => setTimeout(close, 150));
    text.addEventListener("keydown", (event) => event.key === "Escape" && open && (event.preventDefault(), close()));
    list.addEventListener("combobox-commit", (event) => {
      const begun = word();
      const end = text.selectionStart;
      text.setRangeText(event.target.closest("[role=option]").dataset.value, end - begun.length, end, "end");
      close();
      text.focus();
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}
