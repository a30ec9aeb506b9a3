// Says beside each service centre whether it is open now, and when it opens next. Without it the page is complete:
// the hours stand in a table. The day is the business day of the house; the time of day is China's.
(function () {
  "use strict";

  var WEEKDAYS = ["一", "二", "三", "四", "五", "六", "日"];

  function inChina(options) {
    options.timeZone = "Asia/Shanghai";
    return new Intl.DateTimeFormat("en-CA", options).format(new Date());
  }

  // Days are counted in UTC, so that no phone's time zone can shift them.
  function dayFrom(text) { return new Date(text + "T00:00:00Z"); }
  function textOf(day) { return day.toISOString().slice(0, 10); }
  function later(day, days) { return new Date(day.getTime() + days * 86400000); }
  function weekday(day) { return day.getUTCDay() || 7; }

  function spoken(day) {
    return (day.getUTCMonth() + 1) + "月" + day.getUTCDate() + "日（星期" + WEEKDAYS[weekday(day) - 1] + "）";
  }

  function spansOn(day, hours, exceptions) {
    return exceptions[textOf(day)] || hours[String(weekday(day))] || [];
  }

  function stateAt(today, clock, hours, exceptions) {
    var spans = spansOn(today, hours, exceptions);
    for (var i = 0; i < spans.length; i += 1) {
      if (clock >= spans[i][0] && clock < spans[i][1]) {
        return { open: true, text: "现在开门，到 " + spans[i][1] };
      }
      if (clock < spans[i][0]) {
        return { open: false, text: "现在没开门，今天 " + spans[i][0] + " 开门" };
      }
    }
    for (var ahead = 1; ahead <= 31; ahead += 1) {
      var day = later(today, ahead);
      spans = spansOn(day, hours, exceptions);
      if (spans.length) {
        return { open: false, text: "现在没开门，下次 " + (ahead === 1 ? "明天" : spoken(day)) + " " + spans[0][0] };
      }
    }
    return null;
  }

  function show(todayText) {
    document.documentElement.dataset.today = todayText; // the self-check reads it
    var today = dayFrom(todayText);
    var clock = inChina({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    document.querySelectorAll(".centre[data-hours]").forEach(function (centre) {
      var place = centre.querySelector(".open-now");
      if (!place) { return; }
      var state = stateAt(today, clock, JSON.parse(centre.dataset.hours), JSON.parse(centre.dataset.exceptions || "{}"));
      if (state) {
        place.textContent = state.text;
        place.classList.add(state.open ? "open" : "closed");
      }
    });
    document.querySelectorAll(".demo-day").forEach(function (place) {
      place.textContent = "日 " + today.getUTCFullYear() + "年" + spoken(today);
    });
  }

  if (!document.querySelector(".demo-day, .centre[data-hours]")) { return; } // nothing here turns on the day
  fetch("/data/today.json", { credentials: "omit", cache: "no-store" })
    .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(answer.status); })
    .then(function (said) { return said.today; })
    .catch(function () { return inChina({ year: "numeric", month: "2-digit", day: "2-digit" }); })
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
