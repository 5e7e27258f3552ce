// The journey with fhir-kit-client: luggage in (JSON), what it saw out (JSON).
// Usage: node fhir_kit_client.mjs FOLDER < luggage; FOLDER holds node_modules.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = pathToFileURL(`${process.argv[2]}/node_modules/`);
const { Client, CapabilityTool } = await import(
  new URL("fhir-kit-client/dist/index.js", folder)
);
const given = JSON.parse(readFileSync(0, "utf8"));
const resourceType = "DocumentReference";
const absent = "0".repeat(64);

function client(token, customHeaders = {}) {
  return new Client({ baseUrl: given.base, bearerToken: token, customHeaders });
}
const [author, reader, patient] = [given.author, given.reader, given.patient].map((t) => client(t));

const statuses = (bundle) => bundle.entry.map((each) => each.response.status);
const ids = (bundle) => (bundle.entry ?? []).map((each) => each.resource.id);

function ofLot(speaker, identifier, more = {}, options = {}) {
  const searchParams = { "patient.identifier": given.person, identifier, ...more };
  return speaker.search({ resourceType, searchParams, options });
}

async function paged() {
  const found = [];
  let bundle = await ofLot(author, given.documents, { _count: 1 });
  while (bundle) {
    found.push(...ids(bundle));
    bundle = await author.nextPage({ bundle });
  }
  return found;
}

async function raised(act) {
  try {
    await act();
  } catch (error) {
    const { status, data } = error.response;
    return [status, ...(data.issue[0].expression ?? [])].join(" ");
  }
  return "nothing";
}

const statement = await author.capabilityStatement();
const tool = new CapabilityTool(statement);
const deposited = statuses(await author.transaction({ body: given.lot }));
const again = statuses(await author.transaction({ body: given.lot }));

const id = ids(await ofLot(author, given.first))[0];
const document = await author.read({ resourceType, id });
const binary = await author.resolve({ reference: document.content[0].attachment.url });

const before = ids(await ofLot(reader, given.first)).length;
const masked = await patient.patch({ resourceType, id, jsonPatch: given.masking });
const history = (await author.history({ resourceType, id })).entry.map(
  (each) => each.resource.meta.versionId,
);
const version = await author.vread({ resourceType, id, version: history.at(-1) });

const once = client(given.author, { "If-None-Exist": given.condition });
const consents = { "patient.identifier": given.person, status: "active" };
const told = {
  version: statement.fhirVersion,
  interactions: tool.interactionsFor({ resourceType }),
  deposited,
  again,
  all: ids(await ofLot(author, given.documents)),
  paged: await paged(),
  posted: ids(await ofLot(author, given.documents, {}, { postSearch: true })),
  read: document.masterIdentifier.value,
  body: Buffer.from(binary.data, "base64").toString(),
  before,
  masked: masked.securityLabel.flatMap((each) => each.coding.map((one) => one.code)),
  after: ids(await ofLot(reader, given.first)).length,
  history,
  vread: version.meta.versionId,
  created: (await once.create({ resourceType, body: given.alone })).id,
  once_more: (await once.create({ resourceType, body: given.alone })).id,
  consent: (await patient.create({ resourceType: "Consent", body: given.consent })).id,
  consents: ids(await patient.search({ resourceType: "Consent", searchParams: consents })),
  errors: {
    404: await raised(() => author.read({ resourceType, id: absent })),
    400: await raised(() =>
      author.search({ resourceType, searchParams: { patient: absent, colour: "red" } }),
    ),
    401: await raised(() => client("nobody").read({ resourceType, id: absent })),
  },
};
process.stdout.write(JSON.stringify(told));
