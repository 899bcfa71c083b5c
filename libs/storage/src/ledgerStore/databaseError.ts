import { StorageFault, errorCode } from '../storageFault.js';

/** SQLSTATE of our own functions (migrations) and what they mean. */
const OWN = { LD002: 'STORE_GAP' } as const;

/**
 * A fault for what went wrong in the database. STORE_UNAVAILABLE: it cannot be reached or is restarting, and whether a
 * write happened is unknown: ask again (appendBlocks is idempotent). Other errors of the server stay as they are.
 */
export function asStorageFault(error: unknown): unknown {
  if (error instanceof StorageFault || !(error instanceof Error)) return error;
  const code = errorCode(error) || errorCode((error as { driverError?: unknown }).driverError);
  if (code === 'LD002') return new StorageFault(OWN.LD002, error.message, { cause: error });
  if (isConnectionLoss(code, error.message)) return new StorageFault('STORE_UNAVAILABLE', error.message, { cause: error });
  return error;
}

/**
 * SQLSTATE class 08 (connection), 57P0x (server shutting down or starting), 53300 (no connection left), 58030 and 53100
 * (disk), the system's codes, and what pg says without a code.
 */
function isConnectionLoss(code: string, message: string): boolean {
  if (/^(08...|57P0[1-5]|53[1-3]00|58030|57014|25006)$/.test(code)) return true;
  if (/^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)/.test(code)) return true;
  return /Connection terminated|timeout (expired|exceeded)|Query read timeout|Client (has encountered|was closed)/i.test(message);
}
