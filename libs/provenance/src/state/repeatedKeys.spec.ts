import { repeatedKeys } from './repeatedKeys.js';

describe('keys of what is named again and again', () => {
  it('are those of each id, whatever was asked for before', () => {
    const keyOf = repeatedKeys('a/');
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 2000; n++) expect(keyOf(`urn:x:${n}`)).toBe(`a/urn:x:${n}`);
      for (const id of ['', 'b', '\u00e9\u{1f600}']) expect(keyOf(id)).toBe(`a/${id}`);
    }
  });
});
