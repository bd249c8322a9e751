// The sign-in of this tab: its state, its token, its renewal. Tokens are in memory alone, so a
// reload asks the provider again, which knows the person.

import { signal } from "@preact/signals";

import { Provider, type SignInSettings, type Tokens, type Transaction } from "./provider";

/** How far the sign-in is. */
export type SignInState =
  /** This service signs nobody in by itself. */
  | { kind: "none" }
  | { kind: "working" }
  | { kind: "signed-in" }
  /** The person has signed out, or what they had has ended. */
  | { kind: "signed-out"; ended: boolean }
  | { kind: "failed"; message: string };

/** What a sign-in needs of a browser. */
export interface Browser {
  /** The address of the page. */
  readonly address: URL;
  /** Leaves the page for this address. */
  go(url: string): void;
  /** Replaces the address of the page in the history. */
  replace(url: string): void;
  /** What is kept for this tab while it is at the provider. */
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  now(): number;
  /** Calls back after so many milliseconds. */
  after(milliseconds: number, call: () => void): void;
}

const TRANSACTION = "rds-ops.sign-in";
const SIGNED_OUT = "rds-ops.signed-out";

/** A token is renewed this long before its end, in milliseconds. */
const EARLY = 60_000;

/** The sign-in of one page. */
export class SignIn {
  readonly state = signal<SignInState>({ kind: "none" });
  private provider: Promise<Provider> | undefined;
  private tokens: Tokens | undefined;
  private renewing: Promise<boolean> | undefined;

  constructor(
    private readonly settings: SignInSettings | undefined,
    private readonly base: string,
    private readonly browser: Browser,
  ) {}

  /** Takes up what the address says: a return from the provider, or a page to sign in for. */
  async start(): Promise<void> {
    if (this.settings === undefined) return;
    this.state.value = { kind: "working" };
    const { searchParams } = this.browser.address;
    if (searchParams.has("code") || searchParams.has("error")) {
      await this.attempt(() => this.comeBack());
    } else if (this.browser.storage.getItem(SIGNED_OUT) !== null) {
      this.state.value = { kind: "signed-out", ended: false };
    } else {
      await this.signIn();
    }
  }

  /** Sends the person to the provider. */
  async signIn(): Promise<void> {
    this.state.value = { kind: "working" };
    await this.attempt(async () => {
      const provider = await this.known();
      const { transaction, url } = await provider.begin(this.browser.address.hash);
      this.browser.storage.removeItem(SIGNED_OUT);
      this.browser.storage.setItem(TRANSACTION, JSON.stringify(transaction));
      this.browser.go(url);
    });
  }

  /** The token for a request; `undefined` where there is none. */
  async token(): Promise<string | undefined> {
    if (this.tokens !== undefined && this.tokens.expiresAt - this.browser.now() < EARLY / 2) {
      await this.renew();
    }
    return this.tokens?.bearer;
  }

  /** Renews the tokens, as after an answer that they have ended. Whether there are new ones. */
  renew(): Promise<boolean> {
    this.renewing ??= this.renewOnce().finally(() => {
      this.renewing = undefined;
    });
    return this.renewing;
  }

  /** Forgets the tokens, and ends the session at the provider where it can be ended. */
  async signOut(): Promise<void> {
    const { tokens } = this;
    this.tokens = undefined;
    this.browser.storage.setItem(SIGNED_OUT, "");
    this.state.value = { kind: "signed-out", ended: false };
    const provider = await this.known().catch(() => undefined);
    if (provider === undefined) return;
    // The session ends with or without it.
    if (tokens !== undefined) await provider.revoke(tokens).catch(() => undefined);
    const url = provider.endSessionUrl(tokens);
    if (url !== undefined) this.browser.go(url);
  }

  private async comeBack(): Promise<void> {
    const returned = this.browser.address;
    const kept = this.browser.storage.getItem(TRANSACTION);
    this.browser.storage.removeItem(TRANSACTION);
    if (kept === null) {
      // The address was opened again, or in another tab.
      this.browser.replace(this.base + returned.hash);
      await this.signIn();
      return;
    }
    const transaction = JSON.parse(kept) as Transaction;
    this.browser.replace(this.base + transaction.hash);
    const provider = await this.known();
    this.keep(await provider.finish(transaction, returned, this.browser.now()));
  }

  private keep(tokens: Tokens): void {
    this.tokens = tokens;
    this.state.value = { kind: "signed-in" };
    const left = tokens.expiresAt - this.browser.now() - EARLY;
    this.browser.after(Math.max(left, 1000), () => {
      if (this.tokens === tokens) void this.renew();
    });
  }

  private async renewOnce(): Promise<boolean> {
    const { tokens } = this;
    if (tokens === undefined) return false;
    try {
      const provider = await this.known();
      const renewed = await provider.renew(tokens, this.browser.now());
      if (this.tokens !== tokens) return false;
      if (renewed !== undefined) {
        this.keep(renewed);
        return true;
      }
    } catch {
      // The provider does not answer, or does not renew any more: what there is counts to its end.
    }
    if (this.tokens === tokens && tokens.expiresAt <= this.browser.now()) this.end();
    return false;
  }

  /** What the person had has ended. The page stays as it is. */
  end(): void {
    this.tokens = undefined;
    this.state.value = { kind: "signed-out", ended: true };
  }

  private async attempt(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.state.value = { kind: "failed", message: sentence(error) };
    }
  }

  private known(): Promise<Provider> {
    const { settings } = this;
    if (settings === undefined) throw new Error("This service signs nobody in.");
    this.provider ??= Provider.at(settings, this.base).catch((error: unknown) => {
      this.provider = undefined;
      throw error;
    });
    return this.provider;
  }
}

/** What went wrong, as the provider or the browser says it. */
function sentence(error: unknown): string {
  if (error instanceof Error) {
    const described = (error as { error_description?: unknown }).error_description;
    return typeof described === "string" ? described : error.message;
  }
  return String(error);
}
