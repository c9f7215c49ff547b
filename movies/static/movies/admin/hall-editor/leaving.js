/* Nobody loses a drawing by a click on a link. */

export function warnBeforeLeaving(isUnsaved) {
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved()) event.preventDefault();
  });
}
