// What the dashboard asks of an OpenID provider: OpenID Connect's authorization code flow with PKCE
// (RFC 7636), for a public client. Nothing here keeps a token.

import * as oauth from "oauth4webapi";

/** How people sign in, as the page's meta element says it. */
export interface SignInSettings {
  issuer: string;
  client_id: string;
  scope: string;
  /** Which token the gateway takes. */
  token: "access_token" | "id_token";
}

/** What a browser keeps while the person is at the provider: no token, and used once. */
export interface Transaction {
  verifier: string;
  state: string;
  nonce: string;
  /** Where the person was in the dashboard. */
  hash: string;
}

/** The tokens of a sign-in, as they are kept in memory. */
export interface Tokens {
  /** What the gateway gets. */
  bearer: string;
  /** For the sign-out. */
  idToken: string | undefined;
  /** For the renewal, where the provider issues one. */
  refreshToken: string | undefined;
  /** When `bearer` ends, in milliseconds since the Unix epoch. */
  expiresAt: number;
}

/** A provider that is known by its metadata. */
export class Provider {
  private readonly client: oauth.Client;

  private constructor(
    private readonly settings: SignInSettings,
    private readonly server: oauth.AuthorizationServer,
    /** Where the provider sends people back to: the address of the dashboard. */
    private readonly redirectUri: string,
  ) {
    this.client = { client_id: settings.client_id };
  }

  /** Reads the provider's metadata. */
  static async at(settings: SignInSettings, redirectUri: string): Promise<Provider> {
    const issuer = new URL(settings.issuer);
    const response = await oauth.discoveryRequest(issuer, insecure(settings));
    const server = await oauth.processDiscoveryResponse(issuer, response);
    return new Provider(settings, server, redirectUri);
  }

  /** A new sign-in: what to keep, and where to send the person. */
  async begin(hash: string): Promise<{ transaction: Transaction; url: string }> {
    const transaction = {
      verifier: oauth.generateRandomCodeVerifier(),
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
      hash,
    };
    const url = endpoint(this.server.authorization_endpoint, "authorization");
    const parameters = {
      client_id: this.settings.client_id,
      redirect_uri: this.redirectUri,
      response_type: "code",
      scope: this.settings.scope,
      state: transaction.state,
      nonce: transaction.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(transaction.verifier),
      code_challenge_method: "S256",
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return { transaction, url: url.href };
  }

  /** The tokens for the code that the provider sent the person back with. */
  async finish(transaction: Transaction, returned: URL, now: number): Promise<Tokens> {
    const parameters = oauth.validateAuthResponse(
      this.server,
      this.client,
      returned,
      transaction.state,
    );
    const response = await oauth.authorizationCodeGrantRequest(
      this.server,
      this.client,
      oauth.None(),
      parameters,
      this.redirectUri,
      transaction.verifier,
      insecure(this.settings),
    );
    const granted = await oauth.processAuthorizationCodeResponse(this.server, this.client, response, {
      expectedNonce: transaction.nonce,
      requireIdToken: true,
    });
    return this.tokens(granted, undefined, now);
  }

  /** New tokens without the person; `undefined` where the provider gave nothing to renew with. */
  async renew(tokens: Tokens, now: number): Promise<Tokens | undefined> {
    if (tokens.refreshToken === undefined) return undefined;
    const response = await oauth.refreshTokenGrantRequest(
      this.server,
      this.client,
      oauth.None(),
      tokens.refreshToken,
      insecure(this.settings),
    );
    const granted = await oauth.processRefreshTokenResponse(this.server, this.client, response);
    return this.tokens(granted, tokens, now);
  }

  /** Where to send the person to end the session at the provider, where it has such an address. */
  endSessionUrl(tokens: Tokens | undefined): string | undefined {
    if (this.server.end_session_endpoint === undefined) return undefined;
    const url = new URL(this.server.end_session_endpoint);
    url.searchParams.set("client_id", this.settings.client_id);
    url.searchParams.set("post_logout_redirect_uri", this.redirectUri);
    // Amazon Cognito's own name for the same.
    url.searchParams.set("logout_uri", this.redirectUri);
    if (tokens?.idToken !== undefined) url.searchParams.set("id_token_hint", tokens.idToken);
    return url.href;
  }

  /** Makes the refresh token worthless, where the provider can (RFC 7009). */
  async revoke(tokens: Tokens): Promise<void> {
    if (tokens.refreshToken === undefined || this.server.revocation_endpoint === undefined) return;
    const response = await oauth.revocationRequest(
      this.server,
      this.client,
      oauth.None(),
      tokens.refreshToken,
      insecure(this.settings),
    );
    await oauth.processRevocationResponse(response);
  }

  /** A renewal may leave out what has not changed. */
  private tokens(
    granted: oauth.TokenEndpointResponse,
    before: Tokens | undefined,
    now: number,
  ): Tokens {
    const idToken = granted.id_token ?? before?.idToken;
    const isId = this.settings.token === "id_token";
    const bearer = isId ? granted.id_token : granted.access_token;
    if (bearer === undefined) throw new Error("The provider sent no ID token.");
    return {
      bearer,
      idToken,
      refreshToken: granted.refresh_token ?? before?.refreshToken,
      expiresAt: isId
        ? (oauth.getValidatedIdTokenClaims(granted)?.exp ?? now / 1000) * 1000
        : now + (granted.expires_in ?? 300) * 1000,
    };
  }
}

function endpoint(address: string | undefined, what: string): URL {
  if (address === undefined) throw new Error(`The provider names no ${what} endpoint.`);
  return new URL(address);
}

/** A provider on this machine, as in tests, may speak plain HTTP. The server checks the setting. */
function insecure(settings: SignInSettings): { [oauth.allowInsecureRequests]: boolean } {
  return { [oauth.allowInsecureRequests]: settings.issuer.startsWith("http://") };
}
