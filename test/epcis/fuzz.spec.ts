import { xmlToEpcisJson } from '@lading/epcis-xml';
import { canonicalUri, readElements, scanUri } from '@lading/provenance';
import { describeWithData } from '../fixtures/data.js';
import { bytesOf } from '../provenance/files.js';
import { Chance } from './schemaDocuments.js';
import { casesOf } from './vectors.js';
import { xmlDocuments } from './xmlFiles.js';

describeWithData('input that nobody meant', () => {
  it('broken XML is refused with a place or converted to JSON, and never ends in an exception', () => {
    const documents = xmlDocuments().map(bytesOf).filter((bytes) => bytes.length < 20_000 && xmlToEpcisJson(bytes).ok);
    let converted = 0;
    for (let seed = 1; seed <= 600; seed++) {
      const chance = new Chance(seed);
      const bytes = Uint8Array.from(chance.of(documents));
      for (let i = chance.below(3); i >= 0; i--) {
        const [from, to, size] = [chance.below(bytes.length), chance.below(bytes.length), 1 + chance.below(40)];
        if (chance.below(8) === 0) bytes.copyWithin(to, from, from + size);
        else bytes[from] = chance.of([0x3c, 0x26, 0x22, 0x3a, 0x20, 0x20, 0xff, 0x41, 0x31]);
      }
      const result = xmlToEpcisJson(bytes);
      if (result.ok) JSON.parse(result.value.json);
      else expect(result.pointer).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      converted += result.ok ? 1 : 0;
    }
    // Both ways must be walked often, or the test says nothing.
    expect(Math.min(converted, 600 - converted)).toBeGreaterThan(60);
  });

  it('any text is scanned or refused, and what is scanned is canonical', () => {
    const texts = [
      ...casesOf<{ input: string }>('gs1-engine-ai-data').map(({ input }) => input.replaceAll('^', '\x1d')),
      ...casesOf<{ input: string }>('gs1-engine-parse-dl-uri').map(({ input }) => input),
      ...casesOf<{ scanData?: string }>('gs1-engine-scan-data').flatMap(({ scanData }) => scanData ?? [])
    ];
    let read = 0;
    for (let seed = 1; seed <= 8_000; seed++) {
      const chance = new Chance(seed);
      let text = chance.of(texts);
      for (let i = chance.below(3); i > 0; i--) {
        const at = chance.below(text.length + 1);
        const added = chance.of(['', '(', ')', '\x1d', '%', '/', '1', '\\(', '(21)x', '/21/x', '?', '😀']);
        text = text.slice(0, at) + added + text.slice(at + chance.below(3));
      }
      const uri = scanUri(text);
      if (!uri.ok) continue;
      read += 1;
      expect([text, canonicalUri(uri.value)]).toEqual([text, uri.value]);
      expect(readElements(text.trim()).ok).toBe(true);
    }
    expect(read).toBeGreaterThan(400);
  });
});
