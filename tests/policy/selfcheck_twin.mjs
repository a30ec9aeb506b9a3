// Answers a self-check as families would, in the words of the browser: one JSON of cases in, one JSON of outcomes out.
import { readFileSync } from "node:fs";
import { advise, answered, another, begin, following, laterDay } from "../../site/assets/advice.mjs";
import { evaluate } from "../../site/assets/criteria.mjs";

const { data, cases } = JSON.parse(readFileSync(0, "utf8"));
const known = (facts, key) => facts[key] ?? null;

function walk({ on, facts, rows, until }) {
  const look = (state) => advise(data, state, { on, evaluate });
  const asked = [];
  let state = begin(data), seen = look(state);
  const stops = [];
  const people = rows.length ? rows : [{}];
  people.forEach((row, index) => {
    if (index) {
      for (const { rows } of data.groups ?? []) state = another(state, rows);
      seen = look(state);
    }
    while (seen.next) {
      const { next } = seen;
      asked.push(next.id);
      const from = next.row ? row : facts;
      state = answered(state, next, next.present ? rows.length > 0 : known(from, next.id.split("/").pop()));
      seen = look(state);
    }
    stops.push(seen.programmes.map(({ says }) => says));
  });
  let more = following(data, state, seen.programmes, "openForAmount");
  while (more && people.length === 1) {
    state = answered(state, more, known(more.row ? people[0] : facts, more.id.split("/").pop()));
    seen = look(state);
    more = following(data, state, seen.programmes, "openForAmount");
  }
  const end = seen.programmes.map((each) => ({
    code: each.programme.code,
    says: each.says,
    because: each.because.map(({ id }) => id),
    later: until ? laterDay(data, each.programme, state, { on, until, evaluate }) : null,
  }));
  return { asked, stops, end };
}

// Everything that is known is told at once; what is not is "I do not know".
function whole({ on, facts, rows }) {
  const state = begin(data);
  const unknown = (ofRow) =>
    Object.fromEntries(data.questions.filter(({ row }) => Boolean(row) === ofRow).map(({ id }) => [id, null]));
  state.once = { ...unknown(false), ...facts };
  const people = (rows.length ? rows : [{}]).map((row) => ({ ...unknown(true), ...row }));
  for (const group of Object.values(state.groups)) Object.assign(group, { present: true, rows: people });
  return advise(data, state, { on, evaluate }).programmes.map(({ programme, verdict, total, rows, lines }) => ({
    code: programme.code,
    verdict,
    total: Number(total),
    rows: rows.map((row) => ({ verdict: row.verdict, lines: row.lines })),
    lines,
  }));
}

console.log(JSON.stringify(cases.map((each) => ({ walk: walk(each), whole: whole(each) }))));
