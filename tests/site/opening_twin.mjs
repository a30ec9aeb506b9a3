// Runs the browser's rules for opening hours over standard input: a line [place, day, clock, calendar, service] in, a
// line with the state and its words out.
import { createInterface } from "node:readline"

// An old phone: what came after ES2020 is taken away before the rules are loaded.
for (const name of ["at", "findLast", "findLastIndex", "toSorted", "toReversed", "with"]) delete Array.prototype[name]
delete String.prototype.replaceAll

async function main() {
  const { inChina, nearness, stateAt, told } = await import("../../site/assets/hours.mjs")
  const out = []
  for await (const line of createInterface({ input: process.stdin })) {
    const [what, ...given] = JSON.parse(line)
    if (what === "china") out.push(JSON.stringify(inChina(...given)))
    else if (what === "near") out.push(JSON.stringify(nearness(...given)))
    else {
      const state = stateAt(...given)
      out.push(JSON.stringify({ ...state, told: told(state) }))
    }
  }
  process.stdout.write(out.join("\n") + "\n")
}

main()
