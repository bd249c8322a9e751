// What the browser tests need: a server with its own fleet, a real Chromium, and a page that fails
// the test when the content security policy is violated or a script throws.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createServer, request } from "node:http";
import { mkdtemp, mkdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { chromium } from "playwright-core";

const PROGRAM = process.env.RDS_OPS ?? fileURLToPath(new URL("../../../../target/debug/rds-ops", import.meta.url));
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const SCREENSHOTS = fileURLToPath(new URL("../screenshots/", import.meta.url));
const AXE = new URL("../node_modules/axe-core/axe.min.js", import.meta.url);

/** Milliseconds that a page may take to show something. */
const PATIENCE = 15_000;

/** `rds-ops serve` with a data folder of its own. */
export class Server {
  constructor({ user = "alice", args = [], data, port = 0 } = {}) {
    Object.assign(this, { user, args, data, port });
  }

  async start() {
    this.data ??= await mkdtemp(join(tmpdir(), "rds-ops-browser-"));
    const listen = ["--listen", `127.0.0.1:${this.port}`, "--data", this.data, "--user", this.user];
    this.process = spawn(PROGRAM, ["serve", ...listen, ...this.args], { stdio: ["ignore", "pipe", "pipe"] });
    this.url = await this.address();
    // After a restart the page must find it where it was.
    this.port = Number(new URL(this.url).port);
    return this;
  }

  /** The address that the server prints once it listens. */
  address() {
    let printed = "";
    return new Promise((resolve, reject) => {
      const read = (chunk) => {
        printed += chunk;
        const last = [...printed.matchAll(/listening on (http:\/\/[0-9.:]+)\n/g)].at(-1);
        if (last !== undefined) resolve(last[1]);
      };
      this.process.stdout.on("data", read);
      this.process.stderr.on("data", read);
      this.process.once("exit", (code) => reject(new Error(`rds-ops ended with ${code}: ${printed}`)));
      this.process.once("error", reject);
    });
  }

  /** Ends the process by its id, as a crash would. The data stays. */
  async kill() {
    const { process: child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }

  async stop() {
    await this.kill();
    await rm(this.data, { recursive: true, force: true });
  }

  /** Runs a command of the program on the data of this server. */
  async run(...args) {
    await promisify(execFile)(PROGRAM, [...args, "--data", this.data]);
  }

  /** The answer of the API to a request of this test. */
  async ask(path, { method = "GET", body, headers = {} } = {}) {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const answer = await fetch(`${this.url}/${path}`, { method, headers: { ...type, ...headers }, ...sent });
    return answer.json();
  }

  /** Asks for an operation without waiting for it. */
  operate(operation, instance, parameters = {}, more = {}) {
    const body = { operation, instance_id: instance, parameters, ...more };
    return this.ask("operations", { method: "POST", headers: { prefer: "respond-async" }, body });
  }

  /** Asks for an operation and waits for its end. */
  async finish(operation, instance, parameters = {}, more = {}) {
    let { operation_id: id } = await this.operate(operation, instance, parameters, more);
    assert.ok(id, `${operation} of ${instance} became no operation`);
    for (;;) {
      const shown = await this.ask(`operations/${id}`, { headers: { prefer: "wait=20" } });
      if (shown.success !== undefined) return shown;
    }
  }
}

/** A proxy in front of a server whose answers come later. */
export async function slowProxy(server, milliseconds) {
  const target = new URL(server.url);
  const proxy = createServer((incoming, outgoing) => {
    setTimeout(() => {
      const headers = { ...incoming.headers, host: target.host };
      const options = { host: target.hostname, port: target.port, path: incoming.url, method: incoming.method, headers };
      const forwarded = request(options, (answer) => {
        outgoing.writeHead(answer.statusCode, answer.headers);
        answer.pipe(outgoing);
      });
      forwarded.on("error", () => outgoing.destroy());
      incoming.pipe(forwarded);
    }, milliseconds);
  });
  await new Promise((listening) => proxy.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    stop: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

/**
 * A set of tests with one server and one browser.
 * @returns a function `(name, options?, body)`, whose body gets `{ server, page, open, … }`
 */
export function dashboard(serverOptions = {}, browserArgs = []) {
  const shared = {};
  before(async () => {
    shared.server = await new Server(serverOptions).start();
    const args = ["--no-sandbox", "--disable-gpu", ...browserArgs];
    shared.browser = await chromium.launch({ executablePath: CHROMIUM, args });
  });
  after(async () => {
    await shared.browser?.close();
    await shared.server?.stop();
  });
  return (name, ...rest) => {
    const body = rest.pop();
    const [options = {}] = rest;
    test(name, { timeout: 60_000 }, async () => {
      const visit = await Visit.begin(shared.browser, shared.server, options);
      try {
        await body({ server: shared.server, browser: shared.browser, visit, page: visit.page, open: (hash) => visit.open(hash) });
        visit.assertClean();
      } catch (error) {
        await visit.keepPictures(name);
        // What the page said often explains why something did not show.
        if (visit.problems.length > 0) error.message += `\nThe page said:\n${visit.problems.join("\n")}`;
        throw error;
      } finally {
        await visit.end();
      }
    });
  };
}

/** One browser profile with a page on the dashboard. */
export class Visit {
  static async begin(browser, server, { theme = "light", width = 1280, height = 900, zone = "Europe/Berlin", expected = [] } = {}) {
    const visit = new Visit();
    visit.server = server;
    visit.expected = expected;
    visit.problems = [];
    visit.context = await browser.newContext({
      colorScheme: theme,
      viewport: { width, height },
      timezoneId: zone,
      locale: "en-GB",
      reducedMotion: "reduce",
      permissions: ["clipboard-read", "clipboard-write"],
      acceptDownloads: true,
    });
    visit.context.setDefaultTimeout(PATIENCE);
    await visit.context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    visit.page = await visit.newPage();
    return visit;
  }

  /** Another tab of the same person. */
  async newPage() {
    const page = await this.context.newPage();
    page.on("pageerror", (error) => this.problems.push(`${error}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.problems.push(message.text());
    });
    return page;
  }

  async open(hash = "#/instances", { page = this.page, url = this.server.url } = {}) {
    await page.goto(`${url}/${hash}`);
    await page.locator("main").first().waitFor();
    return page;
  }

  /** Fails where the page has said that something is wrong. Lost connections are shown as errors, too. */
  assertClean() {
    const network = /Failed to load resource/;
    const unexpected = this.problems.filter((text) => !network.test(text) && !this.expected.some((it) => it.test(text)));
    assert.deepEqual(unexpected, []);
  }

  /** Keeps what the pages of a failed test show. */
  async keepPictures(name) {
    const slug = name.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 60);
    for (const [at, page] of this.context.pages().entries()) {
      await picture(page, `failed-${slug}-${at}`).catch(() => undefined);
    }
  }

  async end() {
    await this.context.close();
  }
}

/** Fails with the rule and the elements that break it. */
export async function assertAccessible(page) {
  await page.evaluate(await readFile(AXE, "utf8"));
  const found = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await globalThis.axe.run(document, { runOnly: tags });
    return violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((it) => it.html).join("\n  ")}`);
  });
  assert.deepEqual(found, []);
}

/** Fails where a page is wider than the window, so that it would have to be pushed sideways. */
export async function assertFits(page) {
  const { wide, width } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    width: document.documentElement.clientWidth,
  }));
  assert.ok(wide <= width, `the page is ${wide} px wide in a window of ${width} px`);
}

/** Keeps a picture of the whole page for people to look at. */
export async function picture(page, name) {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** Waits until `check` holds. */
export async function until(check, what) {
  const end = Date.now() + PATIENCE;
  while (!(await check())) {
    if (Date.now() > end) assert.fail(`waited in vain: ${what}`);
    await new Promise((again) => setTimeout(again, 100));
  }
}
