/* Whole pieces of a hall at once: a block of rows, copies, reflections. */

import { cell, chosen, drawn, extent, GRID, inserted, key, moved, newSeat, Refusal } from "./plan.js";
import { nextLabel } from "./numbering.js";

/* A block below what there is, or from the top of an empty hall: `rows` of `seats`, aisles after
   the given columns and rows, the first row of `first` seats and each next one a little longer,
   until row `full` is whole. */
export function blockCells(plan, { rows, seats, first, full, columns, crossings }) {
  const top = plan.size ? extent([...plan.values()]).bottom + 2 : 1;
  const cells = [];
  for (let row = 0; row < rows; row += 1) {
    const grown = full > 1 ? Math.min(1, row / (full - 1)) : 1;
    const missing = seats - Math.round(first + (seats - first) * grown);
    const from = Math.floor(missing / 2);
    const y = top + row + crossings.filter((after) => after <= row).length;
    for (let seat = from; seat < seats - (missing - from); seat += 1) {
      const x = 1 + seat + columns.filter((after) => after <= seat).length;
      if (x >= GRID || y >= GRID) throw new Refusal("outside");
      cells.push(key(x, y));
    }
  }
  return cells;
}

export function block(plan, wishes, category) {
  return drawn(plan, blockCells(plan, wishes), category);
}

/* The lines of `ys` once more, below the last of them; what is there moves back. */
export function linesCopied(plan, ys) {
  const lines = [...new Set(ys)].sort((a, b) => a - b);
  const below = lines.at(-1) + 1;
  const occupied = [...plan.values()].some(
    (seat) => seat.y >= below && seat.y < below + lines.length,
  );
  const next = new Map(occupied ? inserted(plan, "y", below, lines.length) : plan);
  const taken = new Set([...plan.values()].map((seat) => seat.row));
  lines.forEach((line, index) => {
    const seats = [...plan.values()].filter((seat) => seat.y === line).sort((a, b) => a.x - b.x);
    if (!seats.length) return;
    const row = freeLabel(taken, seats[0].row);
    taken.add(row);
    seats.forEach((seat, place) => {
      const y = below + index;
      if (y >= GRID) throw new Refusal("outside");
      const number = seats[0].row === seats.at(-1).row ? seat.number : place + 1;
      next.set(key(seat.x, y), newSeat({ ...copied(seat), row, number, y }));
    });
  });
  return next;
}

/* The other way round, left and right, where it is. */
export function flipped(plan, cells) {
  const seats = chosen(plan, cells);
  const { left, right } = extent(seats);
  return moved(plan, seats, (seat) => [left + right - seat.x, seat.y]);
}

/* A reflection to the right of the chosen seats, behind an aisle of one column. */
export function mirrored(plan, cells) {
  const seats = chosen(plan, cells);
  const { right } = extent(seats);
  const axis = 2 * right + 2;
  const targets = seats.map((seat) => [axis - seat.x, seat]);
  const next = drawn(plan, targets.map(([x, seat]) => reachable(plan, x, seat.y)));
  for (const [x, seat] of targets) {
    const { row, number } = next.get(key(x, seat.y));
    next.set(key(x, seat.y), newSeat({ ...copied(seat), row, number, x }));
  }
  return next;
}

function reachable(plan, x, y) {
  if (x >= GRID) throw new Refusal("outside");
  if (plan.has(key(x, y))) throw new Refusal("occupied", [plan.get(key(x, y))]);
  return key(x, y);
}

function copied({ row, number, x, y, category_id, wheelchair }) {
  return { row, number, x, y, category_id, wheelchair };
}

function freeLabel(taken, label) {
  let next = nextLabel(label);
  while (taken.has(next)) next = nextLabel(next);
  return next;
}

/* The cells of a rectangle between two corners. */
export function rectangle(from, to) {
  const [[x1, y1], [x2, y2]] = [cell(from), cell(to)];
  const cells = [];
  for (let y = Math.min(y1, y2); y <= Math.max(y1, y2); y += 1) {
    for (let x = Math.min(x1, x2); x <= Math.max(x1, x2); x += 1) cells.push(key(x, y));
  }
  return cells;
}
