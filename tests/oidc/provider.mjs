// A real OpenID provider (npm oidc-provider) with the claims of FranceConnect and of Pro
// Santé Connect, for the tests. One line of JSON on standard input says who there is:
//   {host, port, clients, people: {sub: {acr, claims}}, audience}
// A line {"ready": issuer} comes back; {"rotate": true} then changes its keys, and is
// answered by a line too.
import { createServer } from "node:http";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const library = join(folder, "node_modules", "oidc-provider", "lib", "index.js");
console.info = console.warn = () => {};
const { default: Provider } = await import(pathToFileURL(library));

const PIVOT = ["given_name", "family_name", "preferred_username", "birthdate", "gender",
  "birthplace", "birthcountry"];
const PSC = ["SubjectNameID", "SubjectRole", "SubjectOrganization", "SubjectOrganizationID",
  "SubjectRefPro", "Secteur_Activite", "given_name", "family_name", "otherIds"];

function keys() {
  const pairs = [["ES256", "ec", { namedCurve: "P-256" }], ["RS256", "rsa", { modulusLength: 2048 }]];
  return { keys: pairs.map(([alg, kind, options]) => ({
    ...generateKeyPairSync(kind, options).privateKey.export({ format: "jwk" }),
    alg, use: "sig", kid: randomUUID(),
  })) };
}

function make({ issuer, clients, people, audience }) {
  const provider = new Provider(issuer, {
    clients,
    jwks: keys(),
    cookies: { keys: ["tests only"] },
    scopes: ["openid", "identite_pivot", "scope_all", "ins"],
    claims: { acr: null, openid: ["sub"], identite_pivot: PIVOT, scope_all: PSC, ins: ["ins"] },
    acrValues: ["eidas1", "eidas2", "eidas3"],
    clientAuthMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt"],
    enabledJWA: {
      userinfoEncryptionAlgValues: ["RSA-OAEP-256", "ECDH-ES"],
      userinfoEncryptionEncValues: ["A256GCM"],
      idTokenEncryptionAlgValues: ["RSA-OAEP-256", "ECDH-ES"],
      idTokenEncryptionEncValues: ["A256GCM"],
    },
    interactions: { url: (ctx, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      encryption: { enabled: true },
      jwtUserinfo: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx) => ctx.oidc.client.clientId.startsWith("psc") ? audience[0] : [],
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, indicator) => ({
          scope: "scope_all", audience: indicator, accessTokenFormat: "jwt",
          accessTokenTTL: 120, jwt: { sign: { alg: ctx.oidc.client.idTokenSignedResponseAlg } },
        }),
      },
    },
    findAccount: (ctx, sub) => people[sub]
      && { accountId: sub, claims: () => ({ sub, ...people[sub].claims }) },
    extraTokenClaims: (ctx, token) => ({
      acr: people[token.accountId]?.acr, ...people[token.accountId]?.claims }),
    loadExistingGrant: async (ctx) => {
      const { client, session, params } = ctx.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope("openid identite_pivot scope_all ins");
      for (const each of [params.resource ?? []].flat().concat(audience)) {
        grant.addResourceScope(each, "scope_all");
      }
      await grant.save();
      return grant;
    },
  });
  return provider;
}

async function interact(provider, people, request, answer) {
  const { uid, prompt, params } = await provider.interactionDetails(request, answer);
  if (request.method === "GET") {
    const buttons = Object.keys(people).map((sub) =>
      `<button name="person" value="${sub}">${people[sub].claims.given_name}</button>`);
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    answer.end(`<!doctype html><title>Provider</title><p>${prompt.name} ${params.acr_values}</p>
<form method="post" action="/interaction/${uid}">${buttons.join("")}
<button name="person" value="">none</button></form>`);
    return;
  }
  let body = "";
  for await (const part of request) body += part;
  const person = new URLSearchParams(body).get("person");
  const result = person
    ? { login: { accountId: person, acr: people[person].acr } }
    : { error: "access_denied" };
  await provider.interactionFinished(request, answer, result);
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const said = JSON.parse((await lines.next()).value);
said.issuer = `http://${said.host}:${said.port}`;
let provider = make(said);
let handle = provider.callback();
createServer((request, answer) => {
  if (!request.url.startsWith("/interaction/")) return handle(request, answer);
  return interact(provider, said.people, request, answer).catch((error) => {
    answer.statusCode = 400;
    answer.end(String(error));
  });
}).listen(said.port, "127.0.0.1", () => console.log(JSON.stringify({ ready: said.issuer })));

for await (const line of lines) {
  if (!JSON.parse(line).rotate) continue;
  provider = make(said);
  handle = provider.callback();
  console.log(JSON.stringify({ rotated: true }));
}
process.exit(0);
