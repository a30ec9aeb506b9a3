// The directory in the browser: says beside each place whether it is open now, and finds the nearest by area, service and
// "open now" without another page. Without it the pages are complete: every place and its hours stand in the lists.
import { inChina, nearness, stateAt, told } from "./hours.mjs"

const REPEAT = 15000
let calendar = { off: [], worked: [] }
let known = null // the business day of the house, and the real day it was asked on

const parsed = (element, name, otherwise) => (name in element.dataset ? JSON.parse(element.dataset[name]) : otherwise)

function placeOf(element) {
  const { dataset } = element
  const list = element.closest(".places")
  return {
    element,
    code: dataset.place || dataset.centre,
    level: dataset.level,
    parent: dataset.parent,
    area: list ? list.dataset.area : "",
    services: (dataset.services || "").split(" "),
    windows: parsed(element, "windows", []),
    exceptions: parsed(element, "exceptions", {}),
    closed: parsed(element, "closed", null),
    suspended: !("windows" in dataset),
    name: element.querySelector(".place-name") ? element.querySelector(".place-name").textContent : "",
  }
}

// The house knows the business day and the holidays; when it cannot be asked, the day is China's.
async function learn() {
  const real = inChina(Date.now()).day
  try {
    const answer = await fetch("/data/today.json", { credentials: "omit", cache: "no-store" })
    const said = await answer.json()
    calendar = { off: said.off || [], worked: said.worked || [] }
    known = { day: said.today, real }
  } catch {
    known = { day: real, real }
  }
}

const places = [...document.querySelectorAll(".centre[data-centre], .place[data-place]")].map(placeOf)
const finder = document.querySelector(".finder")
const wish = { area: "", point: "", service: "", open: false }

function now(place, service) {
  return place.suspended ? null : stateAt(place, known.day, inChina(Date.now()).clock, calendar, service)
}

function show() {
  for (const place of places) {
    const line = place.element.querySelector(".open-now")
    const state = now(place, "")
    if (!line || !state) continue
    const text = told(state)
    if (line.textContent !== text) line.textContent = text // a screen reader hears what changed, and nothing else
    line.classList.toggle("open", state.open)
    line.classList.toggle("closed", !state.open)
  }
  if (finder) find()
}

// --- the finder ---

const listed = places.filter((place) => place.level)
const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

function choice(id, label, options) {
  const select = make("select", { id }, ...options.map(([value, text]) => make("option", { value }, text)))
  return make("div", { class: "field" }, make("label", { for: id }, label), select)
}

const areasOf = () => [...document.querySelectorAll(".places")].map((list) => {
  const heading = document.getElementById("a" + list.dataset.area)
  return [list.dataset.area, heading ? heading.textContent.trim() : list.dataset.area]
})

const pointsOf = (area) => listed
  .filter((place) => place.area === area && place.level === "TOWNSHIP")
  .map((place) => [place.code, place.name.replace(/职工服务点$/, "")])

let results, count, sections

function build() {
  const services = Object.entries(JSON.parse(finder.dataset.services))
  const open = make("input", { type: "checkbox", id: "find-open" })
  count = make("p", { class: "finder-count", role: "status" })
  results = make("ul", { class: "places", "aria-label": "找到的网点" })
  const areas = areasOf().filter(([area]) => listed.some((place) => place.area === area && place.level !== "CITY"))
  finder.append(
    make("h2", { class: "plain" }, "找离您近的"),
    make("form", { class: "finder-form" },
      choice("find-area", "您在哪个县区", [["", "全部"], ...areas]),
      choice("find-point", "在哪个街道、乡镇、园区", [["", "不清楚，都看看"]]),
      choice("find-service", "想办什么事", [["", "都可以"], ...services]),
      make("label", { class: "choice", for: "find-open" }, open, make("span", {}, "只看现在开门的"))),
    count, results)
  sections = [...document.querySelectorAll(".places")].filter((list) => list !== results)
  finder.addEventListener("submit", (event) => event.preventDefault())
  finder.addEventListener("change", chosen)
  const asked = new URLSearchParams(location.search)
  set({ area: asked.get("area") || "", point: asked.get("point") || "", service: asked.get("service") || "", open: asked.has("open") })
}

// As replaceChildren, which older phones do not have.
function fill(element, ...children) {
  element.textContent = ""
  element.append(...children)
}

const field = (name) => document.getElementById("find-" + name)

function set(asked) {
  field("area").value = asked.area
  wish.area = field("area").value
  const points = pointsOf(wish.area)
  fill(field("point"), make("option", { value: "" }, "不清楚，都看看"), ...points.map(([value, text]) => make("option", { value }, text)))
  field("point").closest(".field").hidden = !points.length
  field("point").value = asked.point
  wish.point = field("point").value
  field("service").value = asked.service
  wish.service = field("service").value
  field("open").checked = asked.open
  wish.open = asked.open
}

function chosen() {
  const area = field("area").value || ""
  set({ area, point: area === wish.area ? field("point").value : "", service: field("service").value || "", open: field("open").checked })
  const kept = Object.entries(wish).filter(([, value]) => value).map(([name, value]) => [name, value === true ? "1" : value])
  const query = new URLSearchParams(kept).toString()
  history.replaceState(null, "", query ? "?" + query : location.pathname)
  find()
}

// Every place that may be meant, the nearest first; suspended ones last.
function candidates() {
  const far = (place) => (wish.area ? nearness(place, wish.area, wish.point) : 0) + (place.suspended ? 10 : 0)
  return listed
    .filter((place) => !wish.area || nearness(place, wish.area, wish.point) < 7)
    .filter((place) => !wish.service || place.services.includes(wish.service))
    .map((place, order) => ({ place, order, far: far(place), state: now(place, wish.service) }))
    .sort((one, other) => one.far - other.far || one.order - other.order)
}

function find() {
  const asked = wish.area || wish.service || wish.open
  const all = asked ? candidates() : []
  const found = wish.open ? all.filter((each) => each.state && each.state.open) : all
  for (const list of sections) list.hidden = Boolean(asked)
  document.getElementById("areas").hidden = Boolean(asked)
  for (const list of sections) document.getElementById("a" + list.dataset.area).hidden = Boolean(asked)
  results.hidden = !found.length
  const shown = found.map((each) => each.place.code + (each.state ? told(each.state) : "")).join()
  if (results.dataset.shown !== shown) {
    results.dataset.shown = shown
    fill(results, ...found.map(line))
  }
  const text = asked ? says(found, all) : ""
  if (count.textContent !== text) count.textContent = text
}

function line({ place, state }) {
  const copy = place.element.cloneNode(true)
  if (state) copy.prepend(make("span", { class: "open-now " + (state.open ? "open" : "closed") }, told(state)))
  return copy
}

function says(found, all) {
  if (found.length) return "找到" + found.length + "处" + (wish.area ? "，近的排在前面。" : "。")
  const opening = all.filter((each) => each.state && each.state.day)
    .sort((one, other) => (one.state.day + one.state.time < other.state.day + other.state.time ? -1 : 1))
  if (!opening.length) return "没有找到。请打工会热线 12351，告诉您去哪里办。"
  const { place, state } = opening[0]
  return "这会儿都没开门。最早开门的是" + place.name + "：" + told(state).replace("现在没开门，", "") + "。"
}

// --- as time goes by ---

async function tick() {
  if (inChina(Date.now()).day !== known.real) await learn()
  show()
}

async function begin() {
  await learn()
  if (finder) build()
  show()
  setInterval(tick, REPEAT)
  document.addEventListener("visibilitychange", () => document.hidden || tick())
}

if (places.length) begin()
