/* Asks the cinema's server. What comes is {kind, said, card, showings} or {refused}; anything else
   tells nothing about a ticket: it is a Failure, named after the page's template that says so. */

const PATIENCE = 10_000;

export class Failure extends Error {}

export async function ask(url, fields) {
  let response;
  try {
    response = await fetch(url, {
      method: fields ? "POST" : "GET",
      body: fields,
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw new Failure("failed");
  }
  // Whoever isn't logged in any more is led to the login page.
  if (response.redirected || response.status === 403) throw new Failure("logged-out");
  if (!response.ok && response.status !== 422) throw new Failure("failed");
  try {
    return await response.json();
  } catch {
    throw new Failure("failed");
  }
}
