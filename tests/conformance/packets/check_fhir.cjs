// Judges the FHIR of packets by the npm package `fhir`: node check_fhir.cjs FILE...
const fs = require("fs");
const { Fhir } = require("fhir");

let wrong = 0;
for (const file of process.argv.slice(2)) {
  const bundle = JSON.parse(fs.readFileSync(file, "utf8"));
  const resources = bundle.entry.map((entry) => entry.resource);
  for (const resource of [bundle, ...resources]) {
    const { valid, messages } = new Fhir().validate(resource, { errorOnUnexpected: true });
    const errors = messages.filter((message) => ["error", "fatal"].includes(message.severity));
    if (!valid || errors.length) {
      wrong += 1;
      console.error(`${file}: ${resource.resourceType} ${resource.id ?? ""}`, JSON.stringify(errors.length ? errors : messages));
    }
  }
  console.log(`${file}: ${resources.length} resources looked at by fhir`);
}
process.exit(wrong ? 1 : 0);
