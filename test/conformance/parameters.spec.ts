import { EVENT_PARAMETERS, readQuestion } from '../../apps/provenance/src/query/question.js';
import type { Given } from '../../apps/provenance/src/query/given.js';
import { describeWithData } from '../fixtures/data.js';
import { jsonOf } from '../provenance/files.js';

interface OpenApi {
  readonly components: { readonly parameters: Readonly<Record<string, { readonly name: string; readonly in: string }>> };
}
interface QuerySchema {
  readonly definitions: {
    readonly 'EPCIS-Query': {
      readonly properties: Readonly<Record<string, unknown>>;
      readonly patternProperties: Readonly<Record<string, unknown>>;
    };
  };
}

/** Parameters of pages and subscriptions, which are not of the query. */
const OTHERS: readonly string[] = [
  'perPage', 'nextPageToken', 'second', 'minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek', 'reportIfEmpty', 'stream', 'initialRecordTime'
];

/** A value that the parameter takes. */
function valueFor(name: string): string {
  if (/(?:Time|_Time|_time)$/.test(name)) return '2026-01-01T00:00:00Z';
  if (/^EXISTS_/.test(name)) return 'true';
  if (/quantity|percRank|Count|_(?:value|minValue|maxValue|meanValue|sDev|percValue)_/.test(name)) return '5';
  const fixed: Readonly<Record<string, string>> = {
    ...{ eventType: 'ObjectEvent', EQ_action: 'ADD', orderBy: 'eventTime', orderDirection: 'ASC' }
  };
  return fixed[name] ?? (/^(?:GT|GE|LT|LE)_/.test(name) ? '5' : 'urn:x:1');
}

/** An example of each name that a pattern of the query schema allows: `EQ_ILMD_ex:field` and the like. */
function exampleOf(pattern: string): string {
  return pattern
    .replace(/^\^|\$$/g, '')
    .replaceAll('[a-z][a-zA-Z0-9]*', 'ex')
    .replaceAll('[a-z][a-zA-Z0-9_]+', 'po')
    .replace(/\\+:/g, ':')
    .replace(/\\+w\+_\\+w\+/, 'bizLocation_ex:field')
    .replace(/\\+w\+/g, 'field')
    .replace(/\[[^\]]*\](?:\{\d+(?:,\d*)?\}|[+*])?/g, 'CEL');
}

const nothing = () => Promise.resolve([]);
const NOBODY = { terms: nothing, withDescendants: nothing, itemsOf: nothing } as unknown as Parameters<typeof readQuestion>[1];

async function refusal(name: string): Promise<string | null> {
  const values: Given['values'] = new Map([[name, [valueFor(name)]]]);
  try {
    await readQuestion({ values, prefixes: new Map([['ex', 'https://example.com/ns/']]) }, NOBODY);
    return null;
  } catch (error) {
    return `${name}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

describeWithData('parameters of the EPCIS query language', () => {
  it('every one of the OpenAPI is read', async () => {
    const { components } = jsonOf('spec/gs1-epcis/openapi.json') as OpenApi;
    const names = Object.values(components.parameters).filter((each) => each.in === 'query').map(({ name }) => name);
    const asked = names.filter((name) => !OTHERS.includes(name));
    expect(asked.length).toBeGreaterThan(50);
    expect((await Promise.all(asked.map(refusal))).filter((text) => text !== null)).toEqual([]);
  });

  it('every one of the query schema is read, and an example of each pattern of names', async () => {
    const { properties, patternProperties } = (jsonOf('spec/epcis-query-schema.json') as QuerySchema).definitions['EPCIS-Query'];
    const names = Object.keys(properties).filter((name) => name !== '@context');
    const open = Object.keys(patternProperties).map(exampleOf);
    expect(open.length).toBeGreaterThan(30);
    const refused = await Promise.all([...names, ...open].map(refusal));
    // The pattern asks for a prefix where EPCIS has the name of a field: no field with a prefix has master data here.
    expect(refused.filter((text) => text !== null && !text.startsWith('HASATTR_ex:field'))).toEqual([]);
  });

  it('the fixed ones are documented', () => {
    for (const name of ['MATCH_anyEPC', 'EQ_bizStep', 'WD_readPoint', 'EQ_readPoint']) expect(EVENT_PARAMETERS).toContain(name);
  });
});
