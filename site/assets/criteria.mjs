// Twin of workflows/policy/criteria.py
const name = (v) => txt(v) && v
const day = (v) => txt(v) && v > "0001" && new Date(v).toJSON()?.slice(0, 10) === v
const txt = (v) => typeof v === "string"
const six = (v) => txt(v) && /^\d{6}$/.test(v)
const row = (v) => v && typeof v === "object" && !Array.isArray(v)
const opt = (is, v) => v == null || is(v)
const list = (is) => (v) => Array.isArray(v) && v.every(is)
const int = Number.isSafeInteger
const norm = (v) => (Array.isArray(v) ? v.map(norm) : txt(v) ? v.normalize("NFC").trim() : v ?? null)
const own = (o, key) => new Map(Object.entries(o)).get(key)

const ord = "lt le gt ge eq ne known"
const types = {
  money: [int, ord],
  int: [int, ord],
  bool: [(v) => typeof v === "boolean", "is known"],
  date: [day, ord + " age_le age_ge"],
  choice: [txt, "is in not_in known"],
  choices: [list(txt), "any_of none_of known"],
}
const kinds = {all: Math.min, any: Math.max, not: (v) => 4 - v}
const say = [, "not_met", "unknown", "met"]

export const evaluate = (rule, facts, params, on, area) => {
  let go, trace = [], at = {code: "rule"}
  const need = (ok) => {
    if (!ok) throw Object.assign(Error(at.code), at)
  }
  const as = (is, v) => need(opt(is, v)) ?? norm(v)

  const node = (it, up) => {
    at = {code: "rule"}
    need(row(it))
    const [kind, two] = Object.keys(kinds).filter((key) => key in it)
    if (!kind) return leaf(it, up)
    const of = kind === "not" ? [it.not] : it[kind]
    need(!two && Array.isArray(of) && of[0])
    const ends = of.map((o) => node(o, kind)).filter(Boolean)
    need(ends[0])
    return kinds[kind](...ends)
  }

  const leaf = (it, up) => {
    const {where, field, text = "", fact, times, op, severity = "gate", clause = "", id, derive = txt, value, param} = it
    const by = [txt, "count", "sum", "per_head"].indexOf(derive)
    const [is, ops] = own(types, by ? "int" : it.type) ?? []
    const key = by ? it.rows : fact
    const gate = severity === "gate"
    const out = {id}
    need(name(id))
    at = {code: "rule", leaf: id}
    need(name(key) && txt(text) && txt(clause) && trace.every((o) => o.id !== id))
    need(opt(name, param) && opt(day, it.on))
    need(!by || where == null || (name(where.field) && list(txt)(where.in)))
    need(gate || (severity === "advise" && up === "all"))
    need(times == null || (is === int && list((v) => int(v) && v > 0)(times) && times.length === 2))
    need(!by || (by > 0 && !("fact" in it) && (by < 2 || name(field))))
    need(is && ops.split(" ").includes(op) && (op === "known" || (value == null) !== (param == null)))
    const age = /^age/.test(op)
    const side = age ? int : /in$/.test(op) ? list(txt) : is
    let r = as(side, value)
    trace.push(out)
    if (!go) return gate && 2

    at = {code: "type", fact: key}
    let l = as(by ? list(row) : is, own(facts, key))
    const per = l && by > 2 && {[key]: l.length}
    if (by && l) {
      let sum = BigInt(0)
      for (const o of l) {
        const code = where && as(txt, own(o, where.field))
        const v = where && !norm(where.in).includes(code) ? code && 0 : by > 1 ? as(int, own(o, field)) : 1
        if (v == null) l = null
        sum += BigInt(v ?? 0)
      }
      l = l && as(int, Number(sum))
    }
    out.facts = {[by > 1 ? key + "." + field : key]: l, ...per}
    if (per && !per[key]) l = null
    if (age && l) {
      const to = it.on ?? on
      need(l <= to)
      l = to.slice(0, 4) - l.slice(0, 4) - (to.slice(5) < l.slice(5))
    }

    if (param != null) {
      at = {code: "param", param}
      need(opt(six, area) && list(row)(params))
      let top = "/"
      r = null
      for (const o of params.filter((o) => o.key === param)) {
        need(day(o.from) && opt(day, o.to) && opt(six, o.area))
        const stem = (o.area ?? "").replace(/(00){0,2}$/, "")
        const rank = o.from <= on && on <= (o.to ?? on) && (area + "").startsWith(stem) && stem.length + o.from
        if (rank >= top) r = rank > top ? o.value : null
        if (rank > top) top = rank
      }
      need(side(r))
      r = norm(r)
      out.param = param + "@" + top.slice(1)
    }

    let end = l == null ? 1 : 3
    if (op !== "known") {
      if (is === int && l != null) {
        const [n, d] = times ?? [1, 1]
        l = BigInt(l) * BigInt(d)
        r = BigInt(r) * BigInt(n) * BigInt(per ? per[key] : 1)
      }
      const eq = [l].flat().some((v) => [r].flat().includes(v))
      const ok = {lt: l < r, le: l <= r, gt: l > r, ge: l >= r}[op.slice(-2)] ?? eq !== /^n/.test(op)
      end = l == null ? 2 : ok ? 3 : 1
    }
    out.result = say[end]
    return gate && end
  }

  need(row(rule) && rule.schema === 1)
  node(rule.root)
  at = {code: "type", fact: day(on) ? "facts" : "on"}
  need(day(on) && row(facts))
  go = trace = []
  return {result: say[node(rule.root)], trace}
}
