// A real OpenID provider on this machine, with one public client, for the tests of the sign-in. It
// takes any name and password.

import { createServer } from "node:http";

import Provider from "oidc-provider";

/** The id of the dashboard's client. */
export const CLIENT_ID = "rds-ops";

/**
 * Starts a provider that sends people back to `redirectUri`. Its ID tokens end after `seconds`.
 * @returns {Promise<{ issuer: string, stop: () => Promise<void> }>}
 */
export async function startProvider(redirectUri, { seconds = 300, port = 0, refresh = true } = {}) {
  const server = createServer();
  await new Promise((ready) => server.listen(port, "127.0.0.1", ready));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  server.on("request", provider(issuer, redirectUri, seconds, refresh).callback());
  const stop = () => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  };
  return { issuer, stop };
}

function provider(issuer, redirectUri, seconds, refresh) {
  return new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        redirect_uris: [redirectUri],
        post_logout_redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        token_endpoint_auth_method: "none",
      },
    ],
    claims: { openid: ["sub"], email: ["email"] },
    conformIdTokenClaims: false,
    clientBasedCORS: () => true,
    features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com` }),
    }),
    issueRefreshToken: () => refresh,
    loadExistingGrant: grantAll,
    ttl: { AccessToken: seconds, IdToken: seconds, Interaction: 600, Grant: 3600, Session: 3600 },
    cookies: { keys: ["a key of the tests"] },
  });
}

/** Nobody is asked for consent to what the one client of this provider gets. */
async function grantAll(context) {
  const { client, session } = context.oidc;
  const grant = new context.oidc.provider.Grant({
    clientId: client.clientId,
    accountId: session.accountId,
  });
  grant.addOIDCScope("openid email offline_access");
  await grant.save();
  return grant;
}
