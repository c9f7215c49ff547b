// What has changed in the hall is shown on the map, and said if it was the visitor's own choice.

import { filled, notice, say } from "./saying.js";

export function changes(seats, picks, keys, { words }, { instead }) {
  let told = "";

  function lost(gone) {
    const rest = seats.chosen().length ? ` ${words.kept}` : "";
    const text = gone.map(({ spot }) => filled(words.lost, { seat: spot })).join(" ") + rest;
    const people = Math.min(10, gone.length + seats.chosen().length);
    notice("lost", text, {
      look: "bad",
      close: words.dismiss,
      action: { text: words.instead, run: () => instead(people) },
    });
    say(text, "at-once");
  }

  function own(mine, checkout) {
    const names = mine.map(({ spot }) => spot).join("; ");
    if (names === told) return;
    told = names;
    document.querySelector("[data-own]")?.remove();
    if (!names) return;
    const text = filled(words.own, { seats: names });
    notice("own", text, {
      look: "good",
      close: words.dismiss,
      action: { text: words.checkout, href: checkout },
    });
    say(text);
  }

  return function heard(state) {
    const taken = new Set(state.taken);
    const mine = new Set(state.own);
    const gone = [];
    let touched = false;
    for (const seat of seats.all) {
      if (taken.has(seat.id) === !seats.isFree(seat)) continue;
      touched = true;
      if (!taken.has(seat.id)) {
        seats.free(seat);
        continue;
      }
      if (seat.input.checked && !mine.has(seat.id)) gone.push(seat);
      seats.take(seat, mine.has(seat.id));
    }
    if (touched) {
      picks.changed(true);
      keys.settle();
    }
    if (gone.length) lost(gone);
    own(seats.all.filter(({ id }) => mine.has(id)), state.checkout);
  };
}
