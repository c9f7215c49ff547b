/* Asks the server for a part of the page, and understands when it sends us elsewhere. */

const PATIENCE = 10_000; // ms; a network may swallow a question without a word

export class NotAnswered extends Error {
  constructor(status) {
    super(`answered ${status}`);
    this.status = status;
  }
}

/* The HTML of a part. Throws when nobody knows what the server has done: NotAnswered, or what
   `fetch` throws. */
export async function part(address, name, options = {}) {
  const asked = new URL(address, location.href);
  asked.searchParams.set("part", name);
  const answer = await ask(asked, options);
  return new URL(answer.url).searchParams.has("part") ? answer.text() : elsewhere();
}

/* What others have taken. Throws as `part` does. */
export async function taken(address) {
  const answer = await ask(address);
  return answer.redirected ? elsewhere() : answer.json();
}

async function ask(address, options = {}) {
  const answer = await fetch(address, { ...options, signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new NotAnswered(answer.status);
  return answer;
}

/* To the login, or to why there is no such showing. */
function elsewhere() {
  location.reload();
  return new Promise(() => {});
}
