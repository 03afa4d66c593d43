// Calendars by name on standard input, their events on standard output; see entry.py.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const moment = (time) =>
  (time.isDate ? time : time.convertToZone(ICAL.Timezone.utcTimezone)).toString();

function entry(component) {
  const event = new ICAL.Event(component);
  const text = (name) => component.getFirstPropertyValue(name) ?? "";
  const alarms = component
    .getAllSubcomponents("valarm")
    .map((alarm) => alarm.getFirstPropertyValue("trigger").toSeconds());
  return [
    event.uid,
    moment(event.startDate),
    moment(event.endDate),
    ...["summary", "description", "location", "status"].map(text),
    alarms.sort((one, other) => one - other),
  ];
}

const read = (text) =>
  new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").map(entry);

const calendars = Object.entries(JSON.parse(readFileSync(0, "utf8")));
const found = calendars.map(([name, text]) => [name, read(text)]);
process.stdout.write(JSON.stringify(Object.fromEntries(found)));
