// The sign-in against a real provider, with a browser that is a few lines.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { SignIn, type Browser } from "../src/sign-in/session";
import { CLIENT_ID, startProvider } from "./provider.mjs";

const BASE = "http://127.0.0.1:9/live/";
const HASH = "#/audit?user=alice";

let provider: { issuer: string; stop: () => Promise<void> };

before(async () => {
  provider = await startProvider(BASE);
});

after(() => provider.stop());

/** A browser of one tab. `visit` goes where the page last sent the person, and signs in as `alice`. */
class Tab implements Browser {
  address: URL;
  went: string[] = [];
  time = Date.now();
  timers: { at: number; call: () => void }[] = [];
  private readonly kept = new Map<string, string>();
  private readonly cookies = new Map<string, string>();
  readonly storage = {
    getItem: (name: string) => this.kept.get(name) ?? null,
    setItem: (name: string, value: string) => void this.kept.set(name, value),
    removeItem: (name: string) => void this.kept.delete(name),
  };

  constructor(address: string) {
    this.address = new URL(address);
  }

  go(url: string): void {
    this.went.push(url);
  }

  replace(url: string): void {
    this.address = new URL(url);
  }

  now(): number {
    return this.time;
  }

  after(milliseconds: number, call: () => void): void {
    this.timers.push({ at: this.time + milliseconds, call });
  }

  /** Everything that is kept, as a text. */
  everythingKept(): string {
    return JSON.stringify([...this.kept]);
  }

  /** Follows the provider's pages until it sends the person back. */
  async visit(): Promise<void> {
    let url = this.went.at(-1) ?? assert.fail("the page sent nobody anywhere");
    for (let step = 0; step < 10; step += 1) {
      if (url.startsWith(BASE)) {
        this.address = new URL(url);
        return;
      }
      url = await this.step(url);
    }
    assert.fail(`the provider does not come to an end at ${url}`);
  }

  private async step(url: string): Promise<string> {
    const login = new URLSearchParams({ prompt: "login", login: "alice", password: "any" });
    const isForm = /\/interaction\/[^/]+$/.test(url);
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(isForm ? { method: "POST", body: login } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = "", value = ""] = cookie.split(";")[0]?.split(/=(.*)/s) ?? [];
      this.cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location === null) assert.fail(`${response.status} of ${url}: ${await response.text()}`);
    return new URL(location, url).href;
  }
}

type Token = "access_token" | "id_token";

function signIn(tab: Tab, token: Token = "id_token"): SignIn {
  const { issuer } = provider;
  return new SignIn({ issuer, client_id: CLIENT_ID, scope: "openid email", token }, BASE, tab);
}

/** A tab that has signed in. */
async function signedIn(token?: Token): Promise<{ tab: Tab; page: SignIn }> {
  const tab = new Tab(BASE + HASH);
  await signIn(tab, token).start();
  await tab.visit();
  const page = signIn(tab, token);
  await page.start();
  assert.deepEqual(page.state.value, { kind: "signed-in" });
  return { tab, page };
}

/** What a token says. */
function claims(token: string | undefined): { sub?: string; email?: string } {
  return JSON.parse(Buffer.from(token?.split(".")[1] ?? "", "base64url").toString());
}

test("a person signs in and is where they were", async () => {
  const { tab, page } = await signedIn();
  assert.equal(tab.address.href, BASE + HASH);
  const { sub, email } = claims(await page.token());
  assert.deepEqual([sub, email], ["alice", "alice@example.com"]);
});

test("no token is kept outside of memory", async () => {
  const { tab, page } = await signedIn();
  const token = (await page.token()) ?? assert.fail("no token");
  assert.ok(!tab.everythingKept().includes(token.slice(0, 20)), tab.everythingKept());
  assert.equal(tab.everythingKept(), "[]");
});

test("a reload signs in again without a form", async () => {
  const { tab } = await signedIn();
  const reloaded = signIn(tab);
  await reloaded.start();
  await tab.visit();
  const page = signIn(tab);
  await page.start();
  assert.deepEqual(page.state.value, { kind: "signed-in" });
});

test("the token is renewed before its end", async () => {
  const { tab, page } = await signedIn("access_token");
  const first = await page.token();
  const timer = tab.timers[0] ?? assert.fail("nothing is planned");
  assert.ok(timer.at < tab.time + 300_000, "it is planned before the end of the token");
  assert.equal(await page.renew(), true);
  assert.notEqual(await page.token(), first);
  assert.equal(tab.timers.length, 2, "the next renewal is planned");
});

test("renewals at the same time are one", async () => {
  const { page } = await signedIn();
  assert.deepEqual(await Promise.all([page.renew(), page.renew()]), [true, true]);
  assert.deepEqual(page.state.value, { kind: "signed-in" });
});

test("a return with another state is refused", async () => {
  const tab = new Tab(BASE);
  await signIn(tab).start();
  await tab.visit();
  tab.address.searchParams.set("state", "another");
  const page = signIn(tab);
  await page.start();
  assert.equal(page.state.value.kind, "failed");
  assert.equal(await page.token(), undefined);
});

test("what the provider refuses is shown in its words", async () => {
  const tab = new Tab(BASE);
  await signIn(tab).start();
  const { state } = JSON.parse(tab.storage.getItem("rds-ops.sign-in") ?? "");
  const refused = { error: "access_denied", error_description: "Alice is not assigned.", state };
  const issuer = { iss: provider.issuer };
  tab.address = new URL(`${BASE}?${new URLSearchParams({ ...refused, ...issuer })}`);
  const page = signIn(tab);
  await page.start();
  assert.deepEqual(page.state.value, { kind: "failed", message: "Alice is not assigned." });
});

test("an address with a code that was used signs in anew", async () => {
  const tab = new Tab(`${BASE}?code=used&state=old`);
  await signIn(tab).start();
  assert.equal(tab.address.href, BASE);
  assert.match(tab.went[0] ?? "", /code_challenge_method=S256/);
});

test("a sign-out ends the session and does not sign in again", async () => {
  const { tab, page } = await signedIn();
  await page.signOut();
  assert.equal(await page.token(), undefined);
  assert.match(tab.went.at(-1) ?? "", /\/session\/end\?/);
  const reloaded = signIn(tab);
  const sent = tab.went.length;
  await reloaded.start();
  assert.deepEqual(reloaded.state.value, { kind: "signed-out", ended: false });
  assert.equal(tab.went.length, sent);
});

test("a token that can't be renewed counts until its end", async () => {
  const { tab, page } = await signedIn();
  const port = Number(new URL(provider.issuer).port);
  await provider.stop();
  try {
    assert.equal(await page.renew(), false);
    assert.deepEqual(page.state.value, { kind: "signed-in" });
    tab.time += 301_000;
    assert.equal(await page.renew(), false);
    assert.deepEqual(page.state.value, { kind: "signed-out", ended: true });
  } finally {
    provider = await startProvider(BASE, { port });
  }
});

test("a provider that does not answer is an error that can be tried again", async () => {
  const tab = new Tab(BASE);
  const settings = { issuer: "http://127.0.0.1:9", client_id: "a", scope: "openid" };
  const page = new SignIn({ ...settings, token: "id_token" }, BASE, tab);
  await page.start();
  assert.equal(page.state.value.kind, "failed");
});

test("without settings nobody is signed in", async () => {
  const tab = new Tab(BASE);
  const page = new SignIn(undefined, BASE, tab);
  await page.start();
  assert.deepEqual([page.state.value, await page.token()], [{ kind: "none" }, undefined]);
});
