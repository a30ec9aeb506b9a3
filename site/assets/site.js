// The demonstration's day in its ribbon. The day is the business day of the house; when it cannot be asked, China's.
(function () {
  "use strict";

  var WEEKDAYS = ["日", "一", "二", "三", "四", "五", "六"];

  function inChina() { return new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10); }

  function show(today) {
    document.documentElement.dataset.today = today; // the self-check reads it
    var day = new Date(today + "T00:00:00Z");
    var spoken = day.getUTCFullYear() + "年" + (day.getUTCMonth() + 1) + "月" + day.getUTCDate() + "日（星期" + WEEKDAYS[day.getUTCDay()] + "）";
    document.querySelectorAll(".demo-day").forEach(function (place) { place.textContent = "日 " + spoken; });
  }

  if (!document.querySelector(".demo-day")) { return; } // nothing here turns on the day
  fetch("/data/today.json", { credentials: "omit", cache: "no-store" })
    .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(answer.status); })
    .then(function (said) { return said.today; })
    .catch(inChina)
    .then(show);
}());

// Large print where a plain web server answers: the application has put it into the page already.
(function () {
  "use strict";

  if (/(?:^|; )print=large(?:;|$)/.test(document.cookie)) { document.documentElement.classList.add("large"); }
}());

// Offline reading: asks for the worker when the page has long been there and nothing else is going on.
(function () {
  "use strict";

  if (!("serviceWorker" in navigator) || document.querySelector(".preview")) { return; }
  var later = window.requestIdleCallback || function (work) { setTimeout(work, 2000); };
  addEventListener("load", function () {
    later(function () { navigator.serviceWorker.register("/sw.js").catch(function () { /* without it all but reading offline works */ }); });
  });
}());
