// The self-check on a page: one question after the other, then what the answers come to, and why.
// The answers stay on this page: nothing is stored, and from the first question on nothing is fetched or sent.
const NAMES = { met: "可能符合", not_met: "可能不符合", unknown: "还不能确定" };
const BADGES = { met: "badge-ok", not_met: "badge-bad", unknown: "badge-wait" };
const ALERTS = { met: "alert-success", not_met: "alert-warning", unknown: "alert-info" };
const TRACE = { met: "met", not_met: "unmet", unknown: "unknown" };
const OTHERWISE = { met: "not_met", not_met: "met", unknown: "unknown" };
const UNKNOWN = "@unknown";
let made = 0;

function h(name, given, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(given ?? {})) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (value !== false && value != null) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(2).filter((child) => child != null && child !== false && child !== ""));
  return node;
}

const button = (text, click, kind = "btn-secondary") => h("button", { type: "button", class: `btn ${kind}`, click }, text);
const spokenDay = (day) => `${Number(day.slice(0, 4))}年${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`;

// The business day where the page knows one (the demonstration does), else the reader's, as it is in China.
function today() {
  const inChina = { timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit" };
  return document.documentElement.dataset.today ?? new Intl.DateTimeFormat("en-CA", inChina).format(new Date());
}

// ---- reading what is typed ---------------------------------------------------------------------------------------
class Unreadable extends Error {}

function readMoney(text) {
  const found = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?元?$/.exec(text.replace(/^[¥￥]/, ""));
  const fen = found ? Number(found[1].replaceAll(",", "")) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : NaN;
  if (!Number.isSafeInteger(fen)) throw new Unreadable("请用数字填写金额，例如 5000 或 833.33");
  return fen;
}

function readWhole(text) {
  if (!/^\d{1,9}$/.test(text)) throw new Unreadable("请填写整数，例如 3");
  return Number(text);
}

function readDay(text) {
  const found = /^(\d{4})(?:(\d{2})(\d{2})|[-./年](\d{1,2})[-./月](\d{1,2})日?)$/.exec(text);
  const day = found && [found[1], found[2] ?? found[4], found[3] ?? found[5]].map((part) => part.padStart(2, "0")).join("-");
  if (!day || day < "1900" || (new Date(day).toJSON() ?? "").slice(0, 10) !== day) throw new Unreadable("请写成年月日，例如 2026-08-03");
  return day;
}

const READERS = { money: readMoney, int: readWhole, date: readDay };
const HINTS = { money: "元", int: "", date: "" };

// ---- questions ---------------------------------------------------------------------------------------------------
// A field to answer: the node to show, where the focus goes, and how to read it (undefined: nothing was answered).
function field(question, legend, { optional = false } = {}) {
  const id = `check-${(made += 1)}`;
  const error = h("span", { class: "error", id: `${id}-error`, hidden: true });
  const help = question.help ? h("span", { class: "help", id: `${id}-help` }, question.help) : null;
  const described = `${id}-error${help ? ` ${id}-help` : ""}`;
  const complain = (text) => {
    error.textContent = text;
    error.hidden = false;
    node.classList.add("field-error");
    for (const input of node.querySelectorAll("input")) input.setAttribute("aria-invalid", "true");
    node.querySelector("input").focus();
  };
  let node, read;
  if (READERS[question.kind]) {
    const input = h("input", { type: "text", id, class: "w-11", autocomplete: "off", inputmode: question.kind === "money" ? "decimal" : "numeric", "aria-describedby": described });
    const skip = optional ? null : h("input", { type: "checkbox" });
    node = h("fieldset", { class: "field" },
      h("legend", { tabindex: "-1" }, h("label", { for: id }, legend)), help, error,
      h("div", { class: "input-unit" }, input, HINTS[question.kind] ? h("span", {}, HINTS[question.kind]) : null),
      skip ? h("label", { class: "choice selfcheck-skip" }, skip, h("span", {}, "不知道，先跳过")) : null);
    read = () => {
      const text = input.value.normalize("NFKC").replace(/\s/g, "");
      if (skip?.checked) return null;
      return text ? READERS[question.kind](text) : undefined;
    };
  } else {
    const several = question.kind === "choices";
    const codes = question.kind === "bool" ? [[true, "是"], [false, "否"]] : question.choices;
    const nothing = several && !codes.some(([code]) => code === "没有") ? [["没有", "都没有"]] : [];
    const options = [...codes, ...nothing, ...(optional ? [] : [[UNKNOWN, "不知道"]])];
    const inputs = options.map(([code, label]) => [code, label, h("input", { type: several ? "checkbox" : "radio", name: id, "aria-describedby": described })]);
    node = h("fieldset", { class: "field" }, h("legend", { tabindex: "-1" }, legend), help, error,
      h("div", { class: "choices" }, inputs.map(([, label, input]) => h("label", { class: "choice" }, input, h("span", {}, label)))));
    read = () => {
      const chosen = inputs.filter(([, , input]) => input.checked).map(([code]) => code);
      if (!chosen.length) return undefined;
      if (!several) return chosen[0] === UNKNOWN ? null : chosen[0];
      if (chosen.length > 1 && (chosen.includes(UNKNOWN) || chosen.includes("没有"))) throw new Unreadable("“没有”“不知道”不能和别的一起选");
      if (chosen[0] === UNKNOWN) return null;
      return nothing.length && chosen[0] === "没有" ? [] : chosen;
    };
  }
  return {
    node,
    focus: () => node.querySelector("legend").focus(),
    read: () => {
      try {
        const given = read();
        if (given === undefined && !optional) throw new Unreadable(READERS[question.kind] ? "请填写；不清楚就勾选“不知道”" : "请选一项；不清楚就选“不知道”");
        return { given: given ?? null };
      } catch (problem) {
        if (!(problem instanceof Unreadable)) throw problem;
        complain(problem.message);
        return null;
      }
    },
  };
}

// A list is filled in row by row; what is left empty in a row is not known.
function list(question, done) {
  const rows = [];
  const box = h("div", {});
  function next(first) {
    const noun = question.text;
    if (!question.fields) {
      const count = field({ kind: "int" }, `一共有几项${noun}？`);
      const take = () => {
        const told = count.read();
        if (told) done(told.given === null ? null : Array.from({ length: Math.min(told.given, question.most) }, () => ({})));
      };
      box.replaceChildren(count.node, h("div", { class: "actions" }, button("下一题", take, "")));
      count.focus();
      return;
    }
    const fields = question.fields.map((each) => [each.id, field(each, each.text, { optional: true })]);
    const legend = h("legend", { tabindex: "-1" }, `第${rows.length + 1}项${noun}`);
    const add = (then) => () => {
      const told = fields.map(([id, one]) => [id, one.read()]);
      if (!told.every(([, each]) => each)) return;
      rows.push(Object.fromEntries(told.map(([id, { given }]) => [id, given])));
      then();
    };
    box.replaceChildren(
      h("fieldset", { class: "repeat" }, legend, fields.map(([, one]) => one.node)),
      h("div", { class: "actions" },
        button("填好了，没有别的", add(() => done(rows)), ""),
        rows.length + 1 < question.most ? button("再加一项", add(() => next(false))) : null,
        rows.length ? null : button(`没有${noun}`, () => done([]), "btn-quiet"),
        button("不知道，先跳过", () => done(null), "btn-quiet")));
    if (!first) legend.focus();
  }
  next(true);
  return { node: box, focus: () => box.querySelector("legend").focus() };
}

// ---- results -----------------------------------------------------------------------------------------------------
function window_(programme, on) {
  if (programme.listed) return "这个项目不用申请，符合条件的由系统列入名单。";
  if (on < programme.opens) return `${spokenDay(programme.opens)}开始受理，可以先把材料备好。`;
  if (on <= programme.closes) return `现在正在受理，${spokenDay(programme.closes)}截止。`;
  if (programme.late_closes && on <= programme.late_closes) return `正常受理已经截止；${programme.late_reason}的，可以补报到${spokenDay(programme.late_closes)}。`;
  return `这一次的受理已经在${spokenDay(programme.late_closes ?? programme.closes)}截止。`;
}

const isOpen = (programme, on) => !programme.listed && programme.opens <= on && on <= (programme.late_closes ?? programme.closes);
const sentence = (leaf) => (leaf.inverted ? `不能是这样：${leaf.text}` : leaf.text);
const criterion = (leaf) =>
  leaf.any
    ? h("li", {}, "下面有一条符合就可以：", h("ul", {}, leaf.any.map(criterion)))
    : h("li", {}, sentence(leaf), h("span", { class: "why" }, leaf.clause));

// Whether the amount can be told: everything it turns on was asked, and is known.
const isReckoned = (result) => result.programme.amount && !result.noAmount && !result.openForAmount.length;

// The verdict as it is told: met without an amount, or with none to give, is no yes.
function told(result) {
  if (result.says !== "met") return result.says;
  if (result.noAmount && !result.openForAmount.length) return "unknown";
  return isReckoned(result) && result.total === 0n ? "not_met" : "met";
}

function reasons(result) {
  const heads = { not_met: "没有符合的是：", unknown: "还要弄清楚的是：" };
  if (result.absent) return h("p", {}, `这个项目按${result.programme.noun}算，您家没有要申请的${result.programme.noun}。`);
  if (result.refused) return h("p", {}, "计算要用到的标准今天还没有公布，请打 12351 问一问。");
  if (!result.because.length) {
    if (result.says !== "met") return null;
    if (result.noAmount && !result.openForAmount.length) return h("p", {}, "公布的条件您都符合，但是金额要用到的情况还不清楚，要请站点核实。");
    if (told(result) === "not_met") return h("p", {}, "公布的条件您都符合，但是按金额规则算出来是0元，这次领不到。");
    return h("p", {}, "按您的回答，公布的条件都符合。");
  }
  return [h("p", {}, heads[result.says]), h("ul", { class: "selfcheck-why" }, result.why.map(criterion))];
}

function amount(result, { yuan }, ask) {
  const { programme } = result;
  const given = (programme.benefits ?? []).map((each) =>
    h("li", {}, each.text, each.words || each.note ? h("span", { class: "why" }, [each.words, each.note].filter(Boolean).join("；")) : null));
  if (result.says !== "met") return null;
  const steps = result.rows.flatMap((row) => row.lines).concat(result.lines);
  const parts = [];
  if (isReckoned(result))
    parts.push(h("h4", {}, "大概能得到"), h("p", { class: "money-big" }, yuan(result.total), h("small", {}, " 元")),
      h("details", {}, h("summary", {}, "怎么算出来的"), h("ul", {}, steps.map((line) => h("li", {}, line)))));
  else if (programme.amount)
    parts.push(h("h4", {}, "给多少"), h("ul", {}, programme.amount.table.map((row) => h("li", {}, `${row.label}：${row.words}`))),
      ask ? h("p", {}, button("再答几题，算一算大概多少", ask)) : null);
  if (given.length) parts.push(h("h4", {}, programme.amount ? "您还可以得到" : "您可以得到"), h("ul", {}, given));
  return parts;
}

function papers(result, fits) {
  const { programme, known } = result;
  const sure = [], maybe = [];
  for (const paper of programme.papers ?? []) {
    const rows = paper.row && programme.rows ? known[programme.rows] : [{}];
    const seen = rows.map((row) => ({ ...known, ...row }));
    const open = (facts) => fits(Object.fromEntries(Object.entries(paper.when ?? {}).filter(([key]) => facts[key] != null)), facts);
    const line = (words) => h("li", {}, h("strong", {}, paper.name), words ? `（${words}）` : null, h("span", { class: "why" }, `为什么要：${paper.why}`));
    if (seen.some((facts) => fits(paper.when, facts))) sure.push(line(""));
    else if (seen.some(open)) maybe.push(line(paper.words));
  }
  if (!sure.length && !maybe.length) return null;
  return [h("h4", {}, "要带的材料"), h("div", { class: "papers" }, h("ul", {}, sure, maybe))];
}

function trace(result) {
  const lines = [...result.household, ...result.person];
  if (!lines.length) return null;
  return h("details", {}, h("summary", {}, "逐条看结果"),
    h("ul", { class: "trace" }, lines.map((leaf) => {
      const result = leaf.inverted ? OTHERWISE[leaf.result] : leaf.result, advises = leaf.severity === "advise";
      return h("li", { class: advises ? null : TRACE[result] }, h("span", {}, sentence(leaf),
        advises ? "（只作提醒）" : h("span", { class: "visually-hidden" }, `：${NAMES[result]}`), h("span", { class: "why" }, leaf.clause)));
    })));
}

function otherWays(result) {
  const ways = result.because.map((leaf) => result.programme.other_ways?.[leaf.reason]).filter(Boolean);
  return [h("h4", {}, "您还可以"), h("ul", {}, [...new Set(ways)].map((way) => h("li", {}, way)),
    h("li", {}, h("a", { href: "/help/" }, "看看还有哪些帮扶")), h("li", {}, "打 ", h("a", { href: "tel:12351" }, "12351"), " 工会热线问一问"))];
}

// ---- the walk ----------------------------------------------------------------------------------------------------
export function run(place, data, advice, { evaluate }) {
  const { advise, answered, another, begin, following, laterDay } = advice;
  const outlet = h("div", { class: "selfcheck-outlet" });
  const status = h("div", { role: "status", class: "selfcheck-status" });
  place.replaceChildren(status, outlet);
  const items = new Map([...document.querySelectorAll("[data-code]")].map((item) => [item.dataset.code, item]));
  let past = [{ state: begin(data), on: today() }];

  const now = () => past[past.length - 1];
  function go(step) {
    past.push({ ...now(), answer: false, ...step });
    show();
  }
  const look = () => advise(data, now().state, { on: now().on, evaluate });
  const until = ({ late_closes, closes }) => late_closes ?? closes;

  function show() {
    const seen = look();
    const next = now().forAmount ? following(data, now().state, seen.programmes, "openForAmount") : seen.next;
    status.replaceChildren();
    if (data.across) overview(seen);
    if (next) ask(next);
    else if (data.across) end();
    else result(seen.programmes[0]);
  }

  function back() {
    past.pop();
    show();
  }

  function again() {
    past = [{ state: begin(data), on: today() }];
    show();
  }

  const leave = () => past.length > 1 ? h("div", { class: "selfcheck-leave" }, button("上一题", back, "btn-quiet"), button("重新来", again, "btn-quiet")) : null;

  function ask(question) {
    const person = question.rows ? now().state.groups[question.rows].rows.length : 0;
    const { noun, measure } = data.groups?.find(({ rows }) => rows === question.rows) ?? {};
    const legend = (person > 1 || (person && measure === "份") ? `第${person}${measure}${noun}：` : "") + question.text;
    const take = (given) => go({ state: answered(now().state, question, given), answer: true });
    const number = h("p", { class: "hint selfcheck-number" }, `第${past.filter((each) => each.answer).length + 1}题`);
    if (question.kind === "list") {
      const rows = list(question, take);
      outlet.replaceChildren(...[number, rows.node, leave()].filter(Boolean));
      rows.focus();
      return;
    }
    const one = field(question, legend);
    const submit = (event) => {
      event.preventDefault();
      const read = one.read();
      if (read) take(read.given);
    };
    outlet.replaceChildren(h("form", { novalidate: true, autocomplete: "off", submit }, number, one.node,
      h("div", { class: "actions" }, h("button", { type: "submit", class: "btn" }, "下一题")), leave()));
    one.focus();
  }

  function result(found) {
    const { programme } = found, says = told(found), { state, on } = now();
    const heading = h("h3", { tabindex: "-1" }, NAMES[says]);
    status.replaceChildren(h("div", { class: `alert ${ALERTS[says]}` }, heading, reasons(found)));
    const later = found.says === "not_met" ? laterDay(data, programme, state, { on, until: until(programme), evaluate }) : null;
    const rows = programme.rows && state.groups[programme.rows].rows;
    const more = rows && rows.length < programme.most && !found.lost;
    outlet.replaceChildren(
      h("div", {},
        later ? h("p", {}, `从${spokenDay(later)}起，没有符合的这一条就符合了。`, button(`按${spokenDay(later)}接着查`, () => go({ on: later }), "btn-quiet")) : "",
        on === today() ? "" : h("p", { class: "hint" }, `按${spokenDay(on)}查。`),
        amount(found, advice, found.openForAmount.length && !now().forAmount ? () => go({ forAmount: true }) : null) ?? "",
        says === "not_met" ? otherWays(found) : papers(found, advice.fits) ?? "",
        h("p", {}, window_(programme, on)),
        trace(found) ?? ""),
      h("div", { class: "actions" },
        says !== "not_met" && isOpen(programme, on) ? h("a", { class: "btn", href: `/apply/new/${programme.code}/` }, "现在去申请") : null,
        more ? button(`还有${programme.one}，接着查`, () => go({ state: another(state, programme.rows), forAmount: false })) : null),
      ...[leave()].filter(Boolean),
      h("p", { class: "hint" }, "这只是参考，以工会审核的结果为准。"));
    heading.focus();
  }

  // Across all programmes: how each stands, said at the programme itself, and in one sentence.
  function overview(seen) {
    const count = (says) => seen.programmes.filter((each) => told(each) === says).length;
    status.replaceChildren(h("p", { class: "selfcheck-count" },
      `现在看：${count("met")}项可能符合，${count("not_met")}项可能不符合，${count("unknown")}项还不能确定。`));
    for (const found of seen.programmes) {
      const item = items.get(found.programme.code), says = told(found);
      item?.querySelector(".selfcheck-says")?.remove();
      if (!item || (says === "unknown" && seen.next)) continue;
      const { state, on } = now();
      const later = found.says === "not_met" && !found.absent ? laterDay(data, found.programme, state, { on, until: until(found.programme), evaluate }) : null;
      item.querySelector("h3").after(h("div", { class: "selfcheck-says" },
        h("p", {}, h("span", { class: `badge ${BADGES[says]}` }, NAMES[says]),
          says === "met" && isReckoned(found) ? ` 大概能得到${advice.yuan(found.total)}元` : null),
        says === "not_met" || !seen.next ? reasons(found) : null,
        later ? h("p", {}, `从${spokenDay(later)}起，没有符合的这一条就符合了。`) : null));
    }
  }

  function end() {
    const heading = h("h2", { tabindex: "-1" }, "查完了");
    outlet.replaceChildren(heading,
      h("p", {}, "每一项的结果写在下面各个项目里。点项目名称，可以看条件、材料，接着算金额。这只是参考，以工会审核的结果为准。"),
      ...[leave()].filter(Boolean));
    heading.focus();
  }

  show();
}
