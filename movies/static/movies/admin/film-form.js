// Says a film's length in hours beside the minutes that are typed.

const field = document.querySelector("input[data-hours]");

function told(minutes) {
  if (!(minutes >= 1 && minutes <= 1440)) return "";
  return field.dataset.hours
    .replace("{hours}", String(Math.floor(minutes / 60)))
    .replace("{minutes}", String(minutes % 60).padStart(2, "0"));
}

if (field) {
  const hint = document.createElement("output");
  hint.className = "film-hours";
  hint.htmlFor = field.id;
  field.after(hint);
  const tell = () => {
    hint.value = told(Number(field.value));
  };
  field.addEventListener("input", tell);
  tell();
}
