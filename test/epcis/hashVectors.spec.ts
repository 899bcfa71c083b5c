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

const exists = (name: string): boolean => existsSync(join(DATA_FOLDER, 'epcis', name));

/** Published forms of a document. */
const formsOf = (base: string): readonly string[] => [`${FOLDER}/${base}.jsonld`, `${FOLDER}/${base}.xml`].filter(exists);

function jsonText(name: string): string {
  if (name.endsWith('.jsonld')) return textOf(name);
  // One document has no body, which the XML schema asks for.
  let xml = textOf(name);
  if (!xml.includes('EPCISBody')) {
    xml = xml.replace('<queryName>', '<EPCISBody><QueryResults><queryName>').replace('</resultsBody>', '$&</QueryResults></EPCISBody>');
  }
  const result = xmlToEpcisJson(Buffer.from(xml));
  if (!result.ok) throw new Error(`${name}: ${result.code} ${result.pointer}`);
  return result.value.json;
}

function documentOf(file: string): EpcisDocument {
  let text = jsonText(file);
  if (file.includes('IgnoreFields')) {
    const value = JSON.parse(text) as unknown;
    text = JSON.stringify(value, (name, member: unknown) => (IGNORED.includes(name) ? undefined : member));
  }
  const parsed = parseEpcisDocument(Buffer.from(text));
  if (!parsed.ok) throw new Error(`${file}: ${parsed.code} ${parsed.pointer} ${parsed.detail}`);
  return parsed.value;
}

describeWithData('event hash ids, every published file', () => {
  const bases = readdirSync(join(DATA_FOLDER, 'epcis', FOLDER))
    .filter((name) => name.endsWith('.hashes'))
    .map((name) => name.replace('.hashes', ''))
    .sort();

  it('the hash ids of every document, JSON and XML, are those published', () => {
    let count = 0;
    const files = bases.flatMap(formsOf);
    for (const file of files) {
      const { events, namespaces } = documentOf(file);
      const ids = events.map((event) => eventHashId(event.node, namespaces));
      expect([file, ids]).toEqual([file, linesOf(file.replace(/\.\w+$/, '.hashes'))]);
      count += ids.length;
    }
    process.stdout.write(`  event hash ids: ${count} of ${count} in ${files.length} documents agree\n`);
    expect([bases.length, files.length]).toEqual([15, 21]);
  });

  it('so are the pre-hash strings, but for the files that are older than their hashes', () => {
    const withStrings = bases.filter((base) => exists(`${FOLDER}/${base}.prehashes`));
    const differing = withStrings.filter((base) => {
      const { events, namespaces } = documentOf(formsOf(base)[0] ?? '');
      const texts = events.map((event) => preHash(event.node, { namespaces, exact: false, work: new HashWork() }));
      return texts.join('\n') !== linesOf(`${FOLDER}/${base}.prehashes`).join('\n');
    });
    expect(differing.filter((base) => !STALE.includes(base))).toEqual([]);
    expect(withStrings.length).toBeGreaterThan(12);
  });
});
