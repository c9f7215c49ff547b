// A form is sent once: a second click before the answer does nothing. The server doesn't rely on it.

const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
});

// Whoever comes back to a page that the browser kept may send it again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
