// Follows the choice of light or dark that the reader made on the site's other pages.
const chosen = localStorage.getItem("vitepress-theme-appearance");
if (chosen) {
  const theme = chosen === "auto" ? "os" : chosen;
  localStorage.setItem("tsd-theme", theme);
  document.documentElement.dataset.theme = theme;
}
