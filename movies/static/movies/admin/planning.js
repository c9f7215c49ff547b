/* Finds a film while its name is typed, and keeps count of what is ticked. The pages work without. */
const ask = document.querySelector("form.ask");
const preview = document.querySelector("form#preview");

function findFilms(search, list) {
  const none = document.getElementById("no-films");
  const groups = [...list.children].map((group) => [group, [...group.children]]);
  const normal = (text) => text.toLocaleLowerCase().replaceAll("ё", "е");
  const show = () => {
    const words = normal(search.value).split(/\s+/);
    for (const [group, films] of groups) {
      const found = films.filter((film) => words.every((word) => normal(film.text).includes(word)));
      group.replaceChildren(...found);
    }
    list.replaceChildren(...groups.map(([group]) => group).filter((group) => group.children.length));
    none.textContent = list.options.length ? "" : none.dataset.none;
    if (list.options.length === 1) list.selectedIndex = 0;
  };
  search.hidden = false;
  search.addEventListener("input", show);
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      if (list.selectedIndex < 0 && list.options.length) list.selectedIndex = 0;
      list.focus();
    }
  });
}

function offerAllHalls(button) {
  const boxes = [...document.querySelectorAll("#id_halls input")];
  button.hidden = boxes.length < 3;
  button.addEventListener("click", () => {
    const ticked = !boxes.every((box) => box.checked);
    boxes.forEach((box) => (box.checked = ticked));
    boxes[0].dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/* The day after the span that is copied is one span later. */
function followSource(form) {
  const field = (name) => form.elements.namedItem(name);
  field("from").addEventListener("change", () => {
    const day = new Date(`${field("from").value}T00:00:00Z`);
    if (Number.isNaN(day.getTime())) return;
    day.setUTCDate(day.getUTCDate() + 7);
    field("to").value = day.toISOString().slice(0, 10);
  });
}

function count() {
  const rows = [...preview.querySelectorAll("tr:has(input[name=keep])")];
  let kept = 0;
  let conflicts = 0;
  for (const row of rows) {
    const { checked } = row.querySelector("input[name=keep]");
    row.classList.toggle("out", !checked);
    kept += checked;
    conflicts += checked && row.classList.contains("conflict");
  }
  document.getElementById("count").textContent = kept;
  return conflicts;
}

function leaveOut(button) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    preview.querySelectorAll("tr.conflict input[name=keep]").forEach((box) => (box.checked = false));
    preview.dispatchEvent(new Event("change"));
    document.getElementById("save").focus();
  });
}

function judge() {
  const free = count() === 0;
  const verdict = document.getElementById("verdict");
  verdict.dataset.bad ??= verdict.textContent.trim();
  const said = free ? verdict.dataset.good : verdict.dataset.bad;
  if (verdict.textContent.trim() !== said) verdict.textContent = said;
  verdict.classList.toggle("good", free);
  verdict.classList.toggle("bad", !free);
  const leave = document.getElementById("leave-out");
  if (leave) leave.hidden = free;
  document.getElementById("save").classList.toggle("default", free);
}

/* What is saved is what was previewed, not what has been typed since. */
function outdate() {
  const stale = preview.querySelector(".stale");
  stale.hidden = false;
  stale.textContent = stale.dataset.text;
  preview.querySelectorAll(".bar button").forEach((button) => (button.disabled = true));
}

const search = document.getElementById("find-film");
if (search) {
  findFilms(search, document.getElementById("id_movie"));
  offerAllHalls(document.getElementById("all-halls"));
}
if (ask?.id === "copying") followSource(ask);
if (preview) {
  preview.addEventListener("change", judge);
  const leave = document.getElementById("leave-out");
  if (leave) leaveOut(leave);
  judge();
  ask?.addEventListener("input", (event) => event.target !== search && outdate());
}
