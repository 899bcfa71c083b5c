import { eventHashId, parseEpcisDocument } from '@lading/provenance';
import { describeWithData } from '../fixtures/data.js';
import { bytesOf, documentsIn, jsonOf, linesOf } from './files.js';

/** Documents whose hashes leave out fields by a convention of the reference implementation, not of the standard. */
const CONVENTION = ['epcisDocHavingEventWithIgnoreFields', 'epcisQueryDocHavingEventWithIgnoreFields'];

const hashesOf = (name: string): readonly string[] => {
  const parsed = parseEpcisDocument(bytesOf(name));
  if (!parsed.ok) throw new Error(`${name}: ${parsed.code} ${parsed.pointer}`);
  return parsed.value.events.map((event) => eventHashId(event.node, parsed.value.namespaces));
};

describeWithData('event hash ids of CBV 2.0', () => {
  it('equal the published hashes of every JSON document', () => {
    const names = documentsIn('hash-vectors/ralphtro').filter(
      (name) => !CONVENTION.some((part) => name.includes(`/${part}`))
    );
    for (const name of names) expect([name, hashesOf(name)]).toEqual(
      [name, linesOf(name.replace(/\.jsonld$/, '.hashes'))]
    );
    expect(names).toHaveLength(11);
  });

  it('equal the hashes that the reference implementation computes', () => {
    const { cases } = jsonOf('hash-vectors/reference-computed.json') as { cases: { json: string; hashes: string[] }[] };
    for (const { json, hashes } of cases) expect([json, hashesOf(json)]).toEqual([json, hashes]);
    expect(cases).toHaveLength(10);
  });

  it('are equal for the spellings of one event', () => {
    const hashes = hashesOf('hash-vectors/must-be-equal/ReferenceEventHashAlgorithm.json');
    expect(hashes.length).toBeGreaterThan(1);
    expect(new Set(hashes).size).toBe(1);
  });
});
