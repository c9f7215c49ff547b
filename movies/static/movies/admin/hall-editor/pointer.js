/* Mouse, pen and finger on the map: a press, a drag over a rectangle, a release. A second finger or
   Escape calls it off. */

import { cell } from "./plan.js";
import { rectangle } from "./shapes.js";

export function followPointer(editor) {
  const { drawing } = editor;
  const { svg } = drawing;
  let begun = null;

  svg.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return stop();
    if (event.button !== 0 || editor.tool === "hand") return;
    svg.focus({ preventScroll: true });
    const line = drawing.lineAt(event);
    if (line !== null) {
      editor.selectLine(line, event.shiftKey);
      return;
    }
    svg.setPointerCapture(event.pointerId);
    const at = drawing.at(event);
    const pointer = event.pointerId;
    begun = { pointer, at, adding: event.shiftKey, moving: editor.canMoveFrom(at) && !event.shiftKey };
    editor.putCursor(at);
    follow(event);
  });

  svg.addEventListener("pointermove", (event) => {
    if (begun?.pointer === event.pointerId) follow(event);
  });

  svg.addEventListener("pointerup", (event) => {
    if (begun?.pointer !== event.pointerId) return;
    const { at, adding, moving } = begun;
    const end = drawing.at(event);
    stop();
    if (moving && end !== at) editor.move(...between(at, end));
    else editor.use(rectangle(at, end), { adding });
  });

  svg.addEventListener("pointercancel", stop);

  svg.addEventListener("keydown", (event) => {
    if (event.code !== "Escape" || !begun) return;
    stop();
    event.stopPropagation(); // what is selected stays so
  });

  function follow(event) {
    const now = drawing.at(event);
    if (begun.moving) drawing.showBand(editor.selectionAt(...between(begun.at, now)));
    else drawing.showBand(rectangle(begun.at, now));
    editor.tellSize(begun.at, now);
  }

  function stop() {
    begun = null;
    drawing.showBand([]);
  }
}

function between(from, to) {
  const [[x1, y1], [x2, y2]] = [cell(from), cell(to)];
  return [x2 - x1, y2 - y1];
}
