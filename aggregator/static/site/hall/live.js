// What others buy meanwhile: asked every second while anybody looks, until sales close.

const EVERY = 1000;
const SLOWEST = 15000;
const PATIENCE = 4000;

/** `heard(state)` gets each answer, `failing(isFailing)` when the cinema stops or begins to answer. */
export function live(address, { heard, failing }) {
  let timer = 0;
  let asking = null;
  let failures = 0;
  let over = false;

  async function ask() {
    clearTimeout(timer);
    asking?.abort();
    const controller = new AbortController();
    asking = controller;
    const patience = setTimeout(() => controller.abort("late"), PATIENCE);
    try {
      const answer = await fetch(address, { cache: "no-cache", signal: controller.signal });
      if (!answer.ok) throw new Error(answer.status);
      const state = await answer.json();
      if (asking !== controller) return;
      if (failures > 1) failing(false);
      failures = 0;
      over = !state.open;
      heard(state);
    } catch {
      if (asking !== controller) return;
      failures += 1;
      if (failures === 2) failing(true);
    } finally {
      clearTimeout(patience);
      if (asking === controller) again();
    }
  }

  function again() {
    asking = null;
    if (over || document.hidden) return;
    timer = setTimeout(ask, Math.min(SLOWEST, EVERY * 2 ** failures));
  }

  function pause() {
    clearTimeout(timer);
    const stopped = asking;
    asking = null;
    stopped?.abort();
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) pause();
    else if (!over) ask();
  });
  addEventListener("pagehide", pause);
  addEventListener("pageshow", ({ persisted }) => persisted && !over && ask());
  ask();
}
