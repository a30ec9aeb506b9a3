// When a place is open: rules over plain values, without a clock and without a page. Days are "2026-08-03", times are
// "09:00", both in China; the caller says which day and which time it is.

const KINDS = ["", "mon-fri", "mon-fri", "mon-fri", "mon-fri", "mon-fri", "sat", "sun"]
const WEEKDAYS = "一二三四五六日"
const AHEAD = 31

// Days are counted in UTC, so that no phone's time zone can shift them.
const counted = (day) => new Date(day + "T00:00:00Z")
export const later = (day, days) => new Date(counted(day).getTime() + days * 86400000).toISOString().slice(0, 10)
const weekday = (day) => counted(day).getUTCDay() || 7

export function spoken(day) {
  return Number(day.slice(5, 7)) + "月" + Number(day.slice(8)) + "日（星期" + WEEKDAYS[weekday(day) - 1] + "）"
}

// Day and time in China, whatever the zone of the phone: it keeps no summer time, so it is always eight hours ahead.
export function inChina(milliseconds) {
  const text = new Date(milliseconds + 8 * 3600000).toISOString()
  return { day: text.slice(0, 10), clock: text.slice(11, 16) }
}

const covers = ([first, last], day) => (!first || first <= day) && (!last || day <= last)

// When each window of a place is open on a day. The place's own exceptions come first, then its suspension, then the
// holidays of the country (off: closed; worked: like a weekday), then the week.
function windowsOn(place, day, calendar, service) {
  if (place.closed && covers(place.closed, day)) return []
  const own = place.exceptions && place.exceptions[day]
  if (!own && calendar.off.includes(day)) return []
  const kind = calendar.worked.includes(day) ? "mon-fri" : KINDS[weekday(day)]
  return place.windows
    .filter((window) => !service || window.services.includes(service))
    .map((window) => ({ name: window.name, spans: own || window.hours[kind] || [] }))
}

// The spans of all windows together, in order; what touches is one.
function together(windows) {
  const spans = windows.flatMap((window) => window.spans).sort()
  const merged = []
  for (const [begin, end] of spans) {
    const last = merged[merged.length - 1]
    if (last && begin <= last[1]) last[1] = end > last[1] ? end : last[1]
    else merged.push([begin, end])
  }
  return merged
}

// How a place stands: open (until when, at which windows) or closed (until which day and time; null when not within a
// month). With a service, only the windows that offer it count.
export function stateAt(place, day, clock, calendar, service) {
  const windows = windowsOn(place, day, calendar, service)
  for (const [begin, end] of together(windows)) {
    if (clock < begin) return { open: false, day, time: begin, ahead: 0 }
    if (clock < end) {
      const now = windows.filter((window) => window.spans.some(([from, to]) => from <= clock && clock < to))
      return { open: true, until: end, windows: now.map((window) => window.name), all: now.length === place.windows.length }
    }
  }
  for (let ahead = 1; ahead <= AHEAD; ahead += 1) {
    const then = later(day, ahead)
    const spans = together(windowsOn(place, then, calendar, service))
    if (spans.length) return { open: false, day: then, time: spans[0][0], ahead }
  }
  return { open: false, day: null, time: null, ahead: null }
}

export function told(state) {
  if (state.open) return "现在开门，到 " + state.until + (state.all ? "" : "（现在有人的：" + state.windows.join("、") + "）")
  if (!state.day) return "最近一个月没有开门的日子，请先打电话问"
  if (state.ahead === 0) return "现在没开门，今天 " + state.time + " 开门"
  return "现在没开门，下次 " + (state.ahead === 1 ? "明天" : spoken(state.day)) + " " + state.time
}

// How near a place is to somebody in an area, maybe at one of its points: 0 is nearest. Known from the tree of the
// unions alone; nobody is asked where the phone is.
export function nearness(place, area, point) {
  if (place.level === "CITY") return 6
  if (place.area !== area) return 7
  if (point && place.code === point) return 0
  if (point && place.parent === point) return 1
  return ["COUNTY", "TOWNSHIP", "STATION"].indexOf(place.level) + 2
}
