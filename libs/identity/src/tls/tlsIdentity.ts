import { createHash, webcrypto, X509Certificate as NodeCertificate } from 'node:crypto';
import { asHash } from '@lading/kernel';
import type { Hash } from '@lading/kernel';

/** The TLS side of a node: peers know it by the hash of its public key, not by a certificate authority. */
export interface TlsIdentity {
  /** PKCS#8, PEM. Secret. */
  readonly keyPem: string;
  readonly certificatePem: string;
  /** SHA-256 of the DER SubjectPublicKeyInfo: the pin in genesis. */
  readonly tlsKeyHash: Hash;
}

export interface CertificateLife {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const DAY_MS = 86_400_000;
/** The pin on the ledger ends a key's life, not the calendar: an expired certificate would stop a whole network. */
const LIFE_DAYS = 30 * 365;

function defaultLife(): CertificateLife {
  const now = Date.now();
  // A day early, for peers whose clocks lag.
  return { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + LIFE_DAYS * DAY_MS) };
}

/** A new ECDSA P-256 key and a self-signed certificate for it, for both TLS roles. */
export async function createTlsIdentity(
  organizationId: string, life: CertificateLife = defaultLife()
): Promise<TlsIdentity> {
  // Loaded here: only key ceremonies make certificates, and the library is slow to load.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex'),
      name: `CN=${organizationId}`,
      ...life,
      keys: keys as never,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: organizationId }])
      ]
    },
    webcrypto as never
  );
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    keyPem: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
    certificatePem: `${certificate.toString('pem')}\n`,
    tlsKeyHash: spkiHashOf(new Uint8Array(certificate.rawData))
  };
}

/** SHA-256 of the DER SubjectPublicKeyInfo of a certificate in DER or PEM. */
export function spkiHashOf(certificate: Uint8Array | string): Hash {
  const spki = new NodeCertificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return asHash(new Uint8Array(createHash('sha256').update(spki).digest()));
}
