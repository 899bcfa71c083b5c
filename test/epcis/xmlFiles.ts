import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FOLDER } from '../fixtures/data.js';

/** EPCIS XML documents of the test data, in a fixed order. */
export const xmlDocuments = (): readonly string[] =>
  readdirSync(join(DATA_FOLDER, 'epcis'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.xml'))
    .sort();
