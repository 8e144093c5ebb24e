// The pages work without this file. It shows that a sent form is on its way, keeps it from being sent twice, and keeps the fragment of the address that was asked for.
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
    // A proxy never sees what stands behind "#". The browser kept it on its way here, and takes it on to the application only from an address that has it.
    // Not for other logins: an application must not take a fragment of somebody's link for an answer of ours.
    if (location.hash && form.elements.mode?.value === "interceptor") {
      const address = new URL(form.action);
      address.hash = location.hash;
      form.action = address.href;
    }
    const button = form.querySelector("#loginButton");
    const spinner = form.querySelector("#loginSpinner");
    button?.setAttribute("aria-busy", "true");
    if (spinner) spinner.hidden = false;
    window.setTimeout(() => rest(form), patience);
  });

  // Coming back with the browser's back button shows the page as it was left.
  window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach(rest));
})();
