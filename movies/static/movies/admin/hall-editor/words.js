/* The sentences of the page, translated there; and how seats are named in them. */

const words = JSON.parse(document.getElementById("words").textContent);

export function say(name, values = {}) {
  return words[name].replace(/\{(\w+)\}/g, (_whole, value) => values[value]);
}

export function listed(seats, most = 60) {
  const rows = new Map();
  for (const seat of seats.slice(0, most)) {
    rows.set(seat.row, [...(rows.get(seat.row) ?? []), seat.number]);
  }
  const named = [...rows].map(([row, numbers]) => {
    return say("seatsOfRow", { row, numbers: numbers.sort((a, b) => a - b).join(", ") });
  });
  return named.join("; ") + (seats.length > most ? "…" : "");
}

export function refused(refusal) {
  return say(refusal.word, { seats: listed(refusal.seats) });
}
