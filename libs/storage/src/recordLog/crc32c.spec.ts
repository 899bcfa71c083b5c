import { crc32c } from './crc32c.js';

describe('CRC-32C', () => {
  // RFC 3720 §B.4 prints the sums as they go over the wire, least significant byte first.
  const READ_PDU = Uint8Array.from(
    (
      '01c00000 00000000 00000000 00000000 14000000 00000400 00000014 00000018 ' + '28000000 00000000 02000000 00000000'
    ).match(/[0-9a-f]{2}/g) as string[],
    (hex) => parseInt(hex, 16)
  );
  it.each([
    ['32 bytes of zeroes', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['32 bytes of incrementing 00..1f', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['32 bytes of decrementing 1f..00', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    ['an iSCSI SCSI Read (10) command PDU', READ_PDU, 0xd9963a56],
    ['the check value of "123456789"', Buffer.from('123456789'), 0xe3069283],
    ['nothing', new Uint8Array(0), 0]
  ])('agrees with RFC 3720 §B.4: %s', (_name, data, sum) => {
    expect(crc32c(data)).toBe(sum);
  });

  it('continues where it stopped, at every split', () => {
    for (let i = 0; i <= READ_PDU.length; i++)
      expect(crc32c(READ_PDU, crc32c(READ_PDU, 0, 0, i), i)).toBe(0xd9963a56);
  });
});
