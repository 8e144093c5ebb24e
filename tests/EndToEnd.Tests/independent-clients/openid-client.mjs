// openid-client as its manual shows it; ID tokens are verified by the published keys besides.
import * as client from 'openid-client'
import { browse, privateKey, run, settings, show } from './conversation.mjs'

const proofs = {
  client_secret_basic: () => client.ClientSecretBasic(settings.secret),
  client_secret_post: () => client.ClientSecretPost(settings.secret),
  client_secret_jwt: () => client.ClientSecretJwt(settings.secret),
  private_key_jwt: async () => client.PrivateKeyJwt({ key: await privateKey(), kid: settings.jwk.kid }),
  none: () => client.None(),
}

async function discover() {
  const config = await client.discovery(new URL(settings.issuer), settings.clientId, undefined, await proofs[settings.method](), {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  })
  return config
}

async function logIn(config, more = {}, { build = client.buildAuthorizationUrl, options } = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const expectedNonce = client.randomNonce()
  const address = await build(config, {
    redirect_uri: settings.redirectUri,
    scope: settings.scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...more,
  }, options)
  return client.authorizationCodeGrant(config, await browse(address), { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }, undefined, options)
}

await run({
  async code() {
    const config = await discover()
    const tokens = await logIn(config, { max_age: '3600' })
    const { sub } = tokens.claims()
    const person = await client.fetchUserInfo(config, tokens.access_token, sub)
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token)
    const before = settings.method !== 'none' ? await client.tokenIntrospection(config, fresh.access_token) : { active: true }
    await client.tokenRevocation(config, fresh.refresh_token)
    const after = await client.refreshTokenGrant(config, fresh.refresh_token).then(() => 'refreshed', (error) => error.error)
    return { sub, email: person.email, scope: tokens.scope, changed: fresh.access_token !== tokens.access_token, active: before.active, after }
  },
  async client_credentials() {
    const config = await discover()
    const tokens = await client.clientCredentialsGrant(config, { scope: settings.scope })
    const told = await client.tokenIntrospection(config, tokens.access_token)
    await client.tokenRevocation(config, tokens.access_token)
    return { scope: tokens.scope, type: tokens.token_type, active: told.active, clientId: told.client_id }
  },
  async password() {
    const config = await discover()
    const { username, password, scope } = settings
    const tokens = await client.genericGrantRequest(config, 'password', { username, password, scope })
    const { sub } = tokens.claims()
    const person = await client.fetchUserInfo(config, tokens.access_token, sub)
    const wrong = await client.genericGrantRequest(config, 'password', { username, password: 'wrong', scope }).then(() => 'told', (error) => error.error)
    return { sub, email: person.email, refresh: tokens.refresh_token ?? 'none', wrong }
  },
  async form_post() {
    const tokens = await logIn(await discover(), { response_mode: 'form_post' })
    return { sub: tokens.claims().sub }
  },
  async pushed() {
    const tokens = await logIn(await discover(), {}, { build: client.buildAuthorizationUrlWithPAR })
    return { sub: tokens.claims().sub }
  },
  async dpop() {
    const config = await discover()
    const options = { DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256')) }
    const tokens = await logIn(config, {}, { build: client.buildAuthorizationUrlWithPAR, options })
    const { sub } = tokens.claims()
    const person = await client.fetchUserInfo(config, tokens.access_token, sub, options)
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, options)
    const bearer = await client.fetchUserInfo(config, fresh.access_token, sub).then(() => 'told', (error) => `${error.cause?.status ?? error.status}`)
    return { sub: person.sub, type: tokens.token_type, fresh: fresh.token_type, bearer }
  },
  async device() {
    const config = await discover()
    const device = await client.initiateDeviceAuthorization(config, { scope: settings.scope })
    await show(device.verification_uri_complete)
    const tokens = await client.pollDeviceAuthorizationGrant(config, device)
    return { sub: tokens.claims().sub, refreshed: (await client.refreshTokenGrant(config, tokens.refresh_token)).token_type }
  },
  async exchange() {
    const config = await discover()
    const subject = await logIn(config)
    const actor = await client.clientCredentialsGrant(config)
    const accessToken = 'urn:ietf:params:oauth:token-type:access_token'
    const tokens = await client.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:token-exchange', {
      subject_token: subject.access_token,
      subject_token_type: accessToken,
      actor_token: actor.access_token,
      actor_token_type: accessToken,
      audience: 'stock',
    })
    const told = JSON.parse(Buffer.from(tokens.access_token.split('.')[1], 'base64url'))
    return { sub: told.sub, actor: told.act.client_id, audience: told.aud, issued: tokens.issued_token_type }
  },
  async logout() {
    const config = await discover()
    const tokens = await logIn(config)
    const back = await browse(client.buildEndSessionUrl(config, {
      post_logout_redirect_uri: settings.redirectUri,
      id_token_hint: tokens.id_token,
      state: 'bye',
    }))
    const after = await client.refreshTokenGrant(config, tokens.refresh_token).then(() => 'refreshed', (error) => error.error)
    return { state: back.searchParams.get('state'), after }
  },
})
