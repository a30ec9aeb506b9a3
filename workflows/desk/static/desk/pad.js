// A pane to sign on. What is drawn goes into the hidden field beside it as lines: [[x, y, x, y, …], …], 1000 wide, 400 high.
"use strict";

for (const pad of document.querySelectorAll("[data-pad]")) {
  const pane = pad.querySelector("canvas");
  const kept = pad.querySelector("input");
  const pen = pane.getContext("2d");
  const NEAR = 5;
  let lines = [];
  let line = null;
  let finger = null;

  const ink = () => {
    pen.clearRect(0, 0, pane.width, pane.height);
    pen.lineWidth = 9;
    pen.lineCap = pen.lineJoin = "round";
    for (const each of line ? [...lines, line] : lines) {
      pen.beginPath();
      pen.moveTo(each[0], each[1]);
      for (let at = 2; at < each.length; at += 2) pen.lineTo(each[at], each[at + 1]);
      if (each.length === 2) pen.lineTo(each[0] + 1, each[1]);
      pen.stroke();
    }
  };
  const told = () => {
    kept.value = lines.length ? JSON.stringify(lines) : "";
    kept.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const add = (event) => {
    const box = pane.getBoundingClientRect();
    const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
    const x = within(((event.clientX - box.left) / box.width) * pane.width, pane.width);
    const y = within(((event.clientY - box.top) / box.height) * pane.height, pane.height);
    if (line.length && Math.hypot(x - line.at(-2), y - line.at(-1)) < NEAR) return;
    line.push(x, y);
  };

  pane.addEventListener("pointerdown", (event) => {
    if (finger !== null || event.button) return;
    event.preventDefault();
    finger = event.pointerId;
    pane.setPointerCapture(finger);
    line = [];
    add(event);
    ink();
  });
  pane.addEventListener("pointermove", (event) => {
    if (event.pointerId !== finger) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) add(each);
    add(event);
    ink();
  });
  const lift = (event) => {
    if (event.pointerId !== finger) return;
    lines.push(line);
    line = finger = null;
    ink();
    told();
  };
  pane.addEventListener("pointerup", lift);
  pane.addEventListener("pointercancel", lift);
  pad.querySelector("button").addEventListener("click", () => {
    lines = [];
    ink();
    told();
  });
  // What was kept on the device comes back; what was signed of something else is wiped.
  const again = () => {
    lines = kept.value ? JSON.parse(kept.value) : [];
    ink();
  };
  kept.addEventListener("change", again);
  pad.hidden = false;
  pad.closest("[data-pads]")?.removeAttribute("hidden");
  again();
}
