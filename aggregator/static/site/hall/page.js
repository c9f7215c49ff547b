// The hall's page: each module does one thing, here they meet.

import { best } from "./best.js";
import { changes } from "./changes.js";
import { hint } from "./hint.js";
import { keyboard } from "./keyboard.js";
import { live } from "./live.js";
import { picking } from "./picking.js";
import { notice, say, withdraw } from "./saying.js";
import { readSeats } from "./seats.js";
import { zoom } from "./zoom.js";

const script = JSON.parse(document.querySelector("#hall-words").textContent);
const { words } = script;
const form = document.querySelector("#hall");
const box = form.querySelector(".map-box");
const button = document.querySelector("#chosen .button");
const seats = readSeats(form, words.states);
const picks = picking(form, seats, script);
const keys = keyboard(form, seats);
const bestSeats = best(picks, seats, script);

function failing(isFailing) {
  if (isFailing) notice("failing", words.failing, { close: words.dismiss });
  else withdraw("failing");
  say(isFailing ? words.failing : words.back);
}

function closed() {
  button.disabled = true;
  const action = { text: words.others, href: document.querySelector(".back a").href };
  notice("over", words.over, { look: "bad", close: words.dismiss, action });
  say(words.over, "at-once");
}

const heard = changes(seats, picks, keys, script, { instead: bestSeats.choose });

zoom(box, words, say);
hint(seats, picks, words);
picks.changed(true);
box.tabIndex = -1;
live(script.seats, {
  failing,
  heard(state) {
    heard(state);
    if (!state.open) closed();
  },
});

// A second click has nothing to add; whoever comes back may send again.
form.addEventListener("submit", () => button.setAttribute("aria-disabled", "true"));
addEventListener("pageshow", () => {
  button.removeAttribute("aria-disabled");
  picks.changed(true);
});
