/* Sends the whole plan; the answer is a fresh plan, or a sentence that says why not. */

import { key } from "./plan.js";
import { say } from "./words.js";

const SENT = ["id", "row", "number", "x", "y", "category_id", "wheelchair"];

export async function saved(plan, version) {
  const seats = [...plan.values()].map((seat) =>
    Object.fromEntries(SENT.map((name) => [name, seat[name]])),
  );
  try {
    const response = await fetch(window.location.pathname, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
      },
      body: JSON.stringify({ version, seats }),
    });
    return await response.json();
  } catch {
    // No network, or a page instead of an answer: logged out meanwhile, or no right any more.
    return { ok: false, refusal: say("lost") };
  }
}

/* The plan with these seats as they were loaded: back in their cells, under their names. */
export function restored(plan, seats) {
  const next = new Map(plan);
  for (const seat of seats) {
    const now = [...next].find(([, present]) => present.id === seat.id);
    if (now) next.set(now[0], { ...now[1], row: seat.row, number: seat.number, sold: true });
    else next.set(key(seat.x, seat.y), { ...seat, sold: true });
  }
  return next;
}
