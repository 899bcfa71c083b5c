/**
 * @lading/cli — the program `lading`: commands for members, auditors and operators over the SDK, the verifier and key
 * files. Nothing is exported: `bin/lading.mjs` starts `main.ts`. Not here: the network itself; `dev` and `audit` run
 * entry points of apps/node as child processes.
 * May import: sdk, verifier, api, provenance, identity, ledger, kernel; commander, picocolors.
 */
export {};
