// Journeys of shoppers and back ends with the official SDK; `node journeys.mjs <name>` runs one against a live server.
import assert from "node:assert/strict";
import { add, address, admin, backend, body, change, contents, customer, guest, host, projectKey } from "./shop.mjs";
import { refusal, store, withRefreshToken, withToken } from "./shop.mjs";

const ALICE = "alice@example.com";
const pay = { action: "setShippingAddress", address };

async function filled(me, ...actions) {
  return change(me, await body(me.carts().post({ body: { currency: "USD" } })), ...actions);
}

async function orderOf(me, cart) {
  return body(me.orders().post({ body: { id: cart.id, version: cart.version } }));
}

const journeys = {
  async aGuestOrders() {
    const me = store(guest(), "siteA").me();
    let cart = await filled(me, add("TEE", 2), add("MUG"));
    assert.equal(cart.store.key, "siteA");
    assert.equal(cart.totalPrice.centAmount, 5800);
    assert.ok(cart.anonymousId);
    cart = await change(me, cart, pay);
    const order = await orderOf(me, cart);
    assert.equal(order.orderState, "Open");
    assert.equal(order.cart.id, cart.id);
    assert.equal(order.taxedPrice.totalGross.centAmount, 6380);
    assert.deepEqual(contents(order), [["TEE", 2], ["MUG", 1]]);
    assert.equal((await body(me.orders().withId({ ID: order.id }).get())).id, order.id);
    assert.equal((await body(me.orders().get())).results[0].id, order.id);
  },

  async aGuestSignsInAndTheCartsAreMerged() {
    const alice = store(customer(ALICE), "siteA").me();
    const own = await filled(alice, add("TEE", 3));
    const visitor = guest();
    const me = store(visitor, "siteA").me();
    const cart = await filled(me, add("TEE", 2), add("MUG"));
    const signIn = { email: ALICE, password: "pw", activeCartSignInMode: "MergeWithExistingCustomerCart" };
    const result = await body(me.login().post({ body: signIn }));
    assert.equal(result.customer.email, ALICE);
    assert.equal(result.cart.id, own.id);
    assert.equal(result.cart.customerId, result.customer.id);
    assert.deepEqual(contents(result.cart), [["TEE", 3], ["MUG", 1]]);
    assert.equal((await refusal(visitor.me().carts().withId({ ID: cart.id }).get())).statusCode, 404);
    const merged = await body(backend().carts().withId({ ID: cart.id }).get());
    assert.equal(merged.cartState, "Merged");
    const active = await body(alice.activeCart().get());
    assert.equal(active.id, own.id);
    const order = await orderOf(alice, await change(alice, active, pay));
    assert.equal(order.customerId, result.customer.id);
    assert.deepEqual(contents(order), [["TEE", 3], ["MUG", 1]]);
  },

  async aGuestSignsInAndKeepsTheOwnCart() {
    const alice = store(customer(ALICE), "siteA").me();
    const old = await filled(alice, add("TEE", 3));
    const me = store(guest(), "siteA").me();
    const cart = await filled(me, add("MUG"));
    const signIn = { email: ALICE, password: "pw", activeCartSignInMode: "UseAsNewActiveCustomerCart" };
    const result = await body(me.login().post({ body: signIn }));
    assert.equal(result.cart.id, cart.id);
    assert.deepEqual(contents(result.cart), [["MUG", 1]]);
    assert.equal((await body(alice.activeCart().get())).id, cart.id);
    assert.deepEqual(contents(await body(alice.carts().withId({ ID: old.id }).get())), [["TEE", 3]]);
  },

  async aGuestSignsUp() {
    const me = store(guest(), "siteA").me();
    const cart = await filled(me, add("PEN", 2));
    const draft = { email: "eve@example.com", password: "correct horse", firstName: "Eve" };
    const result = await body(me.signup().post({ body: draft }));
    assert.equal(result.customer.firstName, "Eve");
    assert.equal(result.cart.id, cart.id);
    assert.equal(result.cart.customerId, result.customer.id);
    const eve = customer("eve@example.com", "correct horse");
    assert.equal((await body(eve.me().get())).id, result.customer.id);
    const again = await refusal(store(guest(), "siteA").me().signup().post({ body: draft }));
    assert.deepEqual([again.statusCode, again.code, again.field], [400, "DuplicateField", "email"]);
  },

  async aBackendSignsIn() {
    const api = backend();
    const anonymousId = "11111111-2222-4333-8444-555555555555";
    const draft = { currency: "USD", anonymousId, lineItems: [{ sku: "SHIRT", quantity: 2 }] };
    const cart = await body(store(api, "siteA").carts().post({ body: draft }));
    const signIn = { email: ALICE, password: "pw", anonymousCart: { typeId: "cart", id: cart.id }, anonymousId };
    const result = await body(store(api, "siteA").login().post({ body: signIn }));
    assert.equal(result.cart.id, cart.id);
    assert.equal(result.cart.customerId, result.customer.id);
    const wrong = await refusal(api.login().post({ body: { email: ALICE, password: "no" } }));
    assert.deepEqual([wrong.statusCode, wrong.code], [400, "InvalidCredentials"]);
    const found = await body(api.carts().withCustomerId({ customerId: result.customer.id }).get());
    assert.equal(found.id, cart.id);
  },

  async aStaleVersionIsRecoveredFrom() {
    const strict = guest("session-of-two-tabs");
    const first = await filled(store(strict, "siteA").me(), add("TEE"));
    const update = { version: first.version - 1, actions: [add("MUG")] };
    const stale = await refusal(strict.me().carts().withId({ ID: first.id }).post({ body: update }));
    assert.deepEqual([stale.statusCode, stale.code], [409, "ConcurrentModification"]);
    assert.equal(stale.currentVersion, first.version);
    const recovering = guest("session-of-two-tabs", { recovers: true });
    const cart = await body(recovering.me().carts().withId({ ID: first.id }).post({ body: update }));
    assert.deepEqual(contents(cart), [["TEE", 1], ["MUG", 1]]);
  },

  async refusalsCarryTheirCodes() {
    const api = guest();
    const me = store(api, "siteA").me();
    const cart = await filled(me, add("TEE"));
    const refused = async (site, ...actions) => {
      const request = store(api, site).me().carts().withId({ ID: cart.id });
      const error = await refusal(request.post({ body: { version: cart.version, actions } }));
      return [error.statusCode, error.code, error.reason];
    };
    assert.deepEqual(await refused("siteB", add("NOLIST")), [400, "MatchingPriceNotFound", undefined]);
    assert.deepEqual(await refused("siteA", add("NOTHING")), [400, "InvalidInput", undefined]);
    assert.deepEqual(await refused("siteA", add("TEE", 1000000)), [400, "InvalidOperation", "QuantityLimitExceeded"]);
    const payment = { action: "addPayment", payment: { typeId: "payment", id: cart.id } };
    assert.deepEqual(await refused("siteA", payment), [400, "InvalidOperation", "NotImplementedYet"]);
    const code = { action: "addDiscountCode", code: "X" };
    assert.deepEqual(await refused("siteA", code), [400, "DiscountCodeNonApplicable", undefined]);
    assert.deepEqual(await refused("siteD", add("TEE")), [404, "ResourceNotFound", undefined]);
    const elsewhere = await refusal(customer("bob@example.com").me().carts().withId({ ID: cart.id }).get());
    assert.deepEqual([elsewhere.statusCode, elsewhere.code], [404, "ResourceNotFound"]);
    const forbidden = await refusal(api.carts().get());
    assert.deepEqual([forbidden.statusCode, forbidden.code], [403, "insufficient_scope"]);
    const unknown = await refusal(withToken("nothing").me().activeCart().get());
    assert.deepEqual([unknown.statusCode, unknown.code], [401, "invalid_token"]);
    assert.deepEqual(contents(await body(me.carts().withId({ ID: cart.id }).get())), [["TEE", 1]]);
  },

  async theActiveCartComesAndGoes() {
    const me = store(customer("bob@example.com"), "siteA").me();
    assert.equal((await refusal(me.activeCart().get())).statusCode, 404);
    const cart = await filled(me, add("TEE"));
    assert.equal((await body(me.activeCart().get())).id, cart.id);
    const second = await filled(me, add("MUG"));
    assert.equal((await body(me.activeCart().get())).id, second.id);
    const gone = await body(me.carts().withId({ ID: second.id }).delete({ queryArgs: { version: second.version } }));
    assert.equal(gone.id, second.id);
    assert.equal((await body(me.activeCart().get())).id, cart.id);
    const page = await body(me.carts().get());
    assert.deepEqual([page.count, page.total, page.results[0].id], [1, 1, cart.id]);
  },

  async aBackendQueries() {
    const api = backend();
    const where = "email = :email";
    const queryArgs = { where, "var.email": ALICE, limit: 1, withTotal: true };
    const page = await body(api.customers().get({ queryArgs }));
    assert.deepEqual([page.limit, page.offset, page.count, page.total], [1, 0, 1, 1]);
    const alice = page.results[0];
    assert.equal(alice.key, "alice");
    const all = await body(api.customers().get({ queryArgs: { sort: "email asc", limit: 2, offset: 1 } }));
    assert.deepEqual(all.results.map((each) => each.key), ["bob", "carol"]);
    const both = await body(api.customers().get({ queryArgs: { where: ['email != "x"', `id in ("${alice.id}")`] } }));
    assert.equal(both.count, 1);
    const draft = { currency: "USD", customerId: alice.id, lineItems: [{ sku: "TEE" }], shippingAddress: address };
    const cart = await body(store(api, "siteA").carts().post({ body: draft }));
    const byOwner = await body(api.carts().get({ queryArgs: { where: [`customerId="${alice.id}"`, 'cartState="Active"'] } }));
    assert.deepEqual(byOwner.results.map((each) => each.id), [cart.id]);
    const named = { cart: { typeId: "cart", id: cart.id }, version: cart.version, orderNumber: "2026/11" };
    const order = await body(api.orders().post({ body: named }));
    assert.equal((await body(api.orders().withOrderNumber({ orderNumber: "2026/11" }).get())).id, order.id);
    const wrong = await refusal(api.customers().get({ queryArgs: { where: "shoeSize = 43" } }));
    assert.deepEqual([wrong.statusCode, wrong.code], [400, "InvalidInput"]);
  },

  async anAdministratorKeepsCarts() {
    const api = admin();
    const draft = { currency: "USD", key: "keep-1", lineItems: [{ sku: "TEE", quantity: 2 }] };
    const cart = await body(store(api, "siteA").carts().post({ body: draft }));
    assert.equal((await api.carts().withKey({ key: "keep-1" }).head().execute()).statusCode, 200);
    assert.deepEqual(await body(api.carts().withKey({ key: "keep-1" }).get()), cart);
    const copy = await body(store(api, "siteA").carts().replicate().post({ body: { reference: { typeId: "cart", id: cart.id } } }));
    assert.notEqual(copy.id, cart.id);
    assert.deepEqual(contents(copy), contents(cart));
    const gone = await body(api.carts().withKey({ key: "keep-1" }).delete({ queryArgs: { version: cart.version } }));
    assert.equal(gone.id, cart.id);
    const missing = await refusal(api.carts().withKey({ key: "keep-1" }).get());
    assert.deepEqual([missing.statusCode, missing.code], [404, "ResourceNotFound"]);
    const project = await body(api.get());
    assert.equal(project.key, projectKey);
    const stores = await body(api.stores().get({ queryArgs: { where: 'key = "siteA"' } }));
    assert.equal(stores.results[0].key, "siteA");
  },

  async aCatalogueIsBrowsed() {
    const api = guest();
    const page = await body(api.productProjections().get({ queryArgs: { limit: 2 } }));
    assert.equal(page.count, 2);
    const tee = await body(store(api, "siteA").productProjections().withKey({ key: "TEE" }).get());
    assert.equal(tee.masterVariant.sku, "TEE");
    const me = store(api, "siteA").me();
    const cart = await filled(me, { action: "addLineItem", productId: tee.id, variantId: 1 });
    assert.deepEqual(contents(cart), [["TEE", 1]]);
  },

  async aSessionIsContinued() {
    const basic = Buffer.from("storefront:storefront-secret").toString("base64");
    const scope = `manage_my_orders:${projectKey} manage_my_profile:${projectKey}`;
    const answer = await fetch(`${host}/oauth/${projectKey}/anonymous/token`, {
      method: "POST",
      headers: { Authorization: `Basic ${basic}`, "Content-Type": "application/x-www-form-urlencoded" },
      body: `grant_type=client_credentials&scope=${scope}&anonymous_id=session-1`,
    });
    const token = await answer.json();
    assert.equal(token.scope, scope);
    const cart = await filled(store(withToken(token.access_token), "siteA").me(), add("TEE"));
    const later = withRefreshToken(token.refresh_token);
    assert.equal((await body(later.me().carts().withId({ ID: cart.id }).get())).id, cart.id);
    const again = guest("session-1");
    assert.equal((await body(again.me().carts().withId({ ID: cart.id }).get())).id, cart.id);
  },

  async aProfileIsKept() {
    const me = customer("carol@example.com").me();
    const profile = await body(me.get());
    const actions = [{ action: "setFirstName", firstName: "Caroline" }, { action: "addAddress", address }];
    const changed = await body(me.post({ body: { version: profile.version, actions } }));
    assert.equal(changed.firstName, "Caroline");
    assert.equal(changed.version, profile.version + 2);
    assert.equal(changed.addresses.length, 1);
    const passwords = { version: changed.version, currentPassword: "pw", newPassword: "battery staple" };
    await body(me.password().post({ body: passwords }));
    assert.equal((await body(customer("carol@example.com", "battery staple").me().get())).id, profile.id);
    const former = customer("carol@example.com", "pw").me().get().execute();
    await assert.rejects(former, { message: "Customer account with the given credentials not found." });
  },
};

await journeys[process.argv[2]]();
