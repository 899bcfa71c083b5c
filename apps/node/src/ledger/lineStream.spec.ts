import { PassThrough, Readable } from 'node:stream';
import { LineStream, type AnswerLine } from './lineStream.js';

interface Held {
  readonly line: number;
  readonly bytes: Uint8Array | null;
  answer(): void;
}

/** Answers that wait until the test lets them go. */
function desk(): { readonly held: Held[]; readonly answer: AnswerLine } {
  const held: Held[] = [];
  const answer: AnswerLine = (line, bytes) =>
    new Promise((resolve) => {
      held.push({ line, bytes, answer: () => resolve({ line }) });
    });
  return { held, answer };
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
async function ticks(count = 10): Promise<void> {
  for (let i = 0; i < count; i++) await tick();
}

/** Collects what the stream yields until it ends. */
function collect(stream: LineStream): { readonly texts: string[]; readonly done: Promise<void> } {
  const texts: string[] = [];
  const read = async (): Promise<void> => {
    for await (const text of stream.answers()) texts.push(text);
  };
  return { texts, done: read() };
}

const numbers = (texts: readonly string[]): number[] =>
  texts.join('').trim().split('\n').map((line) => (JSON.parse(line) as { line: number }).line);

describe('a stream of lines', () => {
  it('begins a line when it is whole, while the next is not there yet, and answers it at once', async () => {
    const body = new PassThrough();
    const { held, answer } = desk();
    const { texts, done } = collect(new LineStream(body, answer));
    body.write('first\nsec');
    await ticks();
    expect(held.map(({ bytes }) => Buffer.from(bytes ?? []).toString())).toEqual(['first']);
    held[0]?.answer();
    await ticks();
    expect(numbers(texts)).toEqual([0]);
    body.end('ond');
    await ticks();
    held[1]?.answer();
    await done;
    expect(numbers(texts)).toEqual([0, 1]);
  });

  it('answers in the order of the lines, and together what came together', async () => {
    const { held, answer } = desk();
    const { texts, done } = collect(new LineStream(Readable.from([Buffer.from('a\nb\nc\nd\n')], { objectMode: false }), answer));
    await ticks();
    for (const index of [3, 1, 2]) held[index]?.answer();
    await ticks();
    expect(texts).toEqual([]);
    held[0]?.answer();
    await done;
    expect(texts).toHaveLength(1);
    expect(numbers(texts)).toEqual([0, 1, 2, 3]);
  });

  it('reads no more than a window of lines before answers are taken, because each is held in memory', async () => {
    const body = new PassThrough({ highWaterMark: 1 << 20 });
    const { held, answer } = desk();
    const { texts, done } = collect(new LineStream(body, answer));
    body.write('x\n'.repeat(1500));
    await ticks();
    body.end('x\n'.repeat(600));
    await ticks();
    expect([held.length, body.isPaused()]).toEqual([1024, true]);
    for (let i = 0; i < 2100; i++) {
      held[i]?.answer();
      if (i % 100 === 99) await ticks();
    }
    await done;
    expect(numbers(texts)).toEqual(Array.from({ length: 2100 }, (_, i) => i));
  });

  it('counts bytes too: lines of the largest size go one by one', async () => {
    const body = new PassThrough({ highWaterMark: 8 << 20 });
    const { held, answer } = desk();
    const { done } = collect(new LineStream(body, answer));
    body.end(`${'x'.repeat(1_300_000)}\n`.repeat(3));
    await ticks();
    expect(held).toHaveLength(1);
    for (let i = 0; i < 3; i++) {
      held[i]?.answer();
      await ticks();
    }
    await done;
    expect(held).toHaveLength(3);
  });

  it('never holds a line that is longer than any transaction: it is answered as such, and those after it are read', async () => {
    const { held, answer } = desk();
    const text = `a\n${'x'.repeat(2_000_000)}\nb\n`;
    const { done } = collect(new LineStream(Readable.from([Buffer.from(text)], { objectMode: false }), answer));
    await ticks();
    expect(held.map(({ bytes }) => bytes?.length ?? null)).toEqual([1, null, 1]);
    for (const each of held) each.answer();
    await done;
  });

  it('stops reading when its time is over: says so in a last line, after the answers of those before it', async () => {
    const body = new PassThrough();
    const { held, answer } = desk();
    const { texts, done } = collect(new LineStream(body, answer, 1));
    body.write('a\nb\n');
    while (!body.isPaused()) await tick();
    body.write('c\n');
    await ticks();
    expect([held.length, texts]).toEqual([2, []]);
    for (const each of held) each.answer();
    await done;
    const lines = texts.join('').trim().split('\n').map((line) => JSON.parse(line) as { line: number; code?: string });
    expect(lines).toEqual([{ line: 0 }, { line: 1 }, expect.objectContaining({ line: 2, code: 'REQUEST_TIMEOUT', state: 'rejected' })]);
  });

  it('ends when the client goes away, with what it had sent', async () => {
    const body = new PassThrough();
    const { held, answer } = desk();
    const { texts, done } = collect(new LineStream(body, answer));
    body.write('a\nhalf of a li');
    await ticks();
    body.destroy();
    held[0]?.answer();
    await done;
    expect([held.length, numbers(texts)]).toEqual([1, [0]]);
  });
});
