// One Tab enters the map, the next leaves it; arrows, Home and End move inside, past what is taken.

export function keyboard(map, seats) {
  let current = null;
  let column = 0; // where going up and down through rows of other lengths began

  function settle() {
    if (!current || current.input.disabled) {
      current = seats.chosen()[0] ?? seats.all.find((seat) => seats.isFree(seat)) ?? null;
      column = current?.x ?? 0;
    }
    for (const seat of seats.all) seat.input.tabIndex = seat === current ? 0 : -1;
  }

  function enterable() {
    return seats.all.filter((seat) => seats.isFree(seat));
  }

  function beside(step) {
    const row = enterable().filter((seat) => seat.y === current.y && (seat.x - current.x) * step > 0);
    return row.sort((a, b) => Math.abs(a.x - current.x) - Math.abs(b.x - current.x))[0];
  }

  function behind(step) {
    const ahead = enterable().filter((seat) => (seat.y - current.y) * step > 0);
    ahead.sort((a, b) => Math.abs(a.y - current.y) - Math.abs(b.y - current.y)
      || Math.abs(a.x - column) - Math.abs(b.x - column));
    return ahead[0];
  }

  function edge(last, everywhere) {
    const row = enterable().filter((seat) => everywhere || seat.y === current.y);
    return row.at(last ? -1 : 0);
  }

  const moves = {
    ArrowLeft: () => beside(-1),
    ArrowRight: () => beside(1),
    ArrowUp: () => behind(-1),
    ArrowDown: () => behind(1),
    Home: (event) => edge(false, event.ctrlKey),
    End: (event) => edge(true, event.ctrlKey),
  };

  map.addEventListener("focusin", ({ target }) => {
    current = seats.byId.get(Number(target.value)) ?? current;
    settle();
  });
  map.addEventListener("keydown", (event) => {
    if (!(event.key in moves) || event.altKey || event.metaKey || event.target.name !== "seat") return;
    event.preventDefault();
    const next = moves[event.key](event);
    if (!next) return;
    if (next.y === current.y) column = next.x;
    next.input.focus({ preventScroll: true });
    next.input.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  });
  settle();
  return { settle };
}
