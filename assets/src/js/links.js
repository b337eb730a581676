// The browser handles clicks for a new tab, a new window or a download.

// htmx prevents the default before it checks the keys, so such a click must not reach it.
document.addEventListener(
  "click",
  (event) => {
    const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (modified && event.target.closest?.("a[href]")) event.stopPropagation();
  },
  true,
);
