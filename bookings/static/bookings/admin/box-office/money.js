/* What is chosen, what it costs, what is given back. Whole hundredths: no amount is ever rounded. */

import { chosenSeats } from "./hall.js";
import { seatName } from "./words.js";

/* `250`, `1 250,50` in hundredths; NaN when it is no amount. */
export function hundredths(text) {
  const [, whole, part = ""] = /^(\d+)(?:[.,](\d{1,2}))?$/.exec(text.replace(/\s/g, "")) ?? [];
  return whole ? Number(whole) * 100 + Number(part.padEnd(2, "0")) : NaN;
}

export function startMoney(form) {
  form.addEventListener("change", () => tellMoney(form));
  form.addEventListener("input", () => tellMoney(form));
  tellMoney(form);
}

export function pay(form, how) {
  form.querySelector(`[name=paid_by][value=${how}]`).checked = true;
  tellMoney(form);
}

export function tellMoney(form) {
  const chosen = chosenSeats(form);
  const total = chosen.reduce((sum, seat) => sum + hundredths(seat.dataset.price), 0);
  const cash = form.querySelector("[name=paid_by][value=cash]").checked;
  const given = hundredths(form.querySelector("[name=given]").value);
  const change = form.querySelector(".change");
  form.querySelector(".chosen-seats").textContent = chosen
    .map((seat) => `${seatName(seat)} – ${written(hundredths(seat.dataset.price))}`)
    .join("; ");
  form.elements.total.value = (total / 100).toFixed(2); // nothing is sold for more or less
  form.querySelector(".total").hidden = !chosen.length;
  form.querySelector(".count").textContent = chosen.length;
  form.querySelector(".sum").textContent = withCurrency(form, total);
  form.querySelector(".given").hidden = !cash;
  change.hidden = !cash || !chosen.length || Number.isNaN(given);
  change.classList.toggle("short", given < total);
  change.querySelector("strong").textContent = withCurrency(form, given - total);
}

function withCurrency(form, amount) {
  return `${written(amount)}\u00a0${form.dataset.currency}`;
}

function written(amount) {
  return (amount / 100).toLocaleString(document.documentElement.lang, { minimumFractionDigits: 2 });
}
