import { fileURLToPath } from 'node:url';

/** Pages of error codes: beside this package's sources and its build alike. */
export const errorPages = fileURLToPath(new URL('../../../../docs/errors', import.meta.url));
