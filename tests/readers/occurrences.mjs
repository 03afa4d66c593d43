// Calendars by name on standard input; when their events take place on standard output: start and
// end by the clock of their zones, up to the year on the command line.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const MOST = 20000;
const last = Number(process.argv[2]);
const moment = (time) => [time.toString(), time.isDate ? "" : (time.zone?.tzid ?? "floating")];
const isFree = (component) =>
  component.getFirstPropertyValue("status") === "CANCELLED" ||
  component.getFirstPropertyValue("transp") === "TRANSPARENT";

function* occurrences(master, exceptions) {
  const event = new ICAL.Event(master, { exceptions, strictExceptions: true });
  const iterator = event.iterator();
  for (let count = 0; count < MOST; count += 1) {
    const next = iterator.next();
    if (!next || next.year > last) return;
    const { item, startDate, endDate } = event.getOccurrenceDetails(next);
    if (!isFree(item.component)) yield [...moment(startDate), ...moment(endDate)];
  }
  throw new Error("too many");
}

function* ofCalendar(calendar) {
  const groups = new Map();
  for (const event of calendar.getAllSubcomponents("vevent")) {
    const uid = event.getFirstPropertyValue("uid") ?? groups.size;
    groups.set(uid, [...(groups.get(uid) ?? []), event]);
  }
  for (const events of groups.values()) {
    const whole = events.filter((event) => !event.hasProperty("recurrence-id"));
    const changed = events.filter((event) => event.hasProperty("recurrence-id"));
    for (const master of whole) yield* occurrences(master, changed);
    if (!whole.length) for (const one of changed) yield* occurrences(one, []);
  }
}

function read(text) {
  try {
    const parsed = ICAL.parse(text);
    const calendars = typeof parsed[0] === "string" ? [parsed] : parsed;
    return calendars.flatMap((each) => [...ofCalendar(new ICAL.Component(each))]);
  } catch (error) {
    return String(error);
  }
}

const calendars = Object.entries(JSON.parse(readFileSync(0, "utf8")));
process.stdout.write(JSON.stringify(Object.fromEntries(calendars.map(([n, t]) => [n, read(t)]))));
