// The best seats for so many, without leaving the page.

import { filled, notice, say, withdraw } from "./saying.js";

export function best(picks, seats, { best: address, words }) {
  const form = document.querySelector("form.best");

  async function choose(people) {
    let found;
    try {
      const answer = await fetch(`${address}?people=${people}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      found = (await answer.json()).seats;
    } catch {
      notice("best", words.failing, { look: "bad", close: words.dismiss });
      say(words.failing, "at-once");
      return;
    }
    const known = found.map((id) => seats.byId.get(id)).filter(Boolean);
    if (!known.length) {
      notice("best", words.few, { look: "bad", close: words.dismiss });
      say(words.few, "at-once");
      return;
    }
    withdraw("best");
    withdraw("lost");
    // Just now free by the cinema's own word, whatever the map of a second ago says.
    known.filter((seat) => !seats.isFree(seat)).forEach((seat) => seats.free(seat));
    picks.choose(found);
    known[0].input.scrollIntoView({ block: "nearest", inline: "center" });
    say(filled(words.best, { seats: known.map((seat) => seat.spot).join("; ") }));
  }

  form.addEventListener("submit", (event) => {
    const people = event.submitter?.value;
    if (!people) return;
    event.preventDefault();
    choose(people);
  });
  return { choose };
}
