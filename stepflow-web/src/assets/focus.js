// After a part of the page was replaced, the focus is where a reader would begin: at the errors, or at the heading.
document.addEventListener("htmx:afterSettle", function () {
  var target = document.querySelector("[data-focus]");
  if (target) target.focus();
});
