import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Outcome } from '@lading/ledger';
import { eventOutcomes, type Profile } from '@lading/provenance';
import * as kit from '../../libs/provenance/src/capture/testLedger.test-kit.js';
import { root } from '../tidy/repository.js';
import { deed, type Deed } from './deeds.js';
import { amount, organization, thing, type Organization } from './names.js';

/** What the last word of a line expects: `=> CODE` a refusal, `=> flagged CODE`, `=> history CODE`, `=> known`. */
interface Line {
  readonly label: string;
  readonly who: Organization;
  readonly sentence: string;
  readonly expected: string;
}

const DAY_MS = 86_400_000;
const PROFILES: readonly string[] = ['open', 'custody', 'pharma', 'food'];

/** Plays one file: a line a deed or an expectation, comments after #. Says file and line of whatever does not hold. */
export class Scenario {
  #ledger = new kit.TestLedger();
  #timeMs = Date.UTC(2026, 0, 1);
  readonly #sent = new Map<string, Readonly<Record<string, unknown>>>();
  /** Refusals that the file has seen. */
  refusals = 0;

  static play(file: string): Scenario {
    const scenario = new Scenario();
    for (const [i, raw] of readFileSync(file, 'utf8').split('\n').entries()) {
      const text = raw.replace(/#.*$/, '').trim();
      if (text === '') continue;
      try {
        scenario.#line(text);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`${basename(file)}:${i + 1}: ${text}\n${why}`, { cause: error });
      }
    }
    return scenario;
  }

  #line(text: string): void {
    const [first = '', ...rest] = text.split(' ');
    const [, profile = '', regulator = ''] = /^profile (\w+)(?: regulated by (\w+))?$/.exec(text) ?? [];
    if (PROFILES.includes(profile)) this.#ledger = new kit.TestLedger(profile as Profile, kit.PREFIXES, regulator);
    else if (first === 'day') this.#timeMs = Date.UTC(2026, 0, Number(rest[0]));
    else if (first === 'hour') this.#timeMs = this.#timeMs - (this.#timeMs % DAY_MS) + Number(rest[0]) * 3_600_000;
    else if (first === 'expect') this.#expect(rest.join(' '));
    else this.#act(read(text));
  }

  #act({ label, who, sentence, expected }: Line): void {
    const done = this.#deed(sentence);
    const before = this.#ledger.withoutAnomalies();
    const outcome = 'event' in done ? this.#capture(label, who, done.event) : this.#ledger.operate(who, done.op, done.payload);
    if (/^[A-Z_]+$/.test(expected)) this.#refused(outcome, expected, before);
    else this.#applied(outcome, expected);
  }

  /** `declares LABEL wrong`, `repeats LABEL`, `repeats LABEL at another place`, or a sentence of its own. */
  #deed(sentence: string): Deed {
    const [, declared] = /^declares (\S+) wrong$/.exec(sentence) ?? [];
    const [, repeated, otherwise] = /^repeats (\S+)( at another place)?$/.exec(sentence) ?? [];
    const label = declared ?? repeated;
    if (label === undefined) return deed(sentence);
    const event = this.#sent.get(label);
    if (event === undefined) throw new Error(`no line is called ${label}`);
    if (otherwise !== undefined) return { event: { ...event, readPoint: { id: thing('site:alpha:99') } } };
    if (declared === undefined) return { event };
    return { event: { ...event, errorDeclaration: { declarationTime: '2026-06-01T00:00:00Z', reason: 'did_not_occur' } } };
  }

  #capture(label: string, who: Organization, event: Readonly<Record<string, unknown>>): Outcome {
    const eventID = `urn:uuid:00000000-0000-4000-9000-${String(this.#ledger.height).padStart(12, '0')}`;
    const complete = { eventTime: new Date(this.#timeMs).toISOString(), eventID, ...event };
    if (label !== '') this.#sent.set(label, complete);
    return this.#ledger.capture(who, complete);
  }

  /** Refused for this reason, told with it, explained on a page, and without any change but the evidence of it. */
  #refused(outcome: Outcome, code: string, before: ReadonlyMap<string, Uint8Array>): void {
    expect({ code: outcome.code, applied: outcome.status === 'APPLIED', told: outcome.detail }).toEqual({
      code, applied: false, told: outcome.detail
    });
    expect(this.#ledger.withoutAnomalies()).toEqual(before);
    expect(existsSync(join(root, 'docs/errors', `${code}.md`))).toBe(true);
    this.refusals += 1;
  }

  #applied(outcome: Outcome, expected: string): void {
    expect({ status: outcome.status, code: outcome.code, detail: outcome.detail }).toMatchObject({ status: 'APPLIED' });
    const [result] = eventOutcomes(outcome, 1);
    const operation = outcome.detail.map((entry) => (Array.isArray(entry) && entry[0] === 'FLAGGED' ? `flagged ${String(entry[1])}` : ''));
    const said = [
      result?.status === 'history' ? `history ${result.code}` : '',
      result?.status === 'duplicate' ? 'known' : '',
      ...(result?.flags ?? []).map(({ code }) => `flagged ${code}`),
      ...operation
    ].filter((text) => text !== '');
    expect(said).toEqual(expected === '' ? [] : [expected]);
  }

  #expect(text: string): void {
    const [, code, flagged] = /^([A-Z_]+) on (\S+)$/.exec(text) ?? [];
    if (code !== undefined && flagged !== undefined) {
      return expect(Object.keys(this.#ledger.kinds(thing(flagged)))).toContain(code);
    }
    const [, owner, owned] = /^(\w+) owns (\S+)$/.exec(text) ?? [];
    if (owner !== undefined && owned !== undefined) return expect(this.#ledger.item(thing(owned))?.owner).toBe(owner);
    const [, quantity, where] = /^(\S+) (?:with|under way|in dispute) ?(\S+)$/.exec(text) ?? [];
    const of = amount(quantity ?? '');
    if (of !== null && where !== undefined) return this.#expectAmount(text, of, where);
    const [, item, status, holder] = /^(\S+) ([A-Z_]+)(?: with (\w+))?$/.exec(text) ?? [];
    if (item === undefined || status === undefined) throw new Error('not an expectation');
    const state = this.#ledger.item(thing(item));
    expect(state?.status ?? 'UNKNOWN').toBe(status);
    if (holder !== undefined) expect(state?.custodian).toBe(holder);
  }

  #expectAmount(text: string, of: NonNullable<ReturnType<typeof amount>>, where: string): void {
    const place = text.includes('under way') ? `to:${where}` : text.includes('in dispute') ? `dispute:${where}` : `org:${where}`;
    const found = this.#ledger.item(of.epcClass)?.balances.find((entry) => entry.place === place && entry.uom === (of.uom ?? ''));
    expect({ place, quantity: Number(found?.amount ?? 0n) / 1e6 }).toEqual({ place, quantity: of.quantity });
  }
}

function read(text: string): Line {
  const [deedText = '', expected = ''] = text.split(/\s*=>\s*/);
  const [, label = '', who = '', sentence = ''] = /^(?:(\w+): )?(\w+) (.+)$/.exec(deedText) ?? [];
  return { label, who: organization(who), sentence, expected };
}
