/* Prints at once when the box office opened the page, and closes it after that. */

const button = document.getElementById("print");

if (button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
  if (location.hash === "#now") {
    window.addEventListener("afterprint", () => window.opener && window.close());
    window.addEventListener("load", () => window.print());
  }
}
