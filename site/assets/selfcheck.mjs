// Where a self-check stands: an offer to begin. Everything else is fetched when somebody does.
function h(name, given, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(given)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// A public page holds only the rules it needs itself (cms/publishing/light.py); a preview has the whole sheets.
function styles() {
  if (document.querySelector('link[rel="stylesheet"]')) return [];
  return ["bangfu.css", "site.css"].map((name) => new Promise((done) => {
    const sheet = h("link", { rel: "stylesheet", href: new URL(name, import.meta.url) });
    sheet.onload = sheet.onerror = done;
    document.head.append(sheet);
  }));
}

function open(place) {
  const inline = place.querySelector('script[type="application/json"]')?.textContent;
  const problem = h("p", { class: "error", role: "alert", hidden: "" }, "没有打开自查，请看下面的条件，或者稍后再试。");
  const begin = h("button", { type: "button", class: "btn" }, "开始自查");
  begin.addEventListener("click", async () => {
    try {
      const [data, asking, advice, criteria] = await Promise.all([
        inline ? JSON.parse(inline) : fetch(place.dataset.check, { credentials: "omit" }).then((answer) => answer.json()),
        import("./asking.mjs"), import("./advice.mjs"), import("./criteria.mjs"), ...styles(),
      ]);
      asking.run(place, data, advice, criteria);
    } catch (error) {
      problem.hidden = false;
      throw error;
    }
  });
  const offer = "across" in place.dataset ? [] : ["答几个问题，看看您家可能符不符合。"];
  place.replaceChildren(h("p", {}, ...offer, "不用登录，答案只留在这一页，不保存，也不发送。"), problem, h("div", { class: "actions" }, begin));
}

for (const place of document.querySelectorAll(".selfcheck")) open(place);
