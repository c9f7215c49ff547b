/* Says what is chosen and what it costs, and sends a sale once. The page works without it. */
const sale = document.querySelector("form.sale");
const sum = sale?.querySelector(".sale-sum");

function tell() {
  const chosen = [...sale.querySelectorAll("input[name=seats]:checked")];
  const kopecks = chosen.reduce((total, seat) => total + Math.round(seat.dataset.price * 100), 0);
  const total = (kopecks / 100).toLocaleString(document.documentElement.lang, {
    minimumFractionDigits: 2,
  });
  sum.querySelector(".sale-count").textContent = chosen.length;
  sum.querySelector(".sale-total").textContent = total;
  sum.hidden = chosen.length === 0;
}

if (sum) {
  tell();
  sale.addEventListener("change", tell);
  sale.addEventListener("submit", () => {
    sale.querySelector("[type=submit]").disabled = true;
  });
  // The browser's back button brings the page back as it was left.
  window.addEventListener("pageshow", () => {
    sale.querySelector("[type=submit]").disabled = false;
    tell();
  });
}
