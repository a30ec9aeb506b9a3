// What the answers of a self-check come to so far: a twin of workflows/policy/asking.py, amounts.py and assessment.py.
// It advises; the server judges. An answer of null says "I do not know"; what was not asked yet is not there.
const isList = Array.isArray;
const many = (value) => (isList(value) ? value : [value ?? null]);
export const fits = (when, facts) =>
  Object.entries(when ?? {}).every(([key, wanted]) =>
    many(wanted).some((option) => many(facts[key]).some((given) => given === option)));
const unique = (values) => [...new Set(values)];
const BIG = BigInt;

class NoAmount extends Error {}

// ---- exact fractions ---------------------------------------------------------------------------------------------
const exact = (n, d = 1) => [BIG(n), BIG(d)];
const add = ([a, b], [c, d]) => [a * d + c * b, b * d];
const times = ([a, b], [c, d]) => [a * c, b * d];
const over = ([a, b], [c, d]) => a * d > c * b;
const least = (a, b) => (over(a, b) ? b : a);
const floor = ([n, d]) => (n >= 0n ? n / d : -((-n + d - 1n) / d));
const awayFromZero = ([n, d]) => (n > 0n ? -floor([-n, d]) : floor([n, d]));

function halfToEven([n, d]) {
  const down = floor([n, d]), rest = (n - down * d) * 2n;
  return rest > d || (rest === d && down % 2n) ? down + 1n : down;
}

export function yuan(fen) {
  const whole = BIG(fen), size = whole < 0n ? -whole : whole, rest = size % 100n;
  const text = String(size / 100n).replace(/\B(?=(\d{3})+$)/g, ",");
  return (whole < 0n ? "-" : "") + text + (rest ? "." + String(rest).padStart(2, "0") : "");
}

// ---- counting ----------------------------------------------------------------------------------------------------
function whole(value) {
  if (!Number.isSafeInteger(value)) throw Object.assign(Error("type"), { code: "type" });
  return BIG(value);
}

function counted(of, facts) {
  const [name, field] = of.split(".");
  const given = facts[name] ?? null;
  if (given === null) return null;
  if (!field) return isList(given) ? BIG(given.length) : whole(given);
  let total = 0n;
  for (const row of given) {
    if ((row[field] ?? null) === null) return null;
    total += whole(row[field]);
  }
  return total;
}

function part(term, facts) {
  const [name, field] = term.of.split(".");
  if (field && term.if_missing != null && isList(facts[name])) {
    const filled = facts[name].map((row) => ({ ...row, [field]: row[field] ?? term.if_missing }));
    return counted(term.of, { [name]: filled });
  }
  return counted(term.of, facts) ?? (term.if_missing == null ? null : BIG(term.if_missing));
}

function workedOut(calculations, facts, value) {
  const found = {};
  for (const { key, terms } of calculations) {
    let total = exact(0), unknown = false;
    for (const term of terms) {
      const factor = times(exact(...(term.times ?? [1])), exact(term.param ? value(term.param) : 1));
      const one = part(term, { ...facts, ...found });
      if (one === null) unknown = true;
      else total = add(total, times(exact(one), factor));
    }
    found[key] = unknown ? null : Number(awayFromZero(total));
  }
  return found;
}

// ---- amounts -----------------------------------------------------------------------------------------------------
const short = ([n, d]) => (n % d ? String(Number((Number(n) / Number(d)).toPrecision(6))) : String(n / d));
const percent = ([n, d]) => ((n * 100n) % d ? `${n}/${d}` : `${(n * 100n) / d}%`);
const spoken = (value) => yuan(halfToEven(value));

function base(row, facts, value) {
  if (row.months) {
    const line = value("city_line"), sum = times(exact(...row.months), exact(line));
    return [sum, `${short(exact(...row.months))}个月×${yuan(line)}元＝${spoken(sum)}元`];
  }
  if (!row.of) return [exact(row.fen), `${yuan(row.fen)}元`];
  const number = counted(row.of, facts);
  if (number === null) throw new NoAmount();
  if (row.fen != null) {
    const sum = exact(BIG(row.fen) * number);
    return [sum, `${yuan(row.fen)}元×${number}＝${spoken(sum)}元`];
  }
  const kept = number > 0n ? number : 0n, sum = times(exact(kept), exact(...row.share));
  return [sum, `${yuan(kept)}元×${percent(exact(...row.share))}＝${spoken(sum)}元`];
}

function limit(ceiling, facts, value) {
  if (ceiling.months != null) {
    const line = BIG(value("city_line")), most = BIG(ceiling.months) * line;
    return [exact(most), `上限：${ceiling.months}个月×${yuan(line)}元＝${yuan(most)}元`];
  }
  if (ceiling.fen != null || ceiling.param) {
    const most = ceiling.fen ?? value(ceiling.param);
    return [exact(most), `上限：${yuan(most)}元`];
  }
  const number = counted(ceiling.of, facts);
  if (number === null) throw new NoAmount();
  const most = number > 0n ? number : 0n;
  return [exact(most), `上限：不超过${yuan(most)}元`];
}

function capped(sum, limits, lines) {
  for (const [most, words] of limits) {
    lines.push(`${words}，${over(sum, most) ? "超过，按上限计算" : "未超过"}`);
    sum = least(sum, most);
  }
  return sum;
}

function rounded(sum, rounding, limits) {
  const unit = rounding === "fen" ? 1n : 100n;
  let [n, d] = times(sum, [2n, unit]);
  let fen = (floor([n + d, d]) / 2n) * unit;
  for (const [[most, of]] of limits) if (fen * of > most) fen = (floor([most, of]) / unit) * unit;
  return fen;
}

function award(rule, facts, value) {
  const row = rule.table.find((each) => fits(each.when, facts));
  if (!row) throw new NoAmount();
  let [sum, words] = base(row, facts, value);
  const lines = [`${row.label}：${words}`];
  const limits = rule.ceilings.filter((each) => each.per === "row" && fits(each.when, facts)).map((each) => limit(each, facts, value));
  sum = capped(sum, limits, lines);
  const fen = rounded(sum, rule.rounding, limits);
  if (rule.rounding === "yuan" && fen * sum[1] !== sum[0]) lines.push(`取整到元：${yuan(fen)}元`);
  return { fen, lines };
}

function together(rule, facts, value, total) {
  const of = (per) => rule.ceilings.filter((each) => each.per === per && fits(each.when, facts));
  const limits = of("case").map((each) => limit(each, facts, value));
  for (const each of of("year")) {
    const [most, words] = limit(each, facts, value), received = BIG(facts.received_this_year ?? 0);
    const left = add(most, exact(-received));
    limits.push([left[0] > 0n ? left : exact(0), `全年${words}，今年已经领过${yuan(received)}元`]);
  }
  const lines = [];
  return [rounded(capped(exact(total), limits, lines), rule.rounding, limits), lines];
}

// ---- rules -------------------------------------------------------------------------------------------------------
const kindOf = (node) => ["all", "any", "not"].find((kind) => kind in node);
const below = (node) => (kindOf(node) === "not" ? [node.not] : node[kindOf(node)]);
const isAdvice = (node) => !kindOf(node) && node.severity === "advise";

// Every criterion below a node; `inverted` under a "not", where what is met speaks against it.
export function leaves(node, inverted = false) {
  if (!kindOf(node)) return [{ ...node, inverted }];
  return below(node).flatMap((child) => leaves(child, inverted !== (kindOf(node) === "not")));
}

function outcome(node, results) {
  const kind = kindOf(node);
  if (!kind) return results[node.id];
  const found = below(node).filter((child) => !isAdvice(child)).map((child) => outcome(child, results));
  if (kind === "not") return { met: "not_met", not_met: "met" }[found[0]] ?? "unknown";
  const [strongest, weakest] = kind === "all" ? ["not_met", "met"] : ["met", "not_met"];
  return found.includes(strongest) ? strongest : found.includes("unknown") ? "unknown" : weakest;
}

function deciding(node, results) {
  if (!kindOf(node)) return [node];
  const reached = outcome(node, results);
  return below(node)
    .filter((child) => !isAdvice(child) && (kindOf(node) === "not" || outcome(child, results) === reached))
    .flatMap((child) => deciding(child, results));
}

// Why: the criteria that decide, where one of several is enough as a group of their own.
function why(node, results) {
  const kind = kindOf(node);
  if (!kind) return [node];
  const reached = outcome(node, results);
  const told = below(node)
    .filter((child) => !isAdvice(child) && (kind === "not" || outcome(child, results) === reached))
    .flatMap((child) => why(child, results));
  return kind === "any" && told.length > 1 ? [{ any: told }] : told;
}

// One programme, seen with the answers so far.
function judge(data, programme, state, { on, area, evaluate }) {
  const renamed = programme.renamed ?? {}, ids = Object.fromEntries(Object.entries(renamed).map(([key, id]) => [id, key]));
  const idOf = (key) => renamed[key] ?? key;
  const params = data.params ?? [], calculations = programme.calculations ?? [];
  const group = programme.rows ? state.groups[programme.rows] : null;
  const rows = (group?.rows ?? [{}]).map(named);
  const questions = Object.fromEntries(data.questions.map((question) => [question.id, question]));

  function named(answers) {
    const facts = {};
    for (const [id, given] of Object.entries(answers)) {
      if (ids[id]) facts[ids[id]] = given;
      else if (!/^@|\//.test(id) && !renamed[id]) facts[id] = given;
    }
    return facts;
  }

  const once = named(state.once);
  if (programme.rows) once[programme.rows] = rows;
  for (const [when, then] of data.implied) if (fits(when, once)) for (const key in then) if (!(key in once)) once[key] = then[key];

  const isAsked = (key, known) => key in known || !fits(questions[idOf(key)]?.show_if, known);

  function value(key, day = on) {
    const levels = area ? [area, area.slice(0, 4) + "00", area.slice(0, 2) + "0000", null] : [null];
    const inForce = params.filter((row) => row.key === key && row.from <= day && (row.to == null || day <= row.to));
    const here = levels.map((level) => inForce.filter((row) => (row.area ?? null) === level)).find((rows) => rows.length);
    if (!here) throw Object.assign(Error("param"), { code: "param", param: key });
    return here.sort((one, other) => (one.from < other.from ? 1 : -1))[0].value;
  }

  // The city line of an amount may be that of the first day of the list's period.
  function worth(key) {
    const months = programme.amount.line_months;
    if (key !== "city_line" || !months) return value(key);
    const month = Number(on.slice(5, 7)) - 1;
    return value(key, `${on.slice(0, 5)}${String(month - (month % months) + 1).padStart(2, "0")}-01`);
  }

  function calculated(ofRow, facts, known) {
    const ready = calculations.filter((each) => Boolean(each.row) === ofRow && each.needs.every((key) => isAsked(key, known)));
    return workedOut(ready, facts, value);
  }

  function standing(rule, facts) {
    if (!rule) return { verdict: "met", trace: [], because: [], why: [] };
    const { result, trace } = evaluate(rule, facts, params, on, area);
    const results = Object.fromEntries(trace.map((line) => [line.id, line.result]));
    const written = Object.fromEntries(leaves(rule.root).map((leaf) => [leaf.id, leaf]));
    const told = (node) => (node.any ? { any: node.any.map(told) } : written[node.id]);
    return {
      verdict: result,
      trace: trace.map((line) => ({ ...written[line.id], result: line.result })),
      because: result === "met" ? [] : deciding(rule.root, results),
      why: result === "met" ? [] : why(rule.root, results).map(told),
    };
  }

  function of(row) {
    const known = { ...once, ...row };
    const facts = Object.fromEntries(Object.entries(once).filter(([key]) => !(key in row)));
    Object.assign(facts, calculated(false, facts, known));
    const all = { ...facts, ...row };
    Object.assign(all, calculated(true, all, known));
    return { known, facts, all, household: standing(programme.household, facts), person: standing(programme.beneficiary, all) };
  }

  const seen = rows.map(of), last = seen[seen.length - 1];
  const { household, known } = last;
  let found = seen.map(({ person, all }) => {
    if (household.verdict !== "met" || person.verdict !== "met") return { verdict: person.verdict, fen: 0n, lines: [] };
    try {
      return { verdict: "met", ...(programme.amount ? award(programme.amount, all, worth) : { fen: 0n, lines: [] }) };
    } catch (error) {
      if (!(error instanceof NoAmount)) throw error;
      return { verdict: "unknown", fen: 0n, lines: [], noAmount: true };
    }
  });
  let lines = [], total = found.reduce((sum, each) => sum + each.fen, 0n);
  try {
    const [most, limited] = programme.amount ? together(programme.amount, last.facts, worth, total) : [total, []];
    lines = limited;
    total = total > most ? most : total;
  } catch (error) {
    if (!(error instanceof NoAmount)) throw error;
    found = found.map((each) => (each.verdict === "met" ? { ...each, verdict: "unknown", fen: 0n, noAmount: true } : each));
    total = 0n;
  }
  const verdicts = found.map((each) => each.verdict);
  const verdict =
    household.verdict !== "met" ? household.verdict : verdicts.includes("met") ? "met" : verdicts.every((each) => each === "not_met") ? "not_met" : "unknown";

  // What may be said now: the rules alone, since an amount that is not worked out yet excludes nobody.
  const persons = seen.map(({ person }) => person.verdict);
  const absent = group?.present === false;
  const says =
    absent || household.verdict === "not_met" || persons.every((each) => each === "not_met")
      ? "not_met"
      : household.verdict === "met" && persons.includes("met") && group?.present !== null
        ? "met"
        : "unknown";
  const ended = absent || household.verdict === "not_met" || last.person.verdict === "not_met";
  const openLeaves = ended ? [] : [household, last.person].flatMap((each) => (each.verdict === "unknown" ? each.because : []));
  const wanted = unique(openLeaves.flatMap((leaf) => programme.needs[leaf.id] ?? []));
  const askable = (key) => !(questions[idOf(key)].row && group?.present === null) && !isAsked(key, known);
  const mayFit = (when) => fits(Object.fromEntries(Object.entries(when ?? {}).filter(([key]) => isAsked(key, known))), known);
  const amountKeys = [];
  for (const each of [...(programme.amount?.table ?? []), ...(programme.amount?.ceilings ?? [])])
    if (mayFit(each.when)) amountKeys.push(...Object.keys(each.when ?? {}), ...(each.of ? inputs(each.of) : []));
  if (programme.amount?.ceilings.some((each) => each.per === "year")) amountKeys.push("received_this_year");

  function inputs(of) {
    const calculation = calculations.find((each) => each.key === of);
    if (calculation) return calculation.needs;
    const [name, field] = of.split(".");
    return name !== programme.rows ? [name] : field ? [field] : [];
  }

  // The criteria that decided, or that still leave it open.
  function because(told) {
    if (absent || says === "met") return [];
    if (household.verdict === "not_met") return household[told];
    if (says === "not_met") return last.person[told];
    return [household, last.person].flatMap((each) => (each.verdict === "unknown" ? each[told] : []));
  }

  return {
    programme, verdict, says, absent, lost: household.verdict === "not_met", total, lines, rows: found, known,
    household: household.trace, person: last.person.trace, persons: seen.map(({ person }) => person),
    because: because("because"), why: because("why"),
    open: wanted.filter(askable).map(idOf),
    openForAmount: unique(amountKeys).filter(askable).map(idOf),
    noAmount: found.some((each) => each.noAmount),
  };
}

// What every programme says now, and the question that comes next (null: nobody can say more).
export function advise(data, state, { on, evaluate }) {
  const area = state.once["@area"] ?? data.area ?? null;
  const found = data.programmes.map((programme) => {
    try {
      return judge(data, programme, state, { on, area, evaluate });
    } catch (error) {
      if (!error.code) throw error;
      return { programme, verdict: "unknown", says: "unknown", total: 0n, lines: [], rows: [], because: [], why: [], household: [], person: [], open: [], openForAmount: [], known: {}, refused: error.code };
    }
  });
  if (data.areas && !("@area" in state.once))
    return { next: { id: "@area", kind: "choice", text: "您加入的工会在哪个县区？", choices: data.areas }, programmes: found };
  return { next: following(data, state, found, "open"), programmes: found };
}

// The first question in order that some programme still turns on; before those of a beneficiary, whether there is one.
export function following(data, state, found, kind) {
  const wanted = new Map(found.flatMap((each) => each[kind].map((id) => [id, each.programme])));
  const next = data.questions.find((question) => wanted.has(question.id));
  if (!next) return null;
  const rows = next.row ? wanted.get(next.id).rows : null;
  if (!rows || state.groups[rows].present !== undefined) return { ...next, rows };
  const noun = data.groups.find((group) => group.rows === rows).noun;
  return { id: `@${rows}`, kind: "bool", text: `您家有${noun}要申请吗？`, present: rows };
}

export function begin(data) {
  const groups = {};
  for (const { rows } of data.groups ?? []) groups[rows] = { present: data.across ? undefined : true, rows: [{}] };
  return { once: {}, groups };
}

// The answers with one more; states are never changed, so that one can go back.
export function answered(state, question, given) {
  const groups = { ...state.groups };
  if (question.present) groups[question.present] = { ...groups[question.present], present: given };
  else if (question.rows) {
    const { rows, ...rest } = groups[question.rows];
    groups[question.rows] = { ...rest, rows: [...rows.slice(0, -1), { ...rows[rows.length - 1], [question.id]: given }] };
  } else return { groups, once: { ...state.once, [question.id]: given } };
  return { once: state.once, groups };
}

export function another(state, rows) {
  return { once: state.once, groups: { ...state.groups, [rows]: { ...state.groups[rows], rows: [...state.groups[rows].rows, {}] } } };
}

// ---- days --------------------------------------------------------------------------------------------------------
// The day on which so many years have passed; counted from 29 February it is 1 March in common years.
function reached(since, years) {
  const year = String(Number(since.slice(0, 4)) + years).padStart(4, "0"), day = year + since.slice(4);
  return new Date(day).toISOString().slice(0, 10) === day ? day : `${year}-03-01`;
}

// The first day after `on`, up to `until`, on which a programme no longer says no while the answers stay the same.
export function laterDay(data, programme, state, { on, until, evaluate }) {
  const days = new Set((data.params ?? []).map((row) => row.from));
  const answers = [state.once, ...(programme.rows ? state.groups[programme.rows].rows : [])];
  for (const rule of [programme.household, programme.beneficiary]) {
    for (const leaf of rule ? leaves(rule.root) : []) {
      if (!/^age_/.test(leaf.op) || leaf.on || leaf.value == null) continue;
      const id = programme.renamed?.[leaf.fact] ?? leaf.fact;
      for (const given of answers) if (given[id]) days.add(reached(given[id], leaf.value + (leaf.op === "age_le" ? 1 : 0)));
    }
  }
  const alone = { ...data, programmes: [programme] };
  return [...days].sort().find((day) => on < day && day <= until && advise(alone, state, { on: day, evaluate }).programmes[0].says !== "not_met") ?? null;
}
