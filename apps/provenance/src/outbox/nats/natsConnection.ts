import { isIP } from 'node:net';
import type { NatsOutbox } from '@lading/api';
import {
  connect,
  ConnectionError,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
  type Authenticator,
  type NatsConnection
} from '@nats-io/transport-node';
import { OutboxFault } from '../outboxFault.js';
import { secret, tlsFiles, type TlsTexts } from '../secrets.js';

const CONNECT_MS = 5000;

/**
 * A connection to the first server that takes it. It ends at the first fault: whoever uses it makes a new one and begins
 * again. Files are read anew.
 */
export async function connectNats(config: NatsOutbox, name: string): Promise<NatsConnection> {
  const authenticator = await authenticatorOf(config);
  const tls = config.tls === false ? null : await tlsFiles(config.tls);
  let failure: unknown;
  for (const server of config.servers) {
    try {
      return await connect({
        ...{ servers: [server], name, timeout: CONNECT_MS, maxPingOut: 2, pingInterval: 10_000 },
        ...{ reconnect: false, ignoreClusterUpdates: true, tls: tls === null ? null : tlsOf(tls, server) },
        ...(authenticator === null ? {} : { authenticator })
      });
    } catch (error) {
      failure ??= tls === null ? plainRefused(server, error) : error;
    }
  }
  throw failure;
}

/** The client checks a certificate against the server's name, and against no address unless it is told to. */
function tlsOf(texts: TlsTexts, server: string): TlsTexts & { readonly host?: string } {
  const host = server.slice(0, server.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? texts : { ...texts, host };
}

/** The client cannot say what it lacks when the server insists on TLS. */
function plainRefused(server: string, error: unknown): unknown {
  if (!(error instanceof ConnectionError) || !error.message.includes('certFile')) return error;
  return new OutboxFault('OUTBOX_REFUSED', `${server} asks for TLS, and "tls" is false`, { cause: error });
}

async function authenticatorOf({ login }: NatsOutbox): Promise<Authenticator | null> {
  if (login === undefined) return null;
  if ('credentialsFile' in login) return credsAuthenticator(Buffer.from(await secret(login.credentialsFile)));
  if ('nkeySeedFile' in login) return nkeyAuthenticator(Buffer.from((await secret(login.nkeySeedFile)).trim()));
  if ('tokenFile' in login) return tokenAuthenticator((await secret(login.tokenFile)).trim());
  return usernamePasswordAuthenticator(login.user, (await secret(login.passwordFile)).trim());
}
