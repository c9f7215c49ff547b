/* Finds a film while its name is typed, and keeps count of what is ticked. The pages work without. */

import { findFilms } from "./film-search.js";

const ask = document.querySelector("form.ask");
const preview = document.querySelector("form#preview");
const ticks = [...document.querySelectorAll("form#preview .tick input")];

function offerAllHalls(button) {
  const boxes = [...document.querySelectorAll("#id_halls input")];
  button.hidden = boxes.length < 3;
  button.addEventListener("click", () => {
    const ticked = !boxes.every((box) => box.checked);
    boxes.forEach((box) => (box.checked = ticked));
    boxes[0].dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/* What is copied goes to the same days of the next week, unless something else is chosen. */
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
  const leftOut = [];
  let conflicts = 0;
  for (const tick of ticks) {
    const row = tick.closest("tr");
    row.classList.toggle("out", !tick.checked);
    conflicts += tick.checked && row.classList.contains("conflict");
    if (!tick.checked) leftOut.push(tick.value);
  }
  preview.elements.left_out.value = leftOut.join();
  document.getElementById("count").textContent = ticks.length - leftOut.length;
  return conflicts;
}

function leaveOut(button) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    preview.querySelectorAll("tr.conflict .tick input").forEach((box) => (box.checked = false));
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
  findFilms(search, ask.elements.movie, ask.elements.format);
  offerAllHalls(document.getElementById("all-halls"));
}
if (ask?.id === "copying") followSource(ask);
if (preview) {
  ticks.forEach((tick) => (tick.disabled = false));
  preview.addEventListener("change", judge);
  const leave = document.getElementById("leave-out");
  if (leave) leaveOut(leave);
  judge();
  ask?.addEventListener("input", (event) => event.target !== search && outdate());
}
