// The sum of the weights while they are being typed.
(() => {
  const form = document.querySelector(".ap-weights");
  const sum = form?.querySelector(".ap-sum");
  if (!sum) return;
  const show = () => {
    const fields = [...form.querySelectorAll("input[id^='w-']")];
    const total = fields.reduce((all, field) => all + Math.round(Number(field.value) * 1e4), 0) / 1e4;
    sum.textContent = Number.isFinite(total) ? sum.dataset.text.replace("%s", String(total)) : "";
    sum.classList.toggle("ap-sum-off", total !== 100);
  };
  form.addEventListener("input", show);
  show();
})();
