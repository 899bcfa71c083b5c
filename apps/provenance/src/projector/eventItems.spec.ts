import { labelOf } from './eventItems.js';

describe('what people call an item', () => {
  it.each([
    ['https://id.gs1.org/01/04012345111118/21/BAG-1', 'BAG-1'],
    ['https://id.gs1.org/01/04012345222227/10/LOT%2F7%20F3', 'LOT/7 F3'],
    ['https://id.gs1.org/00/040123450000000078', '040123450000000078'],
    ['urn:example:thing:42', '42'],
    ['https://example.com/things#x', 'x'],
    ['https://example.com/%zz', '%zz']
  ])('is, of %s, %s', (uri, label) => {
    expect(labelOf(uri)).toBe(label);
  });
});
