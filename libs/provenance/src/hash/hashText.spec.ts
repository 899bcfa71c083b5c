import { encodeUtf8 } from '@lading/kernel';
import { HashText } from './hashText.js';
import { HashWork } from './hashWork.js';

const written = (...parts: readonly string[]): { out: HashText; starts: number[] } => {
  const out = new HashText();
  const starts = parts.map((part) => {
    const start = out.size;
    out.write(part);
    return start;
  });
  return { out, starts };
};

describe('the text of a hash while it is written', () => {
  it.each([
    [['b', 'a', 'c']],
    [['same', 'same', '']],
    [['ab', 'a', 'abc', '']],
    [['z', '\u{1F600}', '', 'ä', 'Z']],
    [Array.from({ length: 40 }, (_, i) => String((i * 7) % 40))]
  ])('puts parts in the order of their code units, like a sort of the texts: %j', (parts) => {
    const { out, starts } = written(...parts);
    out.sort(starts);
    expect(out.text()).toBe([...parts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join(''));
  });

  it('sorts only what was written from the first part on', () => {
    const { out, starts } = written('head', 'b', 'a');
    out.sort(starts.slice(1));
    expect(out.text()).toBe('headab');
  });

  it('grows, forgets and begins again', () => {
    const { out } = written('x'.repeat(10_000));
    out.cut(3);
    out.write('y');
    expect(out.text()).toBe('xxxy');
    out.clear();
    expect([out.size, out.text()]).toEqual([0, '']);
  });

  it('gives UTF-8, and null for half of a surrogate pair', () => {
    for (const text of ['plain', 'ä€😀', 'long'.repeat(3000)]) {
      expect(Array.from(written(text).out.bytes() ?? [])).toEqual(Array.from(encodeUtf8(text) ?? []));
    }
    expect(written('half \ud800').out.bytes()).toBeNull();
  });

  it('keeps nothing that cannot be paid for', () => {
    const work = new HashWork(60);
    const { out } = written('a');
    out.pay(0, work);
    expect([out.text(), work.exhausted]).toEqual(['a', false]);
    const from = out.size;
    out.write('b'.repeat(20));
    out.pay(from, work);
    expect([out.text(), work.exhausted]).toEqual(['a', true]);
  });
});
