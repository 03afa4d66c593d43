// Validates a FHIR resource from standard input against the official definitions of release 4.0.1.
const { Fhir } = require("fhir");
const text = require("fs").readFileSync(0, "utf8");
const { messages } = new Fhir().validate(JSON.parse(text), { errorOnUnexpected: true });
console.log(JSON.stringify(messages.map(({ severity, location, message }) => [severity, location, message])));
