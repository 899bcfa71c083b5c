import { assert } from '@lading/kernel';
import type { Contract } from '@lading/ledger';

/** The contract of every operation. Equal on every node: it is part of the program, not of its configuration. */
export class ContractRegistry {
  readonly #byOperation = new Map<string, Contract>();

  constructor(contracts: readonly Contract[]) {
    for (const contract of contracts) {
      for (const operation of contract.operations) {
        assert(!this.#byOperation.has(operation), `two contracts for the operation ${operation}`);
        this.#byOperation.set(operation, contract);
      }
    }
  }

  for(operation: string): Contract | undefined {
    return this.#byOperation.get(operation);
  }
}
