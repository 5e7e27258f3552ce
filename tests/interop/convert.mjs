// C-CDA to FHIR by @medplum/ccda: a file name a line in, counts and seconds a line out.
// Usage: node convert.mjs FOLDER < names; FOLDER holds node_modules.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

globalThis.WebSocket ??= class {};
const need = createRequire(`${process.argv[2]}/`);
const { convertCcdaToFhir, convertXmlToCcda } = need("@medplum/ccda");

function converted(name) {
  const text = readFileSync(name, "utf8");
  const began = process.hrtime.bigint();
  try {
    const bundle = convertCcdaToFhir(convertXmlToCcda(text));
    const seconds = Number(process.hrtime.bigint() - began) / 1e9;
    return { seconds, resources: bundle.entry.map((each) => each.resource) };
  } catch (error) {
    return { failed: error.name };
  }
}

for await (const name of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(converted(name))}\n`);
}
