import { isPublicAddress } from './publicAddress.js';
import { webhookTarget } from './webhookTarget.js';

describe('addresses that a webhook may go to', () => {
  it.each(['93.184.216.34', '8.8.8.8', '172.32.0.1', '2606:4700::1111', '2a00:1450::1'])('%s is public', (address) =>
    expect(isPublicAddress(address)).toBe(true)
  );

  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
    ...['224.0.0.1', '255.255.255.255', '::1', '::', 'fe80::1', 'fd00::1', '::ffff:127.0.0.1', '::ffff:7f00:1'],
    ...['64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', 'ff02::1', 'localhost', '0x7f.1', '']
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('targets of webhooks', () => {
  const refusal = (dest: string, allow: readonly string[] = []): string => {
    const target = webhookTarget(dest, allow);
    return typeof target === 'string' ? target : 'accepted';
  };

  it('are https, without credentials', () => {
    expect(refusal('https://client.example.com/callback')).toBe('accepted');
    const long = `https://x.example/${'a'.repeat(3000)}`;
    for (const dest of ['http://client.example.com/', 'ftp://x.example/', 'nowhere', 'https://u:p@x.example/', long])
      expect([dest, refusal(dest)]).not.toEqual([dest, 'accepted']);
  });

  it('are not addresses of private networks, in any spelling that a URL gives them', () => {
    for (const host of ['127.0.0.1', '2130706433', '0x7f.0.0.1', '0177.0.0.1', '127.1', '[::1]', '[::ffff:10.0.0.1]', '169.254.169.254'])
      expect([host, refusal(`https://${host}/`)]).toEqual([host, expect.stringContaining('public')]);
  });

  it('are exempt when the operator named host and port', () => {
    expect(refusal('http://127.0.0.1:9000/hook', ['127.0.0.1:9000'])).toBe('accepted');
    expect(refusal('http://127.0.0.1:9001/hook', ['127.0.0.1:9000'])).not.toBe('accepted');
    expect(refusal('https://10.0.0.1/hook', ['10.0.0.1:443'])).toBe('accepted');
  });
});
