// Asks whether the bank has answered: every second at first, later less often.

const FIRST = 1000;
const SLOWEST = 10_000;

const waiting = document.querySelector("[data-status]");
let pause = FIRST;

async function look() {
  try {
    const answer = await fetch(waiting.dataset.status, { cache: "no-store" });
    if (answer.ok && (await answer.json()).state !== waiting.dataset.state) {
      location.reload();
      return;
    }
  } catch {
    // No connection: the next look may have one.
  }
  pause = Math.min(pause * 1.15, SLOWEST);
  setTimeout(look, pause);
}

setTimeout(look, pause);
