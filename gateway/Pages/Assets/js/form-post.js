// Takes the person on without a click; without this file the button does it.
document.querySelector("form#answer")?.submit();
