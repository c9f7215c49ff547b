/* The two forms: how rows are numbered, and how a block of rows looks. */

import { cell, Refusal, seatsOf } from "./plan.js";
import { labelsFor, numbered } from "./numbering.js";
import { block } from "./shapes.js";
import { refused, say } from "./words.js";

/* Opens the form of a block of rows; they are numbered at once. */
export function shapeForm(element, editor) {
  const open = dialog(element, editor, (fields) => {
    const before = editor.plan;
    const plan = block(before, shapeOf(fields), editor.palette.current);
    const added = [...plan.keys()].filter((at) => !before.has(at));
    const labels = new Map(added.map((at) => [cell(at)[1], null]));
    const numbering = { labels, direction: fields.get("direction"), start: 1, gaps: false };
    const done = numbered(plan, numbering);
    editor.take(() => done, say("drawnSeats", { count: added.length }));
    editor.drawing.zoomToFit();
  });
  return () => {
    if (editor.palette.current === null) return editor.told(say("noCategory"), true);
    return open();
  };
}

function shapeOf(fields) {
  const seats = Number(fields.get("seats"));
  return {
    rows: Number(fields.get("rows")),
    seats,
    first: Math.min(seats, Number(fields.get("first")) || seats),
    full: Number(fields.get("full")) || 1,
    columns: places(fields.get("columns")),
    crossings: places(fields.get("crossings")),
  };
}

/* "4, 9" as numbers. */
const places = (text) => (text.match(/\d+/g) ?? []).map(Number);

/* Opens the form that numbers the chosen rows, or all. `longest`: characters of a row's name. */
export function numberingForm(element, editor, longest) {
  const names = new RowNames(element.querySelector("form"));
  const open = dialog(element, editor, (fields) => {
    const { labels } = names;
    for (const label of labels.values()) {
      if (label === "" || label?.length > longest) throw new Refusal("rowName");
    }
    const start = Number(fields.get("start"));
    const wishes = { labels, direction: fields.get("direction"), start, gaps: fields.has("gaps") };
    const plan = numbered(editor.plan, wishes);
    editor.take(() => plan, say("numbered"));
  });
  return () => {
    const some = editor.selection.size > 0;
    const lines = new Map();
    for (const seat of seatsOf(editor.plan)) {
      if (!some || editor.lines.includes(seat.y)) lines.set(seat.y, lines.get(seat.y) ?? seat.row);
    }
    if (!lines.size) return editor.told(say("noSeats"));
    const scope = say(some ? "someRows" : "allRows", { count: lines.size });
    element.querySelector(".scope").textContent = scope;
    names.show([...lines], some ? [...lines.values()][0] : "1");
    return open();
  };
}

/* What `done` refuses is said in the dialog, which stays open. */
function dialog(element, editor, done) {
  const form = element.querySelector("form");
  const problem = element.querySelector(".problem");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    try {
      done(new FormData(form));
      element.close();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problem.textContent = refused(error);
      editor.refuse(refused(error), error.seats);
    }
  });
  element.querySelector("[data-close]").addEventListener("click", () => element.close());
  return () => {
    problem.textContent = "";
    element.showModal();
    return true;
  };
}

/* The rows to number, each with its name to be edited. */
class RowNames {
  constructor(form) {
    this.form = form;
    this.list = form.querySelector(".row-names");
    for (const name of ["first", "order", "naming"]) {
      form.elements[name].addEventListener("input", () => this.name());
    }
  }

  /* `lines`: [line, its present name], the nearest to the screen first. */
  show(lines, first) {
    this.lines = lines;
    this.form.elements.first.value = first;
    const template = this.form.querySelector(".row-name").content;
    const items = lines.map((_line, index) => {
      const item = template.cloneNode(true);
      const input = item.querySelector("input");
      input.setAttribute("aria-label", say("rowNumber", { number: index + 1 }));
      return item;
    });
    this.list.replaceChildren(...items);
    this.name();
  }

  get inputs() {
    return [...this.list.querySelectorAll("input")];
  }

  /* From the line to its name; the name is null when it stays what it was. */
  get labels() {
    const named = this.form.elements.naming.checked;
    const names = this.inputs.map((input) => (named ? input.value.trim() : null));
    return new Map(this.lines.map(([y], index) => [y, names[index]]));
  }

  name() {
    const { first, order, naming } = this.form.elements;
    const ys = this.lines.map(([y]) => y);
    const labels = labelsFor(ys, first.value.trim() || "1", order.value === "back");
    this.inputs.forEach((input, index) => {
      input.disabled = !naming.checked;
      input.value = naming.checked ? labels.get(ys[index]) : this.lines[index][1];
    });
    first.disabled = !naming.checked;
  }
}
