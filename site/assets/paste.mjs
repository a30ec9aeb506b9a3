// A document pasted from Word: its marks go into a hidden field, its plain words into the box that people see.
const form = document.querySelector("[data-paste]");

if (form) {
  const box = form.elements.pasted;
  const marked = form.elements.marked;
  const said = form.querySelector("[data-paste-said]");

  // Styles and comments are most of what Word copies, and none of it is wanted.
  const trimmed = (html) =>
    html
      .replace(/<!--(?!\s*(?:Start|End)Fragment)[\s\S]*?-->/g, "")
      .replace(/<(style|xml|script)\b[\s\S]*?<\/\1>/gi, "");

  box.addEventListener("paste", (event) => {
    const html = trimmed(event.clipboardData.getData("text/html"));
    if (!html) return;
    event.preventDefault();
    if (html.length > Number(form.dataset.largest)) {
      said.textContent = form.dataset.tooLong;
      return;
    }
    box.value = event.clipboardData.getData("text/plain");
    marked.value = html;
    said.textContent = form.dataset.got;
  });

  box.addEventListener("input", () => {
    if (!marked.value) return;
    marked.value = "";
    said.textContent = form.dataset.changed;
  });
}
