// Sends the time zone of the browser with the registration.

const FIELD = "input[name=timezone][data-fill-timezone]";

function fill() {
  for (const field of document.querySelectorAll(FIELD)) {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? field.value;
  }
}

fill();
document.addEventListener("htmx:after:swap", fill);
