// A peer of the benchmarks: oidc-provider with its in-memory adapter, one client, and a person who is logged in with any name.
//   node server.mjs PORT ES256|RS256
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, algorithm] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const api = 'https://api.bench.test';
const { privateKey } = algorithm === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });

const provider = new Provider(issuer, {
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: algorithm, kid: 'bench' }] },
  cookies: { keys: ['a key of the benchmarks only'] },
  clients: [{
    client_id: 'bench',
    client_secret: 'a-secret-of-the-benchmarks-0123456789',
    redirect_uris: ['https://app.bench.test/callback'],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: algorithm,
    scope: 'openid offline_access read',
  }],
  scopes: ['openid', 'offline_access', 'read'],
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id, email: id }) }),
  issueRefreshToken: (context, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    // The same product as ours: access tokens for an API are signed JWTs.
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: 'read', audience: api, accessTokenFormat: 'jwt', jwt: { sign: { alg: algorithm } } }),
    },
  },
  // Nobody is asked for consent, as with us.
  async loadExistingGrant(context) {
    const { client, session, result } = context.oidc;
    const id = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
    if (id) {
      return context.oidc.provider.Grant.find(id);
    }

    const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid offline_access read');
    grant.addResourceScope(api, 'read');
    await grant.save();
    return grant;
  },
});

provider.listen(Number(port), '127.0.0.1');
