import type { CaptureJob } from '@lading/api';
import type { CaptureResult } from '@lading/sdk';
import { PartPipe } from './partPipe.js';
import type { Capture } from './sendPart.js';
import type { ImportSource, ImportUnit } from './source.js';

const unit = (name: string): ImportUnit => ({ text: name, fault: '', where: name, position: 0 }) as unknown as ImportUnit;
const source = { head: '', tail: '' } as unknown as ImportSource;
const part = (names: string): readonly ImportUnit[] => [...names].map(unit);

interface Sent {
  readonly names: string;
  readonly accept: () => void;
  readonly decide: (code?: string) => void;
}

/** A node that takes and decides when the test says so. */
function node(): { readonly capture: Capture; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const capture: Capture = (document, onAccepted) =>
    new Promise((resolve) => {
      const decide = (code?: string): void => {
        const errors = code === undefined ? [] : [{ code, title: code, detail: '', status: 400, type: '', txId: '' }];
        const job = { running: false, success: code === undefined, errors, parts: [] } as unknown as CaptureJob;
        resolve({ job } as CaptureResult);
      };
      sent.push({ names: new TextDecoder().decode(document).replaceAll(',', ''), accept: () => onAccepted?.(), decide });
    });
  return { capture, sent };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('parts of an import', () => {
  it('follow one another when they wait in their place, not when they are decided', async () => {
    const { capture, sent } = node();
    const pipe = new PartPipe(source, capture);
    let isSent = false;
    const first = pipe.send(part('ab')).then(() => (isSent = true));
    await turn();
    expect([sent.map(({ names }) => names), isSent]).toEqual([['ab'], false]);
    sent[0]?.accept();
    await first;
    void pipe.send(part('cd'));
    expect(sent.map(({ names }) => names)).toEqual(['ab', 'cd']);
    sent[1]?.decide();
    sent[0]?.decide();
    expect([await pipe.next(), await pipe.next()]).toEqual([[], []]);
  });

  it('that are too much go in halves, and those that went ahead are sent again behind them, one by one', async () => {
    const { capture, sent } = node();
    const pipe = new PartPipe(source, capture);
    for (const names of ['ab', 'cd', 'ef']) {
      const sending = pipe.send(part(names));
      sent.at(-1)?.accept();
      await sending;
    }
    const oldest = pipe.next();
    sent[0]?.decide('STATE_LIMIT');
    sent[1]?.decide();
    sent[2]?.decide();
    for (const names of ['a', 'b', 'cd', 'ef']) {
      await turn();
      expect(sent.at(-1)?.names).toBe(names);
      sent.at(-1)?.decide();
    }
    expect([await oldest, await pipe.next(), await pipe.next()]).toEqual([[], [], []]);
    expect(sent.map(({ names }) => names)).toEqual(['ab', 'cd', 'ef', 'a', 'b', 'cd', 'ef']);
  });
});
