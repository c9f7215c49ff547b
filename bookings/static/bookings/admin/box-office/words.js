/* What is said, in the reader's language, and where screen readers hear it. */

const words = JSON.parse(document.getElementById("words").textContent);

export function say(name, values = {}) {
  return words[name].replace(/\{(\w+)\}/g, (_whole, key) => values[key]);
}

export function tell(text) {
  document.getElementById("said").textContent = text;
}

/* A seat as people call it. */
export function seatName(seat) {
  return say("seat", { row: seat.dataset.row, number: seat.dataset.number });
}

/* Shows why something is not done. An empty text takes back what was said for the same reason. */
export function refuse(text, why) {
  const place = document.querySelector("#sale .refusals");
  if (text ? place.textContent.trim() === text : place.dataset.why !== why) return;
  place.dataset.why = why;
  const note = document.createElement("p");
  note.className = "errornote";
  note.textContent = text;
  place.replaceChildren(...(text ? [note] : []));
}
