/* Asks the server for a part of the page, and understands when it sends us elsewhere. */

export class NotAnswered extends Error {
  constructor(status) {
    super(`answered ${status}`);
    this.status = status;
  }
}

/* The HTML of a part. Throws when nobody knows what the server has done: NotAnswered, TypeError. */
export async function part(address, name, options = {}) {
  const asked = new URL(address, location.href);
  asked.searchParams.set("part", name);
  const answer = await fetch(asked, options);
  if (!answer.ok) throw new NotAnswered(answer.status);
  if (!new URL(answer.url).searchParams.has("part")) {
    location.reload(); // to the login, or to why there is no such showing
    return new Promise(() => {});
  }
  return answer.text();
}
