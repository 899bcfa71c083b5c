import { xmlToEpcisJson } from '@lading/epcis-xml';
import { eventHashId, HashWork, parseEpcisDocument, preHash, type EpcisDocument } from '@lading/provenance';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FOLDER, describeWithData } from '../fixtures/data.js';
import { linesOf, textOf } from '../provenance/files.js';

const FOLDER = 'hash-vectors/ralphtro';

/** Files whose pre-hash strings are older than the hashes beside them. */
const STALE = [
  'epcisDocWithAllGS1Keys',
  'epcisDocWithCustomSchemaInContext',
  'epcisDocWithDefaultSchemaInContext',
  'epcisXmlQueryDocHavingEventWithIgnoreFields'
];

/** Fields that the reference leaves out because these documents list them under a name of its own. */
const IGNORED = ['repository-x:hash', 'example:captureID', 'example:testField1', 'example:testField2'];

function jsonText(base: string): string {
  const json = `${FOLDER}/${base}.jsonld`;
  if (existsSync(join(DATA_FOLDER, 'epcis', json))) return textOf(json);
  // One document has no body, which the XML schema asks for.
  let xml = textOf(`${FOLDER}/${base}.xml`);
  if (!xml.includes('EPCISBody')) {
    xml = xml.replace('<queryName>', '<EPCISBody><QueryResults><queryName>').replace('</resultsBody>', '$&</QueryResults></EPCISBody>');
  }
  const result = xmlToEpcisJson(Buffer.from(xml));
  if (!result.ok) throw new Error(`${base}: ${result.code} ${result.pointer}`);
  return result.value.json;
}

function documentOf(base: string): EpcisDocument {
  let text = jsonText(base);
  if (base.includes('IgnoreFields')) {
    const value = JSON.parse(text) as unknown;
    text = JSON.stringify(value, (name, member: unknown) => (IGNORED.includes(name) ? undefined : member));
  }
  const parsed = parseEpcisDocument(Buffer.from(text));
  if (!parsed.ok) throw new Error(`${base}: ${parsed.code} ${parsed.pointer} ${parsed.detail}`);
  return parsed.value;
}

describeWithData('event hash ids, every published file', () => {
  const bases = readdirSync(join(DATA_FOLDER, 'epcis', FOLDER))
    .filter((name) => name.endsWith('.hashes'))
    .map((name) => name.replace('.hashes', ''))
    .sort();

  it('the hash ids of every document are those published', () => {
    let count = 0;
    for (const base of bases) {
      const { events, namespaces } = documentOf(base);
      const ids = events.map((event) => eventHashId(event.node, namespaces));
      expect([base, ids]).toEqual([base, linesOf(`${FOLDER}/${base}.hashes`)]);
      count += ids.length;
    }
    process.stdout.write(`  event hash ids: ${count} of ${count} in ${bases.length} documents agree\n`);
    expect(bases).toHaveLength(15);
  });

  it('so are the pre-hash strings, but for the files that are older than their hashes', () => {
    const withStrings = bases.filter((base) => existsSync(join(DATA_FOLDER, 'epcis', FOLDER, `${base}.prehashes`)));
    const differing = withStrings.filter((base) => {
      const { events, namespaces } = documentOf(base);
      const texts = events.map((event) => preHash(event.node, { namespaces, exact: false, work: new HashWork() }));
      return texts.join('\n') !== linesOf(`${FOLDER}/${base}.prehashes`).join('\n');
    });
    expect(differing.filter((base) => !STALE.includes(base))).toEqual([]);
    expect(withStrings.length).toBeGreaterThan(12);
  });
});
