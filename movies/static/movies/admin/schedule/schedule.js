/* The schedule's page: everything on it works without this, except dragging. */

import { arrange, dim, tick } from "./board.js";
import { movable } from "./moving.js";
import { plannable } from "./planning.js";

const highlight = document.getElementById("highlight");
const go = document.getElementById("go");
// By place on the keyboard, so that they work in every layout.
const KEYS = { BracketLeft: "earlier", BracketRight: "later", KeyT: "today", KeyN: "plan" };

arrange();
movable();
plannable();

highlight.hidden = false;
highlight.addEventListener("input", dim);
go.querySelector("button").hidden = true;
go.elements.day.addEventListener("change", () => go.elements.day.checkValidity() && go.submit());
setInterval(tick, 30_000);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input, select, textarea")) return;
  const pressed = document.getElementById(KEYS[event.code]);
  if (!pressed) return;
  event.preventDefault();
  pressed.click();
});
