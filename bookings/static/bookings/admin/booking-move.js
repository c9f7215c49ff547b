// Counts the chosen seats and says what the difference costs, before anything is moved.

const form = document.querySelector("#move");
const number = Number(form.dataset.number);
const words = JSON.parse(document.querySelector("#words").textContent);
const seats = [...form.querySelectorAll("input[name=seats]")];
const own = seats.filter((seat) => seat.dataset.own !== undefined);
const [costs, submit, undo] = [".costs", "[type=submit]", ".undo"].map((name) => form.querySelector(name));
const price = (of) => of.reduce((sum, seat) => sum + Math.round(Number(seat.dataset.price) * 100), 0);
const written = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 2 });

// What the server has worked out for the seats that come chosen is right: a price that was sold may
// be another one than today's.
const asked = { seats: chosenIds(), costs: form.elements.agreed.value };

function chosenIds() {
  return seats.filter((seat) => seat.checked).map((seat) => seat.value).join();
}

function difference(chosen) {
  const known = asked.costs && asked.seats === chosenIds();
  const cents = known ? Math.round(Number(asked.costs) * 100) : price(chosen) - price(own);
  form.elements.agreed.value = (cents / 100).toFixed(2);
  const amount = `${written.format(Math.abs(cents) / 100)}\u00a0${form.dataset.currency}`;
  if (cents === 0) return words.same;
  return words[cents > 0 ? "collect" : "pay back"].replace("{amount}", amount);
}

function show() {
  const chosen = seats.filter((seat) => seat.checked);
  const moved = chosen.some((seat) => seat.dataset.own === undefined);
  const complete = chosen.length === number;
  if (complete) costs.textContent = moved ? difference(chosen) : "";
  else costs.textContent = words.fewer.replace("{number}", chosen.length).replace("{all}", number);
  submit.disabled = !complete || !moved;
}

// A seat more than there are tickets takes the place of the one that was chosen first.
const order = seats.filter((seat) => seat.checked);
form.addEventListener("change", ({ target }) => {
  if (target.name !== "seats") return;
  if (!target.checked) {
    if (order.includes(target)) order.splice(order.indexOf(target), 1);
  } else {
    order.push(target);
    while (order.length > number) order.shift().checked = false;
  }
  show();
});
undo.addEventListener("click", () => {
  for (const seat of seats) seat.checked = own.includes(seat);
  order.splice(0, order.length, ...own);
  show();
});
undo.hidden = false;
show();
