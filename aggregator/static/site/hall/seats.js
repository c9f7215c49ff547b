// The seats as the page has them: `{ id, input, x, y, spot, cents }`, and what can happen to one.

export function readSeats(map, states) {
  const seats = [...map.querySelectorAll('input[name="seat"]')].map((input) => ({
    id: Number(input.value),
    input,
    x: Number(input.dataset.x),
    y: Number(input.closest("[data-y]").dataset.y),
    spot: input.dataset.spot,
    cents: Number(input.dataset.cents),
  }));
  return new Seats(seats, states);
}

class Seats {
  constructor(all, states) {
    this.all = all;
    this.byId = new Map(all.map((seat) => [seat.id, seat]));
    this.states = states;
  }

  chosen() {
    return this.all.filter(({ input }) => input.checked);
  }

  /** A seat with the focus keeps it, so it isn't disabled for the browser before it loses it. */
  take(seat, own = false) {
    const { input } = seat;
    input.checked = false;
    input.parentElement.classList.toggle("own", own);
    this.#name(input, own ? "own" : "taken");
    if (document.activeElement !== input) {
      input.disabled = true;
      return;
    }
    input.setAttribute("aria-disabled", "true");
    input.addEventListener("blur", () => {
      input.disabled = input.getAttribute("aria-disabled") === "true";
      input.removeAttribute("aria-disabled");
    }, { once: true });
  }

  free(seat) {
    seat.input.disabled = false;
    seat.input.removeAttribute("aria-disabled");
    seat.input.parentElement.classList.remove("own");
    this.#name(seat.input, "free");
  }

  isFree({ input }) {
    return !input.disabled && input.getAttribute("aria-disabled") !== "true";
  }

  #name(input, state) {
    const name = input.getAttribute("aria-label");
    input.setAttribute("aria-label", `${name.slice(0, name.lastIndexOf(", "))}, ${this.states[state]}`);
  }
}
