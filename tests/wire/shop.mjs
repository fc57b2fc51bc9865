// The official SDK as a shop puts it together, once for each kind of caller.
import { ClientBuilder } from "@commercetools/ts-client";
import { createApiBuilderFromCtpClient } from "@commercetools/platform-sdk";

export const host = process.env.HANDCART_URL;
export const projectKey = process.env.HANDCART_PROJECT;
export const address = { streetName: "Main Street", city: "Springfield", state: "IL", country: "US" };

const storefront = { clientId: "storefront", clientSecret: "storefront-secret" };
const shopperScopes = ["view_published_products", "manage_my_orders", "manage_my_profile"].map(inProject);

function inProject(scope) {
  return `${scope}:${projectKey}`;
}

function authorisation(credentials, scopes) {
  return { host, projectKey, credentials, scopes, httpClient: fetch };
}

function apiOf(builder, { recovers = false } = {}) {
  const built = builder.withProjectKey(projectKey).withHttpMiddleware({ host, httpClient: fetch });
  const client = (recovers ? built.withConcurrentModificationMiddleware() : built).build();
  return createApiBuilderFromCtpClient(client).withProjectKey({ projectKey });
}

export function guest(anonymousId, options) {
  const credentials = anonymousId ? { ...storefront, anonymousId } : storefront;
  return apiOf(new ClientBuilder().withAnonymousSessionFlow(authorisation(credentials, shopperScopes)), options);
}

export function customer(username, password = "pw", options = {}) {
  const credentials = { ...storefront, user: { username, password } };
  return apiOf(new ClientBuilder().withPasswordFlow(authorisation(credentials, shopperScopes)), options);
}

export function backend(options) {
  const credentials = { clientId: "backend", clientSecret: "backend-secret" };
  const scopes = ["manage_customers", "manage_orders", "manage_products"].map(inProject);
  return apiOf(new ClientBuilder().withClientCredentialsFlow(authorisation(credentials, scopes)), options);
}

export function admin(options) {
  const credentials = { clientId: "admin", clientSecret: "admin-secret" };
  return apiOf(new ClientBuilder().withClientCredentialsFlow(authorisation(credentials, [inProject("manage_project")])), options);
}

export function withRefreshToken(refreshToken) {
  return apiOf(
    new ClientBuilder().withRefreshTokenFlow({ host, projectKey, credentials: storefront, refreshToken, httpClient: fetch }),
  );
}

export function withToken(token) {
  return apiOf(new ClientBuilder().withExistingTokenFlow(`Bearer ${token}`, { force: true }));
}

export function store(api, storeKey) {
  return api.inStoreKeyWithStoreKeyValue({ storeKey });
}

export async function body(request) {
  return (await request.execute()).body;
}

// The first error of a request that has to be refused.
export async function refusal(request) {
  try {
    await request.execute();
  } catch (error) {
    return { statusCode: error.statusCode, ...error.body.errors[0] };
  }
  throw new Error("it was not refused");
}

export function add(sku, quantity = 1, more = {}) {
  return { action: "addLineItem", sku, quantity, ...more };
}

export function contents(cart) {
  return cart.lineItems.map((line) => [line.variant.sku, line.quantity]);
}

export async function change(me, cart, ...actions) {
  return body(me.carts().withId({ ID: cart.id }).post({ body: { version: cart.version, actions } }));
}
