/* Others buy too: every other second it is asked what they have taken. */

import { chosenSeats, prepareHall, seats } from "./hall.js";
import { tellMoney } from "./money.js";
import { part, taken as ask } from "./server.js";
import { refuse, say, seatName } from "./words.js";

const EVERY = 2000; // ms

export function watch(form, href, replacePanel) {
  const again = () => form.isConnected && setTimeout(look, EVERY);
  const busy = () => !form.isConnected || form.dataset.state;
  async function look() {
    try {
      if (!document.hidden && !busy()) await compare(form, href, busy, replacePanel);
    } catch {
      if (!busy()) refuse(say("unreachable"), "unreachable");
    }
    again();
  }
  again();
}

async function compare(form, href, busy, replacePanel) {
  const { taken, on_sale: onSale } = await ask(form.dataset.takenAddress);
  refuse("", "unreachable");
  const hall = form.querySelector(".hall");
  if (onSale && taken.join() === hall.dataset.taken) return;
  const html = await part(href, "sale");
  if (busy()) return;
  const panel = new DOMParser().parseFromString(html, "text/html");
  const fresh = panel.querySelector(".hall");
  if (fresh) replaceHall(form, hall, fresh);
  else replacePanel(html);
}

/* Keeps what is chosen, where somebody is, and names what was lost. */
function replaceHall(form, hall, fresh) {
  const chosen = chosenSeats(form);
  const kept = new Set(chosen.map((seat) => seat.value));
  const here = document.activeElement.name === "seats" ? document.activeElement.value : null;
  const scrolled = hall.querySelector(".seat-map")?.scrollLeft ?? 0;
  hall.replaceWith(fresh);
  const free = new Map(seats(form).map((seat) => [seat.value, seat]));
  const lost = chosen.filter((seat) => !free.has(seat.value));
  for (const seat of free.values()) seat.checked = kept.has(seat.value);
  prepareHall(form);
  if (here) (free.get(here) ?? seats(form)[0])?.focus();
  if (scrolled) fresh.querySelector(".seat-map").scrollLeft = scrolled;
  tellMoney(form);
  if (lost.length) refuse(say("lost", { seats: lost.map(seatName).join("; ") }), "lost");
}
