import { encodeCbor } from '@lading/ledger';
import { stored, text } from './storedFields.js';

/** CBOR [text…]: what an organization may do under another's company prefix. */
export const encodeTexts = (list: readonly string[]): Uint8Array => encodeCbor(list);
export const decodeTexts = (value: Uint8Array): readonly string[] => stored(value).map(text);
