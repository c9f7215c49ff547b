/* Seats by typing: `5 7-9` or `Б1 3,4` is a row and its seats, `5 7; 6 1` two rows, `2` the best two. */

import { choose, seats } from "./hall.js";
import { refuse, say } from "./words.js";

const LONGEST_RANGE = 100;

export function startQuick(form, toMoney) {
  const field = form.querySelector("#quick");
  const clear = form.querySelector(".clear");
  for (const shown of [field, form.querySelector("label[for=quick]"), clear]) shown.hidden = false;
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // or the browser would sell at once
    if (!field.value.trim()) toMoney();
    else if (typed(form, field.value)) done(field);
    else field.select();
  });
  form.querySelector(".best").addEventListener("click", (event) => {
    const button = event.target.closest(".best-seats");
    if (!button) return;
    event.preventDefault();
    takeBest(form, button.dataset.number);
    field.focus();
  });
  clear.addEventListener("click", () => {
    choose(form, [], { alone: true });
    field.focus();
  });
}

function done(field) {
  field.value = "";
  for (const why of ["typed", "lost"]) refuse("", why);
}

/* False: it was not understood, or not all of it is free. */
function typed(form, text) {
  if (/^\s*\d{1,2}\s*$/.test(text)) return takeBest(form, String(Number(text)));
  const wanted = read(text);
  if (!wanted) return complain("unclear");
  const free = new Map(seats(form).map((seat) => [key(seat.dataset.row, seat.dataset.number), seat]));
  const found = wanted.map(({ row, number }) => free.get(key(row, number)));
  const missing = wanted.filter((_seat, at) => !found[at]);
  const there = found.filter(Boolean);
  choose(form, there, { on: missing.length > 0 || !there.every((seat) => seat.checked) });
  if (!missing.length) return true;
  const names = missing.map(({ row, number }) => say("seat", { row, number }));
  return complain("notFree", { seats: names.join("; ") });
}

function takeBest(form, number) {
  const best = JSON.parse(form.querySelector("#best-seats").textContent)[number];
  if (!best) return complain("tooMany", { number: form.dataset.most });
  if (!best.length) return complain("fewer", { number });
  choose(form, seats(form).filter((seat) => best.includes(Number(seat.value))), { alone: true });
  return true;
}

function complain(name, values) {
  refuse(say(name, values), "typed");
  return false;
}

/* What is typed as rows and numbers; null when it is something else. */
export function read(text) {
  const wanted = [];
  for (const line of text.split(";").filter((line) => line.trim())) {
    const [, row, numbers] = /^\s*(\S+)\s+([\d\s,–-]+)$/.exec(line) ?? [];
    if (!row) return null;
    for (const range of numbers.replace(/\s*[–-]\s*/g, "-").split(/[\s,]+/).filter(Boolean)) {
      const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
      if (!from || Math.abs(to - from) > LONGEST_RANGE) return null;
      const [low, high] = [Number(from), Number(to)].sort((one, other) => one - other);
      for (let number = low; number <= high; number += 1) wanted.push({ row, number });
    }
  }
  return wanted.length ? wanted : null;
}

function key(row, number) {
  return `${row.toUpperCase()} ${number}`;
}
