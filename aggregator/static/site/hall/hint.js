// A wish of the cinema's, never an obstacle: no single seat left over beside those chosen.

import { notice, withdraw } from "./saying.js";

/** Seats side by side of which `belongs` is true, as arrays. */
function runs(row, belongs) {
  const found = [];
  let last = null;
  for (const seat of row) {
    if (!belongs(seat)) continue;
    if (last && last.y === seat.y && last.x === seat.x - 1) found.at(-1).push(seat);
    else found.push([seat]);
    last = seat;
  }
  return found;
}

export function hint(seats, picks, words) {
  const ordered = [...seats.all].sort((a, b) => a.y - b.y || a.x - b.x);
  let unwanted = false;

  /** Where nothing but a single seat is left anyway, nobody is to blame. */
  function leavesOne(stretch) {
    const left = stretch.filter(({ input }) => !input.checked);
    if (left.length === stretch.length || left.length < 2) return false;
    return runs(stretch, ({ input }) => !input.checked).some((run) => run.length === 1);
  }

  function show() {
    const stretches = runs(ordered, (seat) => seats.isFree(seat));
    if (unwanted || !stretches.some(leavesOne)) {
      withdraw("single");
      return;
    }
    const closed = () => {
      unwanted = true;
    };
    notice("single", words.single, { close: words.dismiss, closed });
  }

  picks.onChange(show);
}
