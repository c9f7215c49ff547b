/* Sends the whole plan; the answer is a fresh plan, or a sentence that says why not. */

import { key, Refusal } from "./plan.js";
import { say } from "./words.js";

const PATIENCE = 60_000; // milliseconds
const SENT = ["id", "row", "number", "x", "y", "category_id", "wheelchair"];

export async function saved(plan, version) {
  const seats = [...plan.values()].map((seat) =>
    Object.fromEntries(SENT.map((name) => [name, seat[name]])),
  );
  try {
    const response = await fetch(window.location.pathname, {
      method: "POST",
      signal: AbortSignal.timeout(PATIENCE),
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
      },
      body: JSON.stringify({ version, seats }),
    });
    return await response.json();
  } catch {
    // No network, nothing in time, or a page instead of an answer: logged out meanwhile, or no
    // right any more.
    return { ok: false, refusal: say("lost") };
  }
}

/* The plan with these seats under their names once more, and those that were removed in their
   cells. */
export function restored(plan, seats) {
  const next = new Map(plan);
  const present = new Map([...plan.values()].map((seat) => [seat.id, seat]));
  const inTheWay = [];
  for (const seat of seats) {
    const { row, number, taken, fixed } = seat;
    const now = present.get(seat.id) ?? seat;
    const at = key(now.x, now.y);
    if (next.has(at) && next.get(at).id !== seat.id) inTheWay.push(next.get(at));
    next.set(at, { ...now, row, number, taken, fixed });
  }
  if (inTheWay.length) throw new Refusal("occupied", inTheWay);
  return next;
}
