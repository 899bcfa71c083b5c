import { StorageFault, errorCode } from '../storageFault.js';

/** What ledger.require_tip raises (migrations). */
const NOT_THE_TIP = 'LD002';

/**
 * A fault for what went wrong in the database. STORE_CORRUPT: the server itself has found what it stores damaged (a page, an
 * index, a compressed value). STORE_UNAVAILABLE: it cannot be reached or is restarting, and whether a
 * write happened is unknown: ask again (appendBlocks is idempotent). Other errors of the server stay as they are.
 */
export function asStorageFault(error: unknown): unknown {
  if (error instanceof StorageFault || typeof error !== 'object' || error === null) return error;
  const code = errorCode(error) || ('driverError' in error ? errorCode(error.driverError) : '');
  const message = 'message' in error && typeof error.message === 'string' ? error.message : '';
  if (code === NOT_THE_TIP) return new StorageFault('STORE_GAP', message, { cause: error });
  if (DAMAGE.test(code)) return new StorageFault('STORE_CORRUPT', `the database server says: ${message}`, { cause: error });
  if (!isConnectionLoss(code, message)) return error;
  return new StorageFault('STORE_UNAVAILABLE', message || code, { cause: error });
}

/** data_corrupted, index_corrupted. */
const DAMAGE = /^XX00[12]$/;

const PG_WORDS = /Connection terminated|timeout (expired|exceeded)|read timeout|Client (has encountered|was closed)/i;

/**
 * SQLSTATE class 08 (connection), 57P0x (server stopping or starting), 57014 (statement timeout), 53x00 (no disk,
 * memory or connection left), 58030 (I/O error), 25006 (a standby), the system's codes, and what pg says without one.
 */
function isConnectionLoss(code: string, message: string): boolean {
  if (/^(08...|57P0[1-5]|57014|53[1-3]00|58030|25006)$/.test(code)) return true;
  if (/^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)/.test(code)) return true;
  return PG_WORDS.test(message);
}
