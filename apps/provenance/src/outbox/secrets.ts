import { readFile } from 'node:fs/promises';
import type { OutboxConfig } from '@lading/api';
import { readSecretFile } from '@lading/identity';
import { OutboxFault } from './outboxFault.js';

type TlsPaths = Exclude<OutboxConfig['tls'], false>;

/** PEM texts of a TLS connection; what is absent is the system's. */
export interface TlsTexts {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Files are read at every connection, so that what an operator replaces is used from the next one on. */
export async function tlsFiles({ caFile, certificateFile, keyFile }: TlsPaths): Promise<TlsTexts> {
  return {
    ...(caFile === undefined ? {} : { ca: await plain(caFile) }),
    ...(certificateFile === undefined ? {} : { cert: await plain(certificateFile) }),
    ...(keyFile === undefined ? {} : { key: await secret(keyFile) })
  };
}

/** The text of a file that only its owner may read. */
export const secret = (path: string): Promise<string> => readSecretFile(path).catch(refuse(path));
const plain = (path: string): Promise<string> => readFile(path, 'utf8').catch(refuse(path));

const refuse =
  (path: string) =>
  (cause: unknown): never => {
    throw new OutboxFault('OUTBOX_SECRET', `${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  };
