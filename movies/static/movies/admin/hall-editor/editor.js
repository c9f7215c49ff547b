/* What the editor holds and what can be done to it; see actions.js for the buttons. */

import {
  cell, changed, chosen, drawn, erased, GRID, key, moved, namedTwice, Refusal, seatsOf,
} from "./plan.js";
import { History } from "./history.js";
import { rectangle } from "./shapes.js";
import { listed, refused, say } from "./words.js";

export class Editor {
  /* `told(text, isRefusal)` says something, `measured(text)` how far a drag has come; `showed()`
     follows each change. */
  constructor({ plan, drawing, palette, told, measured, showed, actions }) {
    Object.assign(this, { drawing, palette, told, measured, showed, actions });
    this.tool = "draw";
    this.isSaving = false;
    this.cursor = key(1, 1);
    this.anchor = this.cursor;
    this.load(plan);
  }

  load(plan) {
    this.history = new History(plan);
    this.saved = plan;
    this.selection = new Set();
    this.refusedCells = new Set();
    this.show();
  }

  get plan() {
    return this.history.present;
  }

  get isUnsaved() {
    return this.plan !== this.saved;
  }

  /* What an action works on: the chosen cells, else the one under the cursor. */
  get cells() {
    return this.selection.size ? [...this.selection] : [this.cursor];
  }

  get lines() {
    return [...new Set(this.cells.map((at) => cell(at)[1]))];
  }

  erase(cells) {
    return this.change(() => erased(this.plan, cells), "erasedSeats", cells);
  }

  show() {
    const { plan, selection, cursor } = this;
    this.twice = namedTwice(plan);
    const twice = this.twice.map((seat) => key(seat.x, seat.y));
    this.drawing.show({ plan, selection, cursor, marks: [...twice, ...this.refusedCells] });
    this.palette.count(plan);
    this.showed(this);
    return true;
  }

  /* Takes a step, or says why it can't be taken. True when it was taken. None is taken while a plan
     is saved: the answer replaces it. */
  take(step, done) {
    if (this.isSaving) return !this.told(say("saving"));
    try {
      const plan = step();
      this.refusedCells = new Set();
      if (plan !== this.plan) this.history.go(plan);
      this.show();
      if (done) this.told(done);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuse(refused(error), error.seats);
      return false;
    }
  }

  refuse(sentence, seats = []) {
    this.refusedCells = new Set(seats.map((seat) => key(seat.x, seat.y)));
    this.show();
    this.told(sentence, true);
  }

  choose(tool) {
    this.tool = tool;
    this.showed(this);
    this.told(say("toolIs", { tool: say(`tool_${tool}`) }));
    return true;
  }

  chooseCategory(index) {
    this.palette.choose(index);
    return true;
  }

  /* The current tool on these cells. */
  use(cells, { adding = false } = {}) {
    if (this.tool === "select") return this.select(cells, adding);
    if (this.tool === "draw") return this.draw(cells);
    if (this.tool === "erase") return this.erase(cells);
    if (this.tool === "paint") return this.paint(cells);
    return this.wheelchair(cells);
  }

  draw(cells) {
    const before = this.plan.size;
    const { current } = this.palette;
    if (current === null) return this.told(say("noCategory"), true);
    const taken = this.take(() => drawn(this.plan, cells, current));
    if (taken) this.told(say("drawnSeats", { count: this.plan.size - before }));
    return true;
  }

  paint(cells) {
    const { current } = this.palette;
    const step = () => changed(this.plan, cells, { category_id: current });
    return this.change(step, "paintedSeats", cells);
  }

  wheelchair(cells) {
    const on = chosen(this.plan, cells).some((seat) => !seat.wheelchair);
    const word = on ? "wheelchairOn" : "wheelchairOff";
    return this.change(() => changed(this.plan, cells, { wheelchair: on }), word, cells);
  }

  /* A step that concerns the seats in `cells`; nothing happens when there are none. */
  change(step, word, cells) {
    const count = chosen(this.plan, cells).length;
    if (!count) return this.told(say("noSeats"));
    return this.take(step, say(word, { count }));
  }

  select(cells, adding) {
    const next = new Set(adding ? this.selection : []);
    const single = cells.length === 1 && adding && next.has(cells[0]);
    for (const at of cells) {
      if (single) next.delete(at);
      else next.add(at);
    }
    return this.selectCells(next);
  }

  selectLine(y, adding) {
    const line = seatsOf(this.plan).filter((seat) => seat.y === y);
    const cells = line.map((seat) => key(seat.x, seat.y));
    return this.selectCells(new Set([...(adding ? this.selection : []), ...cells]));
  }

  selectCells(cells) {
    this.selection = cells;
    this.show();
    const seats = chosen(this.plan, cells);
    this.told(say("selectedSeats", { count: seats.length, seats: listed(seats, 20) }));
    return true;
  }

  canMoveFrom(at) {
    return this.tool === "select" && this.selection.has(at) && this.plan.has(at);
  }

  selectionAt(dx, dy) {
    return chosen(this.plan, this.selection).map((seat) => key(seat.x + dx, seat.y + dy));
  }

  move(dx, dy) {
    const seats = chosen(this.plan, this.selection);
    if (!seats.length) return this.told(say("selectFirst"));
    const target = this.selectionAt(dx, dy);
    const taken = this.take(() =>
      moved(this.plan, seats, (seat) => [seat.x + dx, seat.y + dy]),
    );
    if (taken) this.selectCells(new Set(target));
    return true;
  }

  /* Moves the cursor; with `extending`, the selection reaches from where that began. */
  step(dx, dy, extending) {
    const [x, y] = cell(this.cursor);
    const next = key(within(x + dx), within(y + dy));
    if (extending) this.selection = new Set(rectangle(this.anchor, next));
    else this.anchor = next;
    this.cursor = next;
    this.show();
    this.drawing.reveal(next);
    this.told(this.described(next));
    return true;
  }

  putCursor(at) {
    this.cursor = at;
    this.anchor = at;
    this.show();
  }

  useHere() {
    if (this.tool === "hand") return true;
    if (this.tool === "select") return this.select([this.cursor], true);
    return this.use(this.cells);
  }

  described(at) {
    const [x, y] = cell(at);
    const seat = this.plan.get(at);
    const place = { column: x + 1, line: y + 1 };
    if (!seat) return say("emptyCell", place);
    const parts = [
      say("seat", seat),
      this.palette.nameOf(seat.category_id),
      seat.wheelchair ? say("wheelchairPlace") : "",
      seat.fixed ? say("isFixed") : seat.taken ? say("isTaken") : "",
    ];
    return parts.filter(Boolean).join(", ");
  }

  tellSize(from, to) {
    const [[x1, y1], [x2, y2]] = [cell(from), cell(to)];
    const size = { columns: Math.abs(x2 - x1) + 1, lines: Math.abs(y2 - y1) + 1 };
    this.measured(say("size", size));
  }

  act(name) {
    if (this.isSaving) return this.told(say("saving"));
    return this.actions[name](this);
  }
}

const within = (place) => Math.min(GRID - 1, Math.max(0, place));
