/* A hall's plan: a Map from cell to seat. Never changed: each step makes a new one. */

/* How many columns and lines there may be. */
export const GRID = Number(document.getElementById("hall-editor").dataset.grid);

export const key = (x, y) => y * 1000 + x;
export const cell = (at) => [at % 1000, Math.floor(at / 1000)];
export const seatsOf = (plan) => [...plan.values()].sort((a, b) => a.y - b.y || a.x - b.x);
export const planOf = (seats) => new Map(seats.map((seat) => [key(seat.x, seat.y), seat]));

/* Why a step can't be taken; `word` names the sentence, `seats` are those in its way. */
export class Refusal extends Error {
  constructor(word, seats = []) {
    super(word);
    this.word = word;
    this.seats = seats;
  }
}

export function extent(seats) {
  const xs = seats.map((seat) => seat.x);
  const ys = seats.map((seat) => seat.y);
  return {
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
}

export function chosen(plan, cells) {
  return [...cells].filter((at) => plan.has(at)).map((at) => plan.get(at));
}

export function changed(plan, cells, change) {
  const next = new Map(plan);
  for (const seat of chosen(plan, cells)) {
    next.set(key(seat.x, seat.y), { ...seat, ...change });
  }
  return next;
}

/* Each line goes on counting where it stopped; a line without seats becomes the next row. */
export function drawn(plan, cells, category) {
  const next = new Map(plan);
  const places = [...cells].filter((at) => !plan.has(at)).sort((a, b) => a - b);
  const lines = new Map();
  for (const seat of plan.values()) lines.set(seat.y, seat.row);
  const last = new Map();
  for (const seat of plan.values()) {
    last.set(seat.row, Math.max(last.get(seat.row) ?? 0, seat.number));
  }
  let label = lastLabel(plan);
  for (const at of places) {
    const [x, y] = cell(at);
    if (!lines.has(y)) lines.set(y, String(++label));
    const row = lines.get(y);
    const number = (last.get(row) ?? 0) + 1;
    last.set(row, number);
    next.set(at, newSeat({ row, number, x, y, category_id: category }));
  }
  return next;
}

export function newSeat(values) {
  return { id: null, wheelchair: false, taken: false, fixed: false, ...values };
}

/* The highest of the rows that are named by numbers. */
export function lastLabel(plan) {
  const numbers = [...plan.values()].map((seat) => seat.row).filter((row) => /^\d{1,6}$/.test(row));
  return numbers.reduce((most, row) => Math.max(most, Number(row)), 0);
}

export function erased(plan, cells) {
  const taken = chosen(plan, cells).filter((seat) => seat.taken);
  if (taken.length) throw new Refusal("cannotRemove", taken);
  const next = new Map(plan);
  for (const at of cells) next.delete(at);
  return next;
}

/* Puts seats elsewhere; `place` says where each goes. The others stay, and must not be hit. */
export function moved(plan, seats, place) {
  const next = new Map(plan);
  for (const seat of seats) next.delete(key(seat.x, seat.y));
  for (const seat of seats) {
    const [x, y] = place(seat);
    if (x < 0 || y < 0 || x >= GRID || y >= GRID) throw new Refusal("outside");
    if (next.has(key(x, y))) throw new Refusal("occupied", [next.get(key(x, y))]);
    next.set(key(x, y), { ...seat, x, y });
  }
  return next;
}

/* `axis` is "x" for columns, "y" for lines. */
export function inserted(plan, axis, at, many = 1) {
  const behind = [...plan.values()].filter((seat) => seat[axis] >= at);
  return moved(plan, behind, shift(axis, many));
}

export function closed(plan, axis, at) {
  const gone = [...plan.values()].filter((seat) => seat[axis] === at);
  const rest = erased(plan, gone.map((seat) => key(seat.x, seat.y)));
  const behind = [...rest.values()].filter((seat) => seat[axis] > at);
  return moved(rest, behind, shift(axis, -1));
}

function shift(axis, by) {
  return (seat) => (axis === "x" ? [seat.x + by, seat.y] : [seat.x, seat.y + by]);
}

export function namedTwice(plan) {
  const names = new Map();
  for (const seat of plan.values()) {
    const name = `${seat.number} ${seat.row}`;
    names.set(name, [...(names.get(name) ?? []), seat]);
  }
  return [...names.values()].filter((same) => same.length > 1).flat();
}
