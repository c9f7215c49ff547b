/* Draws the figures of a table. The table is the source, so both always say the same. */
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();

function figures(table, column) {
  const rows = [...table.tBodies[0].rows];
  return {
    labels: rows.map((row) => row.cells[0].textContent.trim()),
    values: rows.map((row) => Number(row.cells[column].dataset.value)),
    title: table.tHead.rows[0].cells[column].textContent.trim(),
  };
}

function draw(canvas) {
  const table = document.getElementById(canvas.dataset.table);
  const { labels, values, title } = figures(table, Number(canvas.dataset.column));
  const axis = { ticks: { color: colour("--body-quiet-color") }, grid: { color: colour("--hairline-color") } };
  return new Chart(canvas, {
    type: "bar",
    data: { labels, datasets: [{ label: title, data: values, backgroundColor: colour("--button-bg") }] },
    options: {
      indexAxis: canvas.dataset.chart === "rows" ? "y" : "x",
      maintainAspectRatio: false,
      animation: false,
      locale: document.documentElement.lang,
      plugins: { legend: { display: false } },
      scales: { x: { ...axis }, y: { ...axis } },
    },
  });
}

const canvases = [...document.querySelectorAll("canvas[data-chart]")];
let charts = canvases.map(draw);

// The colours are another theme's now.
new MutationObserver(() => {
  charts.forEach((chart) => chart.destroy());
  charts = canvases.map(draw);
}).observe(document.documentElement, { attributeFilter: ["data-theme"] });
