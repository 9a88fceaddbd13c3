// A run's page as the run goes on: the part that changes is replaced by what the server sends.
(function () {
  var part = document.querySelector("[data-live]");
  if (!part || !window.EventSource) return;
  var told = document.getElementById("sf-live-status");
  var source = new EventSource(part.dataset.live);
  // What tells an element from the others, in the old part and in the new one.
  function placeOf(one) {
    return one.id || one.getAttribute("href") || (one.localName === "summary" ? "summary of " + one.parentNode.id : "");
  }
  source.addEventListener("run", function (event) {
    // Another page has taken the place of this one.
    if (!document.contains(part)) return source.close();
    var run = JSON.parse(event.data);
    var open = Array.prototype.map.call(part.querySelectorAll("details[open][id]"), function (one) { return one.id; });
    var focused = part.contains(document.activeElement) ? document.activeElement : null;
    var place = focused && placeOf(focused);
    part.innerHTML = run.html;
    open.forEach(function (id) {
      var one = document.getElementById(id);
      if (one) one.open = true;
    });
    if (place) {
      var again = Array.prototype.find.call(part.querySelectorAll("a, summary, [tabindex]"), function (one) {
        return placeOf(one) === place;
      });
      (again || document.querySelector("[data-focus]")).focus();
    }
    if (told && told.textContent !== run.status) told.textContent = run.status;
  });
  source.addEventListener("over", function () { source.close(); });
  window.addEventListener("pagehide", function () { source.close(); });
})();
