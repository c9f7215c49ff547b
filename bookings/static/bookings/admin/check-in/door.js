/* A phone keeps what its door serves: the page without a choice in its address takes the last. */

const KEPT = "check-in-door";

export function keepDoor() {
  const chosen = location.search;
  const kept = localStorage.getItem(KEPT);
  if (chosen) localStorage.setItem(KEPT, chosen);
  else if (kept) location.replace(location.pathname + kept);
}
