import { join } from 'node:path';
import { parseEpcisDocument } from '@lading/provenance';
import { Ajv } from 'ajv';
import * as formats from 'ajv-formats';
import { describeWithData } from '../fixtures/data.js';
import { root } from '../tidy/repository.js';
import { bytesOf, documentsIn, jsonOf, tableAfter, textOf } from './files.js';

/** The published EPCIS 2.0.1 JSON schema is the oracle for our validator; differences are written down and reasoned. */
describeWithData('EPCIS documents against the published schema', () => {
  const ajv = new Ajv({ strict: false });
  (formats.default as unknown as (ajv: Ajv) => void)(ajv);

  /** Verdict of the schema; null for files that are no EPCIS JSON at all. */
  const schemaVerdict = (name: string, validate: (value: unknown) => unknown): boolean | null => {
    try {
      const value: unknown = JSON.parse(textOf(name));
      const isTyped = typeof value === 'object' && value !== null && 'type' in value;
      return isTyped ? validate(value) === true : null;
    } catch {
      return null;
    }
  };

  it('agrees on every document, but for the differences that spec/provenance.md lists', () => {
    const validate = ajv.compile(jsonOf('spec/epcis-json-schema-2.0.1.json') as object);
    const differences: string[][] = [];
    let compared = 0;
    for (const name of ['events', 'chains', 'invalid'].flatMap(documentsIn)) {
      const expected = schemaVerdict(name, validate);
      const ours = parseEpcisDocument(bytesOf(name));
      if (expected === null) {
        expect([name, ours.ok]).toEqual([name, false]);
        continue;
      }
      compared += 1;
      if (expected !== ours.ok) {
        differences.push([name, expected ? 'valid' : 'invalid', ours.ok ? 'valid' : `${ours.code} ${ours.pointer}`]);
      }
    }
    const listed = tableAfter(join(root, 'spec/provenance.md'), '### Differences from the schema');
    expect(differences).toEqual(listed.map((row) => row.slice(0, 3).map((cell) => cell.replaceAll('`', ''))));
    expect(listed.every((row) => (row[3] ?? '').length > 20)).toBe(true);
    expect(compared).toBeGreaterThan(70);
  });

  it('accepts all 26 official examples', () => {
    const examples = documentsIn('events/gs1');
    expect(examples).toHaveLength(26);
    for (const name of examples) expect([name, parseEpcisDocument(bytesOf(name)).ok]).toEqual([name, true]);
  });

  it.each([
    ['Combination_of_events_with_missing_mandatory_fields', ['0/action', '1/eventTimeZoneOffset', '1/action']],
    ['Combination_of_non_standard_bizStep_and_disposition', ['0/bizStep', '1/disposition']],
    ['ObjectEvent_with_ilmd_field_without_namespace', ['0/ilmd/materialType']],
    ['ObjectEvent_with_invalid_action', ['0/action']],
    ['ObjectEvent_with_invalid_certificationInfo', ['0/certificationInfo/0', '0/certificationInfo/1']],
    ['ObjectEvent_with_invalid_eventTime_format', ['0/eventTime']],
    ['ObjectEvent_with_non_standard_bizStep', ['0/bizStep']],
    ['ObjectEvent_with_unknown_field_in_quantityList', ['0/quantityList/0/weight']],
    ['ObjectEvent_without_action_and_eventTime', ['0/eventTime', '0/eventTimeZoneOffset', '0/action']]
  ])('%s is refused with a pointer to each fault', (name, pointers) => {
    const result = parseEpcisDocument(bytesOf(`invalid/openepcis/json/Capture/${name}.json`));
    const found = result.ok ? [] : result.faults.map((fault) => fault.pointer);
    expect(found).toEqual(pointers.map((pointer) => `/epcisBody/eventList/${pointer}`));
  });

  it('the table of pointers covers every invalid capture document', () => {
    expect(documentsIn('invalid/openepcis/json/Capture')).toHaveLength(9);
  });
});
