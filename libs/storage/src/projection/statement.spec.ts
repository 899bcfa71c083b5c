import { fieldNameHash, fieldPairHash, hashText, hashWord } from './statement.js';

describe('hashes of words', () => {
  it('are those of their texts, and the same object when a word comes again', () => {
    expect(hashWord('shipping')).toEqual(hashText('shipping'));
    expect(hashWord('shipping')).toBe(hashWord('shipping'));
    expect(fieldPairHash('n', { kind: 'text', value: 'v' })).toEqual(hashText('text|1|n|v'));
    expect(fieldPairHash('n', { kind: 'text', value: 'v' })).toBe(fieldPairHash('n', { kind: 'text', value: 'v' }));
  });

  it('are not kept of long texts: thousands of them, each as large as a transaction may be, would fill the memory', () => {
    const long = 'x'.repeat(100_000);
    const ofName = (text: string): Buffer => fieldNameHash(text, 'text');
    const ofValue = (value: string): Buffer | null => fieldPairHash('n', { kind: 'text', value });
    for (const hash of [hashWord, ofName, ofValue]) {
      expect(hash(long)).toEqual(hash(long));
      expect(hash(long)).not.toBe(hash(long));
    }
  });
});
