/* Sends a sale. While nobody knows what became of it, the same form can be sent again, unchanged:
   its key makes sure that it sells once. */

import { part } from "./server.js";
import { refuse, say } from "./words.js";

export function startSale(form, replacePanel) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.dataset.state !== "sending") send(form, replacePanel);
  });
}

async function send(form, replacePanel) {
  const body = new FormData(form);
  freeze(form, "sending");
  try {
    replacePanel(await part(form.action, "sale", { method: "POST", body }));
  } catch (error) {
    const refused = error.status >= 400 && error.status < 500;
    freeze(form, refused ? "" : "unknown");
    refuse(say(refused ? "refused" : "unknown"), "sale");
  }
}

/* Nothing may change while the sale is on its way or may have been made. */
function freeze(form, state) {
  form.dataset.state = state;
  for (const part of form.querySelectorAll(".seats, .paid-by, .email, .given")) {
    part.inert = state !== "";
  }
  const button = form.querySelector("[type=submit]");
  button.setAttribute("aria-busy", String(state === "sending"));
  if (state) button.focus();
}
