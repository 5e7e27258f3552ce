// The journey with @medplum/core's MedplumClient: luggage in (JSON), what it saw out.
// Usage: node medplum.mjs FOLDER < luggage; FOLDER holds node_modules.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// Medplum's core names WebSocket when it is loaded; Node 20 has none. None is opened.
globalThis.WebSocket ??= class {};

const need = createRequire(`${process.argv[2]}/`);
const { MedplumClient, OperationOutcomeError } = need("@medplum/core");
const given = JSON.parse(readFileSync(0, "utf8"));
const resourceType = "DocumentReference";
const absent = "0".repeat(64);

function client(accessToken) {
  const baseUrl = given.base.replace(/fhir$/, "");
  return new MedplumClient({ baseUrl, fhirUrlPath: "fhir", accessToken, cacheTime: 0, fetch });
}
const [author, reader, patient] = [given.author, given.reader, given.patient].map(client);

const statuses = (bundle) => bundle.entry.map((each) => each.response.status);
const ids = (bundle) => (bundle.entry ?? []).map((each) => each.resource.id);

function ofLot(identifier, more = {}) {
  return { "patient.identifier": given.person, identifier, ...more };
}

async function paged() {
  const found = [];
  const query = ofLot(given.documents, { _count: "1" });
  for await (const page of author.searchResourcePages(resourceType, query)) {
    found.push(...page.map((each) => each.id));
  }
  return found;
}

async function raised(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof OperationOutcomeError)) throw error;
    const issue = error.outcome.issue[0];
    return [issue.code, ...(issue.expression ?? [])].join(" ");
  }
  return "nothing";
}

const statement = await author.get(author.fhirUrl("metadata"));
const kinds = new Map(statement.rest[0].resource.map((each) => [each.type, each]));
const deposited = statuses(await author.executeBatch(given.lot));
const again = statuses(await author.executeBatch(given.lot));

const { id } = await author.searchOne(resourceType, ofLot(given.first));
const document = await author.readResource(resourceType, id);
const body = await author.download(document.content[0].attachment.url);

const before = (await reader.searchResources(resourceType, ofLot(given.first))).length;
const masked = await patient.patchResource(resourceType, id, given.masking);
const history = (await author.readHistory(resourceType, id)).entry.map(
  (each) => each.resource.meta.versionId,
);
const version = await author.readVersion(resourceType, id, history.at(-1));

const condition = given.condition;
const consents = new URLSearchParams({ "patient.identifier": given.person, status: "active" });
const told = {
  version: statement.fhirVersion,
  interactions: kinds.get(resourceType).interaction.map((each) => each.code),
  deposited,
  again,
  all: ids(await author.search(resourceType, ofLot(given.documents))),
  paged: await paged(),
  read: document.masterIdentifier.value,
  body: await body.text(),
  before,
  masked: masked.securityLabel.flatMap((each) => each.coding.map((one) => one.code)),
  after: (await reader.searchResources(resourceType, ofLot(given.first))).length,
  history,
  vread: version.meta.versionId,
  created: (await author.createResourceIfNoneExist(given.alone, condition)).id,
  once_more: (await author.createResourceIfNoneExist(given.alone, condition)).id,
  consent: (await patient.createResource(given.consent)).id,
  consents: ids(await patient.search("Consent", consents)),
  errors: {
    404: await raised(() => author.readResource(resourceType, absent)),
    400: await raised(() => author.search(resourceType, { patient: absent, colour: "red" })),
    401: await raised(() => client("nobody").readResource(resourceType, absent)),
  },
};
process.stdout.write(JSON.stringify(told));
