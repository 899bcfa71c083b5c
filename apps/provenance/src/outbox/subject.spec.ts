import { coversSubjects, subjectOf, subjectPart } from './subject.js';

const message = (family: string, name: string): Parameters<typeof subjectOf>[0] => ({
  ...{ id: 'tx/0', chain: 'Q2hhaW4', family, name, organization: 'finca-alta' },
  headers: new Map(),
  body: new Uint8Array(0)
});

describe('subjects of messages', () => {
  it.each([
    ['ObjectEvent', 'shipping', 'lading.Q2hhaW4.ObjectEvent.shipping.finca-alta'],
    ['ObjectEvent', '', 'lading.Q2hhaW4.ObjectEvent.none.finca-alta'],
    ['ObjectEvent', 'https://example.com/steps#cold chain>check', 'lading.Q2hhaW4.ObjectEvent.cold-chain-check.finca-alta'],
    ['recall', 'open', 'lading.Q2hhaW4.recall.open.finca-alta']
  ])('of %s and %s are %s', (family, name, subject) => {
    expect(subjectOf(message(family, name))).toBe(subject);
  });

  it('have no part that a pattern could mistake, and none that is empty or endless', () => {
    for (const text of ['a.b', '*', '>', 'a b', 'ü', '\r\n', '', '/', 'x'.repeat(500)]) {
      expect(subjectPart(text)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    }
  });

  it.each([
    ['lading.c.>', 'lading.c.>', true],
    ['lading.>', 'lading.c.>', true],
    ['>', 'lading.c.>', true],
    ['lading.*.>', 'lading.c.>', true],
    ['lading.d.>', 'lading.c.>', false],
    ['lading.c.ObjectEvent.>', 'lading.c.>', false],
    ['lading.c.*', 'lading.c.>', false],
    ['lading.c', 'lading.c.>', false],
    ['lading.c.x.y', 'lading.c.x', false]
  ])('a stream of %s takes %s: %s', (pattern, subjects, covers) => {
    expect(coversSubjects(pattern, subjects)).toBe(covers);
  });
});
