import { createHash, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { createTlsIdentity, spkiHashOf } from '../index.js';

describe('TLS identity', () => {
  it('is a P-256 key and a long-lived self-signed certificate for both roles, pinned by its SPKI', async () => {
    const { keyPem, certificatePem, tlsKeyHash } = await createTlsIdentity('finca-alta');
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.subject).toBe('CN=finca-alta');
    expect(certificate.checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(certificate.keyUsage).toEqual(expect.arrayContaining(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']));
    const years = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / (365 * 86_400_000);
    expect(years).toBeGreaterThan(29);

    const spki = createPublicKey(keyPem).export({ type: 'spki', format: 'der' });
    expect(tlsKeyHash).toEqual(new Uint8Array(createHash('sha256').update(spki).digest()));
    expect(spkiHashOf(certificatePem)).toEqual(tlsKeyHash);
    expect(spkiHashOf(certificate.raw)).toEqual(tlsKeyHash);
  });

  it('is another one each time', async () => {
    const [a, b] = [await createTlsIdentity('finca-alta'), await createTlsIdentity('finca-alta')];
    expect(a.tlsKeyHash).not.toEqual(b.tlsKeyHash);
    expect(new X509Certificate(a.certificatePem).serialNumber).not.toBe(new X509Certificate(b.certificatePem).serialNumber);
  });
});
