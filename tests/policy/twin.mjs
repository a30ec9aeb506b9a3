// Runs the browser's twin over standard input: a line [rule, facts, params, on, area] in, a line with the outcome out.
import { createInterface } from "node:readline"

// An old phone: what came after ES2020 is taken away before the twin is loaded.
delete Object.hasOwn
for (const name of ["at", "findLast", "findLastIndex", "toSorted", "toReversed", "with"]) delete Array.prototype[name]
for (const name of ["at", "replaceAll", "isWellFormed", "toWellFormed"]) delete String.prototype[name]
delete globalThis.structuredClone

const frozen = (value) => {
  if (value && typeof value === "object") Object.values(Object.freeze(value)).forEach(frozen)
  return value
}

function outcome(evaluate, line) {
  const given = frozen(JSON.parse(line)) // a module is strict: to change what was given is an error
  try {
    return evaluate(...given)
  } catch (error) {
    const { code, fact = null, param = null, leaf = null } = error
    return code && error instanceof Error ? { code, fact, param, leaf } : { broken: String(error.stack) }
  }
}

async function main() {
  const { evaluate } = await import("../../site/assets/criteria.mjs")
  const out = []
  for await (const line of createInterface({ input: process.stdin })) out.push(JSON.stringify(outcome(evaluate, line)))
  process.stdout.write(out.join("\n") + "\n")
}

main()
