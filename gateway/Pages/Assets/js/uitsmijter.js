// The pages work without this file. It shows that a sent form is on its way and keeps it from being sent twice.
(() => {
  "use strict";
  const patience = 8000;

  const rest = (form) => {
    delete form.dataset.sent;
    const button = form.querySelector("#loginButton");
    const spinner = form.querySelector("#loginSpinner");
    button?.removeAttribute("aria-busy");
    if (spinner) spinner.hidden = true;
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = form.querySelector("#loginButton");
    const spinner = form.querySelector("#loginSpinner");
    button?.setAttribute("aria-busy", "true");
    if (spinner) spinner.hidden = false;
    window.setTimeout(() => rest(form), patience);
  });

  // Coming back with the browser's back button shows the page as it was left.
  window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach(rest));
})();
