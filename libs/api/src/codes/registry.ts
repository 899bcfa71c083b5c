import { OUTCOME_CODES } from './outcomeCodes.js';
import { REQUEST_CODES } from './requestCodes.js';
import { TOKEN_CODES } from './tokenCodes.js';
import { TRANSACTION_CODES } from './transactionCodes.js';
import { entry, type CodeEntry } from './types.js';

export const CODES = { ...REQUEST_CODES, ...TRANSACTION_CODES, ...TOKEN_CODES, ...OUTCOME_CODES } as const;
export type ApiCode = keyof typeof CODES;

/** Families whose members are many and answered alike. */
const FAMILIES: readonly (readonly [prefix: string, entry: CodeEntry])[] = [
  ['JSON_', entry(400, 'ValidationException', 'The JSON text is not valid')],
  ['EPCIS_', entry(400, 'ValidationException', 'The EPCIS document is not valid')],
  ['AI_', entry(400, 'ValidationException', 'The GS1 element string is not valid')],
  ['DIGITAL_LINK_', entry(400, 'ValidationException', 'The GS1 Digital Link is not valid')],
  ['SCAN_', entry(400, 'ValidationException', 'The scan cannot be read')],
  ['XML_', entry(400, 'ValidationException', 'The XML document cannot be read as EPCIS')],
  ['TX_', entry(400, 'ValidationException', 'The transaction is not valid')],
  ['TOKEN_', entry(401, 'SecurityException', 'The token was refused')]
];

/** A contract's refusal that has no entry of its own: the state of the ledger forbids the request. */
const REFUSED = entry(409, 'ValidationException', 'The ledger refused the transaction');

/** How a code is answered; codes of contracts that this table does not know are refusals (409). */
export function codeEntry(code: string): CodeEntry {
  if (Object.hasOwn(CODES, code)) return CODES[code as ApiCode];
  for (const [prefix, found] of FAMILIES) if (code.startsWith(prefix)) return found;
  return REFUSED;
}
