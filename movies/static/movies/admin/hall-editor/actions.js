/* What the buttons and keys do, by their `data-action`. */

import { cell, closed, inserted, seatsOf } from "./plan.js";
import { flipped, linesCopied, mirrored } from "./shapes.js";
import { say } from "./words.js";

const column = (editor) => cell(editor.cursor)[0];
const line = (editor) => cell(editor.cursor)[1];

export const ACTIONS = {
  undo: (editor) => {
    const undone = editor.history.undo();
    editor.show();
    return editor.told(say(undone ? "undone" : "noUndo"));
  },
  redo: (editor) => {
    const redone = editor.history.redo();
    editor.show();
    return editor.told(say(redone ? "redone" : "noRedo"));
  },

  selectAll: (editor) => editor.selectCells(new Set(editor.plan.keys())),
  selectLine: (editor) => editor.selectLine(line(editor)),
  unselect: (editor) => {
    editor.refusedCells = new Set();
    return editor.selectCells(new Set());
  },

  erase: (editor) => editor.erase(editor.cells),
  paint: (editor) => editor.paint(editor.cells),
  wheelchair: (editor) => editor.wheelchair(editor.cells),

  insertColumn: (editor) =>
    editor.take(() => inserted(editor.plan, "x", column(editor)), say("columnInserted")),
  insertLine: (editor) =>
    editor.take(() => inserted(editor.plan, "y", line(editor)), say("lineInserted")),
  removeColumn: (editor) =>
    editor.take(() => closed(editor.plan, "x", column(editor)), say("columnRemoved")),
  removeLine: (editor) =>
    editor.take(() => closed(editor.plan, "y", line(editor)), say("lineRemoved")),

  copyLines: (editor) => {
    const drawn = new Set(seatsOf(editor.plan).map((seat) => seat.y));
    const lines = editor.lines.filter((y) => drawn.has(y));
    if (!lines.length) return editor.told(say("noSeats"));
    return editor.take(() => linesCopied(editor.plan, lines), say("linesCopied"));
  },
  flip: (editor) =>
    editor.change(() => flipped(editor.plan, editor.cells), "flipped", editor.cells),
  mirror: (editor) =>
    editor.change(() => mirrored(editor.plan, editor.cells), "mirrored", editor.cells),

  left: (editor) => editor.move(-1, 0),
  right: (editor) => editor.move(1, 0),
  up: (editor) => editor.move(0, -1),
  down: (editor) => editor.move(0, 1),

  zoomIn: ({ drawing }) => drawing.zoom(drawing.scale * 1.25),
  zoomOut: ({ drawing }) => drawing.zoom(drawing.scale / 1.25),
  zoomToFit: ({ drawing }) => drawing.zoomToFit(),
};
