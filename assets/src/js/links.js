// Leaves clicks that ask for a new tab, a new window or a download to the browser.

// htmx stops the click before it looks at the keys, so such a click must not reach it.
document.addEventListener(
  "click",
  (event) => {
    const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (modified && event.target.closest?.("a[href]")) event.stopPropagation();
  },
  true,
);
