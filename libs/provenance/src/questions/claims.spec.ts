import { claimBalance, type ClaimingEvent } from './claims.js';
import type { StoryItem } from './story.js';

const M = 1_000_000n;
const ORGANIC = 'https://certifier.example/organic/1';
const FAIR = 'https://certifier.example/fair/2';
const lot = (name: string): string => `https://id.gs1.org/01/04012345222227/10/${name}`;
type Amount = readonly [name: string, amount: bigint, uom?: string];
const items = (role: string, amounts: readonly Amount[]): StoryItem[] =>
  amounts.map(([name, amount, uom = 'KGM']) => ({ role, uri: lot(name), isClass: true, amount: amount * M, uom }));

let count = 0;
function event(type: string, timeMs: number, goods: readonly StoryItem[], claims: readonly string[]): ClaimingEvent {
  count += 1;
  return {
    ...{ ref: `${count}/0/0`, eventID: `e${count}`, type, action: type === 'ObjectEvent' ? 'ADD' : '', bizStep: '', organization: 'alpha' },
    ...{ eventTimeMs: timeMs, recordTimeMs: timeMs, height: count, disposition: '', readPoint: '', bizLocation: '', items: goods },
    ...{ destination: '', sender: '', receiver: '', isDeclaredError: false, claims }
  };
}
const born = (amounts: readonly Amount[], ...claims: readonly string[]) => event('ObjectEvent', 1, items('epcClass', amounts), claims);
const made = (timeMs: number, from: readonly Amount[], to: readonly Amount[], ...claims: readonly string[]) =>
  event('TransformationEvent', timeMs, [...items('inputEPCClass', from), ...items('outputEPCClass', to)], claims);

describe('the balance of a certified claim', () => {
  it('has what went in certified, less what was made under the claim', () => {
    const origins = [born([['a', 100n]], ORGANIC), born([['b', 50n]])];
    const story = [made(10, [['a', 60n], ['b', 50n]], [['x', 40n]], ORGANIC), made(20, [['a', 40n]], [['y', 30n]])];
    expect(claimBalance(story, origins, 5, 30)).toEqual([
      { claim: ORGANIC, uom: 'KGM', digits: 6, opening: 0n, input: 100n * M, output: 40n * M, closing: 60n * M, overdrawn: null, by: null }
    ]);
    expect(claimBalance(story, origins, 15, 30)).toMatchObject([{ opening: 20n * M, input: 40n * M, output: 0n, closing: 60n * M }]);
  });

  it('counts a lot no more than once, however often it is said to go in', () => {
    const origins = [born([['a', 10n]], ORGANIC)];
    const [first, second] = [made(10, [['a', 10n]], [['x', 9n]], ORGANIC), made(11, [['a', 10n]], [['y', 9n]], ORGANIC)];
    expect(claimBalance([first, second], origins, 5, 30)).toMatchObject([
      { input: 10n * M, output: 18n * M, closing: -8n * M, overdrawn: 8n * M, by: second.ref }
    ]);
  });

  it('is overdrawn by a claim that nothing certified went into, though a later input makes up for it', () => {
    const origins = [born([['a', 10n]], ORGANIC, FAIR), born([['b', 10n]])];
    const [early, late] = [made(10, [['b', 10n]], [['x', 4n]], ORGANIC), made(20, [['a', 10n]], [['y', 1n]])];
    expect(claimBalance([early, late], origins, 5, 30)).toMatchObject([
      { claim: FAIR, input: 10n * M, output: 0n, overdrawn: null },
      { claim: ORGANIC, closing: 6n * M, overdrawn: 4n * M, by: early.ref }
    ]);
  });

  it('adds pounds and kilograms exactly, and never litres', () => {
    const origins = [born([['a', 2n, 'LBR'], ['oil', 5n, 'LTR']], ORGANIC)];
    const story = [made(10, [['a', 2n, 'LBR'], ['oil', 5n, 'LTR']], [['x', 1n]], ORGANIC)];
    const lines = claimBalance(story, origins, 5, 30);
    expect(lines.map(({ uom, digits, input, overdrawn }) => [uom, digits, input, overdrawn])).toEqual([
      ['KGM', 18, 907_184_740_000_000_000n, 92_815_260_000_000_000n],
      ['LTR', 6, 5n * M, null]
    ]);
  });

  it('leaves out what was declared wrong', () => {
    const wrong = { ...made(10, [['b', 1n]], [['x', 4n]], ORGANIC), isDeclaredError: true };
    expect(claimBalance([wrong], [], 5, 30)).toEqual([]);
  });
});
