// Tells visitors whose clocks differ from the cinema's what a showing's time is on theirs.

function written(moment, timeZone, weekday) {
  const format = { weekday, hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  return new Intl.DateTimeFormat(document.documentElement.lang, format).format(moment);
}

function day(moment, timeZone) {
  return new Intl.DateTimeFormat("en", { dateStyle: "short", timeZone }).format(moment);
}

for (const note of document.querySelectorAll("[data-other-zone]")) {
  const moment = new Date(note.dataset.starts);
  const zone = note.dataset.otherZone;
  const sameDay = day(moment) === day(moment, zone);
  if (!sameDay || written(moment) !== written(moment, zone)) {
    const own = written(moment, undefined, sameDay ? undefined : "short");
    note.textContent = note.dataset.text.replace("{time}", own);
    note.hidden = false;
  }
}
