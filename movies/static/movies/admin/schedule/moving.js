/* A showing is moved: by dragging, or by M, the arrow keys and Enter. */

import { lanes, opens, page, say, snapped, STEP, timeAt, timesOf, within, words } from "./axis.js";
import { refresh } from "./board.js";
import { Ghost } from "./ghost.js";
import { send } from "./server.js";
import { button, tell } from "./toast.js";

const board = document.getElementById("board");
const form = document.getElementById("move");
const THRESHOLD = 5; // pixels that a hand may tremble
const EDGE = 40; // pixels from the window's edge where it scrolls

class Move {
  constructor(block) {
    const { starts, ends } = timesOf(block);
    this.block = block;
    this.lane = block.closest(".lane");
    this.starts = starts;
    this.from = { hall: this.lane.dataset.hall, starts_at: block.dataset.instant, starts };
    this.ghost = new Ghost(block.dataset.film, ends - starts, block.dataset.seance);
    block.classList.add("moving");
    page.classList.add("busy");
  }

  to(lane, starts) {
    this.lane = lane;
    this.starts = within(lane, starts);
    const { conflicts, said } = this.ghost.show(this.lane, this.starts);
    tell(said, conflicts ? "bad" : "");
  }

  get isNowhereElse() {
    return this.starts === this.from.starts && this.lane.dataset.hall === this.from.hall;
  }

  cancel() {
    this.end();
    tell(say(words.back, { film: this.block.dataset.film }));
  }

  end() {
    this.ghost.remove();
    this.block.classList.remove("moving");
    page.classList.remove("busy");
  }

  async save() {
    if (this.isNowhereElse) return this.cancel();
    tell(words.saving);
    const seance = this.block.dataset.seance;
    const to = { hall: this.lane.dataset.hall, starts_at: new Date(this.starts * 1000).toISOString() };
    const answer = await send(form, asked(seance, this.from, to));
    this.end();
    await refresh();
    if (answer.refused) return tell(answer.refused, "bad");
    return tell(answer.said, "good", button(words.undo, () => undo(seance, to, this.from)));
  }
}

function asked(seance, from, to) {
  return {
    seance,
    hall: to.hall,
    starts_at: to.starts_at,
    from_hall: from.hall,
    from_starts_at: from.starts_at,
  };
}

async function undo(seance, from, to) {
  const answer = await send(form, asked(seance, from, to));
  await refresh();
  if (answer.refused) tell(answer.refused, "bad");
  else tell(`${words.undone} ${answer.said}`, "good");
}

function laneUnder({ clientX, clientY }) {
  for (const element of document.elementsFromPoint(clientX, clientY)) {
    const lane = element.closest(".lane") ?? element.closest(".row")?.querySelector(".lane");
    if (lane) return lane;
  }
  return null;
}

function scrollAtEdge({ clientY }) {
  if (clientY < EDGE) window.scrollBy(0, -EDGE / 2);
  if (clientY > window.innerHeight - EDGE) window.scrollBy(0, EDGE / 2);
}

function byPointer() {
  let held = null; // {block, x, y, grab, pointer, move}
  let dragged = false;

  board.addEventListener("dragstart", (event) => event.preventDefault());
  board.addEventListener("pointerdown", (event) => {
    const block = event.target.closest(".block");
    dragged = false;
    if (!block || event.button !== 0 || !event.isPrimary || page.classList.contains("busy")) return;
    const grab = event.clientX - block.getBoundingClientRect().left;
    held = { block, x: event.clientX, y: event.clientY, grab, pointer: event.pointerId, move: null };
  });
  window.addEventListener("pointermove", (event) => {
    if (held?.pointer !== event.pointerId) return;
    if (!held.move) {
      if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < THRESHOLD) return;
      dragged = true;
      if (!("movable" in held.block.dataset)) {
        tell(held.block.dataset.why ?? "", "bad");
        held = null;
        return;
      }
      held.move = new Move(held.block);
      held.block.setPointerCapture(event.pointerId);
    }
    scrollAtEdge(event);
    const lane = laneUnder(event) ?? held.move.lane;
    held.move.to(lane, snapped(timeAt(lane, event.clientX - held.grab)));
  });
  window.addEventListener("pointerup", (event) => {
    if (held?.pointer !== event.pointerId) return;
    held.move?.save();
    held = null;
  });
  window.addEventListener("pointercancel", () => {
    held?.move?.cancel();
    held = null;
  });
  window.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !held) return;
    held.move?.cancel();
    held = null;
  });
  // A drag ends with a click, which would open the showing. That of a key has no `detail`.
  board.addEventListener("click", (event) => dragged && event.detail && event.preventDefault(), true);
}

function byKeys() {
  let move = null;

  function step(event) {
    const far = event.shiftKey ? 12 * STEP : STEP;
    const all = lanes();
    const next = (by) => all[all.indexOf(move.lane) + by] ?? move.lane;
    const into = (lane) => move.to(lane, move.starts - opens(move.lane) + opens(lane));
    const steps = {
      ArrowLeft: () => move.to(move.lane, Math.ceil(move.starts / STEP) * STEP - far),
      ArrowRight: () => move.to(move.lane, Math.floor(move.starts / STEP) * STEP + far),
      ArrowUp: () => into(next(-1)),
      ArrowDown: () => into(next(1)),
    };
    steps[event.key]?.();
    move.ghost.element.scrollIntoView({ block: "nearest", inline: "nearest" });
    return event.key in steps;
  }

  function finish(how) {
    const ended = move;
    move = null;
    ended[how]();
  }

  board.addEventListener("keydown", (event) => {
    const block = event.target.closest(".block");
    if (!block || event.ctrlKey || event.altKey || event.metaKey) return;
    let used = true;
    if (move) {
      if (event.key === "Enter") finish("save");
      else if (event.key === "Escape") finish("cancel");
      else used = step(event);
    } else if (event.code === "KeyM" && !page.classList.contains("busy")) {
      if ("movable" in block.dataset) {
        move = new Move(block);
        move.to(move.lane, move.starts);
        tell(say(words.moving, { film: block.dataset.film }));
      } else tell(block.dataset.why ?? "", "bad");
    } else used = false;
    if (used) event.preventDefault();
  });
  board.addEventListener("focusout", () => move && finish("cancel"));
}

export function movable() {
  if (!form) return;
  byPointer();
  byKeys();
}
