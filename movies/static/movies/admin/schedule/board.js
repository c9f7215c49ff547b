/* Puts what the server sent onto the axis, and asks for it again. */

import { matches } from "../film-search.js";
import { lay, page, timesOf } from "./axis.js";

const board = document.getElementById("board");
const highlight = document.getElementById("highlight");
const GOLDEN_ANGLE = 137; // neighbours in the catalogue get hues that are far apart

let loadedAt = performance.now();

export function arrange() {
  for (const block of board.querySelectorAll(".block")) {
    lay(block, block.closest(".lane"), timesOf(block));
    block.style.setProperty("--hue", (Number(block.dataset.movie) * GOLDEN_ANGLE) % 360);
    block.draggable = false; // the browser's own dragging of links
  }
  page.style.setProperty("--hours", page.dataset.hours);
  page.classList.add("on-axis");
  dim();
  tick();
}

async function fetched() {
  try {
    const answer = await fetch(location.href);
    return answer.ok ? await answer.text() : "";
  } catch {
    return ""; // not reached
  }
}

/** Shows what the database has now, if it can be reached; the focus stays where it was. */
export async function refresh() {
  const fresh = new DOMParser().parseFromString(await fetched(), "text/html");
  const shown = fresh.getElementById("board");
  if (!shown) return;
  const focused = document.activeElement?.closest(".block")?.dataset.seance;
  board.replaceChildren(...shown.childNodes);
  Object.assign(page.dataset, { ...fresh.getElementById("schedule").dataset });
  loadedAt = performance.now();
  arrange();
  if (focused) board.querySelector(`.block[data-seance="${focused}"]`)?.focus();
}

/** The line of now, by the server's clock. */
export function tick() {
  const now = Number(page.dataset.now) + (performance.now() - loadedAt) / 1000;
  for (const day of board.querySelectorAll(".day.today")) {
    const passed = (now - Number(day.dataset.opens)) / (Number(page.dataset.hours) * 3600);
    day.classList.toggle("now", passed >= 0 && passed <= 1);
    day.style.setProperty("--now", passed);
  }
}

/** Everything but the film that is looked for steps back. */
export function dim() {
  for (const block of board.querySelectorAll(".block")) {
    block.classList.toggle("dim", !matches(block.dataset.film, highlight.value));
  }
}
