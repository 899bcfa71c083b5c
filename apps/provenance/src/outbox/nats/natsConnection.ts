import type { NatsOutbox } from '@lading/api';
import {
  connect,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
  type Authenticator,
  type NatsConnection
} from '@nats-io/transport-node';
import { secret, tlsFiles } from '../secrets.js';

const CONNECT_MS = 5000;

/** A connection that ends at the first fault: whoever uses it makes a new one and begins again. Files are read anew. */
export async function connectNats(config: NatsOutbox, name: string): Promise<NatsConnection> {
  const authenticator = await authenticatorOf(config);
  return connect({
    servers: [...config.servers],
    name,
    timeout: CONNECT_MS,
    reconnect: false,
    maxPingOut: 2,
    pingInterval: 10_000,
    tls: config.tls === false ? null : await tlsFiles(config.tls),
    ...(authenticator === null ? {} : { authenticator })
  });
}

async function authenticatorOf({ login }: NatsOutbox): Promise<Authenticator | null> {
  if (login === undefined) return null;
  if ('credentialsFile' in login) return credsAuthenticator(Buffer.from(await secret(login.credentialsFile)));
  if ('nkeySeedFile' in login) return nkeyAuthenticator(Buffer.from((await secret(login.nkeySeedFile)).trim()));
  if ('tokenFile' in login) return tokenAuthenticator((await secret(login.tokenFile)).trim());
  return usernamePasswordAuthenticator(login.user, (await secret(login.passwordFile)).trim());
}
