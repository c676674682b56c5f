// Light, dark, or as the system has it: a choice of this browser.
const NAME = "clearway-theme";
const root = document.documentElement;

export function keepTheme() {
  const apply = (theme) => (theme ? (root.dataset.theme = theme) : delete root.dataset.theme);
  apply(localStorage.getItem(NAME));
  for (const button of document.querySelectorAll("[data-set-theme]")) {
    button.addEventListener("click", () => {
      const theme = button.dataset.setTheme;
      theme ? localStorage.setItem(NAME, theme) : localStorage.removeItem(NAME);
      apply(theme);
    });
  }
}
