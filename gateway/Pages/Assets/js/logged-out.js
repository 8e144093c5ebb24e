// The page after a logout goes on by itself in time, even while the frame of a client that never answers keeps the document from being complete:
// a refresh written into the page waits for that.
(() => {
  "use strict";
  const next = document.querySelector("a.logout-link");
  if (next) {
    setTimeout(() => location.replace(next.href), 3000);
  }
})();
