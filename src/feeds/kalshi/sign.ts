import { constants, createPrivateKey, sign } from 'node:crypto';

/**
 * Headers that authenticate a request or a WebSocket handshake. The signed text is time, method and path from the root,
 * without query; RSA keys sign it by PSS with SHA-256 and a salt of 32 bytes, Ed25519 keys sign the text itself.
 * Source: docs.kalshi.com, API keys.
 *
 * `now` is milliseconds since 1970 UTC; `privateKey` is PEM. Throws for a key that is neither.
 */
export function signedHeaders(
  keyId: string,
  privateKey: string,
  method: string,
  path: string,
  now: number,
): Readonly<Record<string, string>> {
  const timestamp = String(now);
  return {
    'KALSHI-ACCESS-KEY': keyId,
    'KALSHI-ACCESS-TIMESTAMP': timestamp,
    'KALSHI-ACCESS-SIGNATURE': signature(`${timestamp}${method}${path.split('?', 1)[0]}`, privateKey),
  };
}

function signature(text: string, pem: string): string {
  const key = readKey(pem);
  const bytes = Buffer.from(text, 'utf8');
  if (key.asymmetricKeyType === 'ed25519') return sign(null, bytes, key).toString('base64');
  if (key.asymmetricKeyType !== 'rsa') {
    throw new Error(`the private key is of type ${key.asymmetricKeyType}: Kalshi takes RSA and Ed25519`);
  }
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return sign('sha256', bytes, { key, ...padding }).toString('base64');
}

function readKey(pem: string) {
  try {
    return createPrivateKey(pem);
  } catch {
    // The library's own words may quote the key.
    throw new Error('the private key is not a PEM of an RSA or Ed25519 key');
  }
}
