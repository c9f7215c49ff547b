/* The hall's map by keyboard: one seat is in the tab order, arrows move on from it. */

export const seats = (form) => [...form.querySelectorAll("input[name=seats]")];
export const chosenSeats = (form) => seats(form).filter((seat) => seat.checked);

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function prepareHall(form) {
  const all = seats(form);
  const first = all.find((seat) => seat.checked) ?? all[0];
  for (const seat of all) seat.tabIndex = seat === first ? 0 : -1;
}

export function startHall(form, toMoney) {
  prepareHall(form);
  form.addEventListener("focusin", ({ target }) => {
    if (target.name !== "seats") return;
    for (const seat of seats(form)) seat.tabIndex = seat === target ? 0 : -1;
  });
  form.addEventListener("keydown", (event) => {
    if (event.target.name !== "seats") return;
    if (event.key === "Enter") {
      event.preventDefault(); // or the browser would sell at once
      toMoney();
    } else if (STEPS[event.key]) {
      event.preventDefault();
      next(seats(form), event.target, ...STEPS[event.key])?.focus();
    }
  });
}

/* Ticks these seats, and unticks the others where `alone`. */
export function choose(form, wanted, { on = true, alone = false } = {}) {
  for (const seat of seats(form)) {
    if (wanted.includes(seat)) seat.checked = on;
    else if (alone) seat.checked = false;
  }
  form.dispatchEvent(new Event("change"));
}

function next(all, from, right, down) {
  const here = place(from);
  const ahead = all
    .map((seat) => ({ seat, ...place(seat) }))
    .filter(({ x, y }) => (right ? y === here.y && (x - here.x) * right > 0 : (y - here.y) * down > 0));
  const cost = ({ x, y }) => Math.abs(y - here.y) * 1000 + Math.abs(x - here.x);
  return ahead.sort((one, other) => cost(one) - cost(other))[0]?.seat;
}

function place(seat) {
  const cell = seat.closest("td");
  return { x: cell.cellIndex, y: cell.parentElement.rowIndex };
}
