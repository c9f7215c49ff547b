/* Names rows and numbers their seats. */

import { extent, key, Refusal } from "./plan.js";

/* The row after "8" is "9", after "Б1" it is "Б2", after "А" it is "Б". */
export function nextLabel(label) {
  const counted = /^(.*?)(\d+)$/.exec(label);
  if (counted) return counted[1] + (Number(counted[2]) + 1);
  const next = String.fromCodePoint((label.codePointAt(label.length - 1) ?? 64) + 1);
  return /\p{L}/u.test(next) ? label.slice(0, -1) + next : `${label}2`;
}

/* Names for the lines `ys`, in the order in which they are counted. */
export function labelsFor(ys, first, fromTheBack) {
  const order = [...ys].sort((a, b) => (fromTheBack ? b - a : a - b));
  const labels = new Map();
  let label = first;
  for (const y of order) {
    labels.set(y, label);
    label = nextLabel(label);
  }
  return labels;
}

/* `labels`: a Map from line to its name, or to nothing to keep the names. `direction`: "right"
   counts from left to right, "left" from right to left, "middle" outwards, odd to the left and
   even to the right. `gaps`: empty cells between the seats are counted too. */
export function numbered(plan, { labels, direction, start, gaps }) {
  const middle = middleOf(plan);
  const next = new Map(plan);
  const fixed = [];
  for (const [y, label] of labels) {
    const line = [...plan.values()].filter((seat) => seat.y === y).sort((a, b) => a.x - b.x);
    const numbers = numbersOf(line.map((seat) => seat.x), { direction, start, gaps, middle });
    line.forEach((seat, index) => {
      const wanted = { ...seat, row: label ?? seat.row, number: numbers[index] };
      const renamed = wanted.row !== seat.row || wanted.number !== seat.number;
      if (renamed && seat.fixed) fixed.push(seat);
      if (renamed) next.set(key(seat.x, seat.y), wanted);
    });
  }
  if (fixed.length) throw new Refusal("cannotRename", fixed);
  return next;
}

function middleOf(plan) {
  const { left, right } = extent([...plan.values()]);
  return (left + right + 1) / 2;
}

function numbersOf(xs, { direction, start, gaps, middle }) {
  if (direction !== "middle") {
    const steps = distances(direction === "left" ? [...xs].reverse() : xs, gaps);
    const numbers = steps.map((step) => start + step);
    return direction === "left" ? numbers.reverse() : numbers;
  }
  const left = xs.filter((x) => x < middle).reverse();
  const right = xs.filter((x) => x >= middle);
  const odd = distances(left, gaps).map((step) => start + 2 * step);
  const even = distances(right, gaps).map((step) => start + 1 + 2 * step);
  return [...odd.reverse(), ...even];
}

/* How far each is from the first: in seats, or in cells. */
const distances = (xs, gaps) => xs.map((x, index) => (gaps ? Math.abs(x - xs[0]) : index));
