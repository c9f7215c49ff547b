// Suggests a city of the visitor's time zone that is selling, unless the suggested one is such.

const suggestion = document.querySelector("[data-suggestion]");
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
const near = [...document.querySelectorAll("[data-zone]")].filter((one) => one.dataset.zone === timeZone);

if (suggestion && near.length && !near.some((city) => city.href === suggestion.href)) {
  const [city] = near;
  suggestion.href = city.href;
  suggestion.textContent = suggestion.dataset.text.replace("{city}", city.dataset.name);
}
