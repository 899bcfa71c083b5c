import { EPCIS_CONTEXT, mergeContexts } from './contexts.js';

const json = (text: string): unknown => JSON.parse(text);

describe('the @context of a page of events', () => {
  it('is the standard one when nobody has another', () => {
    const { shared, own } = mergeContexts([null, JSON.stringify(EPCIS_CONTEXT), JSON.stringify([EPCIS_CONTEXT])]);
    expect([json(shared), own]).toEqual([[EPCIS_CONTEXT], [null, null, null]]);
  });

  it('holds every prefix and address once', () => {
    const one = JSON.stringify([EPCIS_CONTEXT, 'https://other.example/c.jsonld', { a: 'https://a/' }]);
    const two = JSON.stringify({ a: 'https://a/', b: 'https://b/' });
    const { shared, own } = mergeContexts([one, two, one]);
    expect(json(shared)).toEqual([
      EPCIS_CONTEXT,
      'https://other.example/c.jsonld',
      { a: 'https://a/', b: 'https://b/' }
    ]);
    expect(own).toEqual([null, null, null]);
  });

  it('leaves an event its whole context when a prefix of it means something else', () => {
    const one = JSON.stringify({ a: 'https://one/' });
    const two = JSON.stringify([EPCIS_CONTEXT, { a: 'https://two/', b: 'https://b/' }]);
    const { shared, own } = mergeContexts([one, two, one]);
    expect(json(shared)).toEqual([EPCIS_CONTEXT, { a: 'https://one/' }]);
    expect(own).toEqual([null, two, null]);
  });
});
