/* Sends a form and understands the answer: what was done, or the sentence of the refusal. */

import { words } from "./axis.js";

export async function send(form, fields = {}) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { accept: "application/json" },
      body,
    });
    const said = await answer.json();
    return said.ok || said.refused ? said : { refused: words.lost };
  } catch {
    return { refused: words.lost }; // not reached, or a page came instead
  }
}
