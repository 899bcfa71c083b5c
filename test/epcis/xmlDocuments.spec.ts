import { epcisJsonToXml, xmlToEpcisJson, type ConvertedDocument } from '@lading/epcis-xml';
import { scanJson } from '@lading/ledger';
import { canonicalUri, eventHashId, parseEpcisDocument } from '@lading/provenance';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FOLDER, describeWithData } from '../fixtures/data.js';
import { bytesOf, textOf } from '../provenance/files.js';
import { xmlDocuments } from './xmlFiles.js';
import { REFUSED_DOCUMENTS, TWIN_DIFFERENCES } from './xmlOutcomes.js';

/** Many published documents carry an empty DOCTYPE, which is refused; what stands below it is converted here. */
const withoutDoctype = (name: string): Buffer => Buffer.from(textOf(name).replace(/<!DOCTYPE[^>]*>/, ''));

const converted = (bytes: Uint8Array): ConvertedDocument => {
  const result = xmlToEpcisJson(bytes);
  if (!result.ok) throw new Error(`${result.code} ${result.pointer} ${result.detail}`);
  return result.value;
};

/** `OK`, or the first fault: code and sentence of the conversion, code and pointer of the validator. */
function outcome(name: string): string {
  const result = xmlToEpcisJson(withoutDoctype(name));
  if (!result.ok) return `${result.code} ${result.detail}`;
  const parsed = parseEpcisDocument(Buffer.from(result.value.json));
  return parsed.ok ? 'OK' : `${parsed.code} ${parsed.pointer}`;
}

type Plain = null | boolean | number | string | Plain[] | { [name: string]: Plain };

/** One spelling: instants, canonical identifiers, bare words, numbers without trailing zeros. */
function normalised(value: Plain): Plain {
  if (Array.isArray(value)) return value.map(normalised);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, normalised(member)]));
  }
  if (typeof value !== 'string') return value;
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return new Date(value).toISOString();
  const word = value.replace(/^(?:gs1:|cbv:Comp-)(?=\w+$)/, '');
  return word === value ? (canonicalUri(value) ?? value) : word;
}

function differences(a: Plain | undefined, b: Plain | undefined, at: string): readonly string[] {
  if (typeof a === 'object' && a !== null && typeof b === 'object' && b !== null && Array.isArray(a) === Array.isArray(b)) {
    const [left, right] = [a as { [name: string]: Plain }, b as { [name: string]: Plain }];
    return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) => differences(left[key], right[key], `${at}/${key}`));
  }
  return a === b ? [] : [at];
}

function eventsOf(json: string): Plain[] {
  const document = JSON.parse(json.replace(/^\uFEFF/, '')) as Record<string, never>;
  const body = (document['epcisBody'] ?? {}) as { eventList?: Plain[]; queryResults?: { resultsBody: { eventList: Plain[] } } };
  const { '@context': _, ...event } = document as { [name: string]: Plain };
  return body.eventList ?? body.queryResults?.resultsBody.eventList ?? [event];
}

describeWithData('EPCIS XML documents', () => {
  const names = xmlDocuments();

  it('every document is converted and valid, or refused where and why the table says', () => {
    const found = names.map((name) => [name, outcome(name)] as const).filter(([, text]) => text !== 'OK');
    const expected = REFUSED_DOCUMENTS.flatMap(([, fault, documents]) => documents.map((name) => [name, fault] as const));
    expect(new Map(found)).toEqual(new Map(expected));
    const captured = names.length - found.length;
    process.stdout.write(`  XML documents: ${captured} of ${names.length} captured, ${found.length} refused for reasons\n`);
    expect(names).toHaveLength(115);
  });

  it('a DOCTYPE is refused with its place, in every document that has one', () => {
    const typed = names.filter((name) => textOf(name).includes('<!DOCTYPE'));
    expect(typed).toHaveLength(20);
    for (const name of typed) expect([name, xmlToEpcisJson(bytesOf(name))]).toMatchObject([name, { code: 'XML_DOCTYPE' }]);
  });

  it('where a JSON twin exists, the events are equal, up to the listed differences', () => {
    let compared = 0;
    for (const name of names) {
      const twin = name.replace('/xml/', '/json/').replace(/\.xml$/, '.json');
      if (twin === name || !existsSync(join(DATA_FOLDER, 'epcis', twin)) || !xmlToEpcisJson(bytesOf(name)).ok) continue;
      if (TWIN_DIFFERENCES[name]?.pointers === null) continue;
      const [ours, theirs] = [converted(bytesOf(name)).json, textOf(twin)].map((json) => eventsOf(json).map(normalised));
      const found = differences(ours ?? [], theirs ?? [], '');
      expect([name, found]).toEqual([name, TWIN_DIFFERENCES[name]?.pointers ?? []]);
      compared += 1;
    }
    process.stdout.write(`  JSON twins: ${compared} compared\n`);
    expect(compared).toBe(TWINS);
  });

  it('what is captured from XML is given back as XML with the same event hash ids, in either spelling of the CBV', () => {
    const hashesOf = (json: string): readonly string[] => {
      const parsed = parseEpcisDocument(Buffer.from(json));
      return parsed.ok ? parsed.value.events.map((event) => eventHashId(event.node, parsed.value.namespaces)) : [];
    };
    let compared = 0;
    for (const name of names.filter((each) => outcome(each) === 'OK')) {
      const { json } = converted(withoutDoctype(name));
      const scanned = scanJson(Buffer.from(json));
      if (!scanned.ok || scanned.value.type !== 'object' || !scanned.value.members.has('epcisBody')) continue;
      for (const cbv of ['Web_URI', 'URN'] as const) {
        const written = epcisJsonToXml(scanned.value, { cbv });
        if (!written.ok) throw new Error(`${name}: ${written.detail}`);
        expect([name, hashesOf(converted(Buffer.from(written.value)).json)]).toEqual([name, hashesOf(json)]);
      }
      compared += 1;
    }
    process.stdout.write(`  XML documents: ${compared} written again\n`);
    expect(compared).toBe(57);
  });

  it('spellings of one event have one hash id', () => {
    const documents = names.filter((name) => name.startsWith('hash-vectors/must-be-equal/'));
    for (const name of documents) {
      const parsed = parseEpcisDocument(Buffer.from(converted(bytesOf(name)).json));
      const hashes = parsed.ok ? parsed.value.events.map((event) => eventHashId(event.node, parsed.value.namespaces)) : [];
      expect([name, hashes.length > 1, new Set(hashes).size]).toEqual([name, true, 1]);
    }
    expect(documents).toHaveLength(5);
  });
});

const TWINS = 33;
