/* The plan as a picture: only what has changed is drawn again. */

import { cell, extent, GRID, key, seatsOf } from "./plan.js";

const SVG = "http://www.w3.org/2000/svg";
const CELL = 32;
const LEFT = 56;
const TOP = 48;
const EMPTY = { columns: 34, lines: 20 }; // a hall that is about to be drawn
const LEAST = { columns: 16, lines: 12 };
const SPARE = 4;
const READABLE = 0.75; // not smaller only to fit the height

export class Drawing {
  constructor(svg, letters) {
    this.svg = svg;
    this.letters = letters;
    this.scale = 1;
    this.size = this.needed = { columns: 0, lines: 0 };
    this.filling = 0; // columns that the view has room for
    this.shown = new Map();
    this.layers = {};
    for (const name of ["seats", "labels", "screen", "selection", "marks", "band", "cursor"]) {
      this.layers[name] = svg.querySelector(`.${name}`);
    }
  }

  show({ plan, selection, cursor, marks }) {
    this.shownLast = [plan, cursor];
    this.fit(plan, cursor);
    this.showSeats(plan);
    this.showLabels(plan);
    this.layers.selection.setAttribute("d", outline(selection));
    this.layers.marks.setAttribute("d", outline(marks));
    const [x, y] = cell(cursor);
    this.layers.cursor.setAttribute("x", LEFT + x * CELL + 1);
    this.layers.cursor.setAttribute("y", TOP + y * CELL + 1);
  }

  showBand(cells) {
    this.layers.band.setAttribute("d", outline(cells));
  }

  zoom(scale) {
    this.scale = Math.min(2, Math.max(0.3, scale));
    const { columns, lines } = this.size;
    const [width, height] = [LEFT + columns * CELL + 8, TOP + lines * CELL + 8];
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("width", Math.round(width * this.scale));
    this.svg.setAttribute("height", Math.round(height * this.scale));
  }

  zoomToFit() {
    const { clientWidth } = this.svg.parentElement;
    const wide = clientWidth / (LEFT + this.needed.columns * CELL + 8);
    const high = this.room() / (TOP + this.needed.lines * CELL + 8);
    this.zoom(Math.min(1.2, wide, Math.max(high, READABLE)));
    this.filling = Math.floor((clientWidth / this.scale - LEFT - 8) / CELL);
    this.fit(...this.shownLast);
  }

  /* How high the view may grow. */
  room() {
    return parseFloat(getComputedStyle(this.svg.parentElement).maxHeight) || window.innerHeight;
  }

  /* The cell under a pointer; outside of the grid, the nearest one. */
  at(event) {
    const box = this.svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / this.scale - LEFT) / CELL;
    const y = ((event.clientY - box.top) / this.scale - TOP) / CELL;
    return key(within(x, this.size.columns), within(y, this.size.lines));
  }

  /* The line whose label is under a pointer. */
  lineAt(event) {
    const box = this.svg.getBoundingClientRect();
    const onLabel = (event.clientX - box.left) / this.scale < LEFT;
    return onLabel ? cell(this.at(event))[1] : null;
  }

  reveal(cursor) {
    const view = this.svg.parentElement;
    const [x, y] = cell(cursor).map((place) => place * CELL * this.scale);
    const [left, top] = [LEFT * this.scale + x, TOP * this.scale + y];
    const margin = CELL * this.scale * 2;
    view.scrollLeft = scrolled(view.scrollLeft, view.clientWidth, left, margin);
    view.scrollTop = scrolled(view.scrollTop, view.clientHeight, top, margin);
  }

  fit(plan, cursor) {
    const seats = [...plan.values()];
    const { right, bottom } = seats.length ? extent(seats) : { right: 0, bottom: 0 };
    const [x, y] = cell(cursor);
    const least = seats.length ? LEAST : EMPTY;
    this.needed = {
      columns: Math.min(GRID, Math.max(least.columns, right + SPARE, x + 2)),
      lines: Math.min(GRID, Math.max(least.lines, bottom + SPARE, y + 2)),
    };
    const columns = Math.min(GRID, Math.max(this.needed.columns, this.filling));
    const { lines } = this.needed;
    if (columns === this.size.columns && lines === this.size.lines) return;
    this.size = { columns, lines };
    const grid = this.svg.querySelector(".grid");
    grid.setAttribute("width", columns * CELL);
    grid.setAttribute("height", lines * CELL);
    this.zoom(this.scale);
  }

  showSeats(plan) {
    for (const [at, { seat, element }] of this.shown) {
      if (plan.get(at) === seat) continue;
      element.remove();
      this.shown.delete(at);
    }
    for (const [at, seat] of plan) {
      if (this.shown.has(at)) continue;
      const element = this.seat(seat);
      this.layers.seats.append(element);
      this.shown.set(at, { seat, element });
    }
  }

  seat(seat) {
    const at = `translate(${LEFT + seat.x * CELL} ${TOP + seat.y * CELL})`;
    const group = made("g", { class: `place category-${seat.category_id}`, transform: at });
    group.dataset.cell = `${seat.x},${seat.y}`;
    const rx = seat.wheelchair ? 11 : 6;
    group.append(made("rect", { x: 2, y: 2, width: 28, height: 28, rx }));
    group.append(made("text", { class: "number", x: 16, y: 15 }, seat.number));
    const letter = this.letters.get(seat.category_id) ?? "?";
    group.append(made("text", { class: "letter", x: 9, y: 27.5 }, letter));
    if (seat.wheelchair) group.append(sign("wheelchair", 12.5, 17.5, 10));
    if (seat.taken) group.append(sign("lock", 20.5, 19, 9, seat.fixed ? "lock fixed" : "lock"));
    return group;
  }

  showLabels(plan) {
    const lines = new Map();
    for (const seat of seatsOf(plan)) {
      lines.set(seat.y, (lines.get(seat.y) ?? new Set()).add(seat.row));
    }
    const middles = [...lines].map(([y, rows]) => {
      const place = { x: LEFT - 8, y: TOP + y * CELL + 21 };
      return made("text", place, shortened([...rows].join(", ")));
    });
    this.layers.labels.replaceChildren(...middles);
    const { left, right } = plan.size ? extent([...plan.values()]) : { left: 1, right: 32 };
    const [from, to] = [LEFT + left * CELL, LEFT + (right + 1) * CELL];
    const [line, word] = this.layers.screen.children;
    line.setAttribute("d", `M${from} 36 Q${(from + to) / 2} 24 ${to} 36`);
    word.setAttribute("x", (from + to) / 2);
  }
}

function made(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) {
    element.setAttribute(attribute, value);
  }
  if (text !== undefined) element.textContent = text;
  return element;
}

const sign = (name, x, y, size, type = name) =>
  made("use", { href: `#${name}`, class: type, x, y, width: size, height: size });

function outline(cells) {
  const squares = [...cells].map((at) => {
    const [x, y] = cell(at);
    return `M${LEFT + x * CELL + 1} ${TOP + y * CELL + 1}h30v30h-30z`;
  });
  return squares.join("");
}

const within = (place, size) => Math.min(size - 1, Math.max(0, Math.floor(place)));
const shortened = (text) => (text.length > 6 ? `${text.slice(0, 5)}…` : text);

function scrolled(now, room, place, margin) {
  if (place - margin < now) return Math.max(0, place - margin);
  return Math.max(now, place + margin * 1.5 - room);
}
