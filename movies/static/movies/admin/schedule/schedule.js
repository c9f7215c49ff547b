/* The schedule's page: everything on it works without this, except dragging. */

import { page } from "./axis.js";
import { arrange, dim, tick } from "./board.js";
import { movable } from "./moving.js";
import { plannable } from "./planning.js";

const highlight = document.getElementById("highlight");
// By place on the keyboard, so that they work in every layout.
const KEYS = { BracketLeft: "earlier", BracketRight: "later", KeyT: "today", KeyN: "plan" };

arrange();
movable();
plannable();

highlight.hidden = false;
highlight.addEventListener("input", dim);
setInterval(tick, 30_000);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (page.classList.contains("busy") || event.target.closest("input, select, textarea, button")) return;
  const pressed = document.getElementById(KEYS[event.code]);
  if (!pressed) return;
  event.preventDefault();
  pressed.click();
});
