// Choosing: no more than may be bought at once; what is chosen and what it costs is always shown.

import { filled, say } from "./saying.js";

export function picking(form, seats, { currency, most, words }) {
  const bar = document.querySelector("#chosen");
  const chips = bar.querySelector(".chips");
  const blank = document.querySelector("#chip");
  const listeners = [];
  const language = document.documentElement.lang;

  function money(cents) {
    const digits = cents % 100 ? 2 : 0;
    const number = new Intl.NumberFormat(language, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      useGrouping: false,
    }).format(cents / 100);
    return `${number}\u00a0${currency}`;
  }

  function chip(seat) {
    const item = blank.content.firstElementChild.cloneNode(true);
    const button = item.querySelector("button");
    button.firstElementChild.textContent = seat.spot;
    button.setAttribute("aria-label", filled(words.remove, { seat: seat.spot }));
    button.addEventListener("click", () => {
      const next = item.nextElementSibling ?? item.previousElementSibling;
      const place = [...chips.children].indexOf(next) - (next === item.nextElementSibling ? 1 : 0);
      seat.input.checked = false;
      changed();
      (chips.children[place]?.firstElementChild ?? bar).focus();
    });
    return item;
  }

  function show() {
    const chosen = seats.chosen();
    chips.replaceChildren(...chosen.map(chip));
    const total = money(chosen.reduce((sum, seat) => sum + seat.cents, 0));
    const counted = words.counted[chosen.length];
    bar.querySelector(".count").textContent = chosen.length ? counted : words.none;
    bar.querySelector(".total").textContent = chosen.length ? total : "";
    return chosen.length ? filled(words.chosen, { seats: counted, total }) : words.none;
  }

  function changed(quietly = false) {
    const told = show();
    if (!quietly) say(told);
    listeners.forEach((listener) => listener(seats.chosen()));
  }

  form.addEventListener("click", (event) => {
    if (event.target.getAttribute("aria-disabled") === "true") event.preventDefault();
  });
  form.addEventListener("change", ({ target }) => {
    if (target.name !== "seat") return;
    if (seats.chosen().length > most) {
      target.checked = false;
      say(filled(words.most, { seats: words.counted[most] }), "at-once");
      bar.querySelector(".count").textContent = filled(words.most, { seats: words.counted[most] });
      return;
    }
    changed();
  });

  return {
    changed,
    /** Instead of what was chosen before. */
    choose(ids) {
      const wanted = new Set(ids);
      seats.all.forEach((seat) => {
        seat.input.checked = wanted.has(seat.id) && seats.isFree(seat);
      });
      changed(true);
    },
    onChange: (listener) => listeners.push(listener),
  };
}
