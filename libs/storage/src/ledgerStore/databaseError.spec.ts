import { StorageFault } from '../storageFault.js';
import { asStorageFault } from './databaseError.js';

const failure = (code: string, message = 'what the server says'): Error => Object.assign(new Error(message), { code });

describe('a fault of the database', () => {
  it.each([
    ['LD002', 'STORE_GAP', 'a block that does not follow the last one'],
    ['XX001', 'STORE_CORRUPT', 'a damaged page or compressed value'],
    ['XX002', 'STORE_CORRUPT', 'a damaged index'],
    ['57P01', 'STORE_UNAVAILABLE', 'a server that stops'],
    ['53200', 'STORE_UNAVAILABLE', 'a server without memory'],
    ['ECONNREFUSED', 'STORE_UNAVAILABLE', 'a server that is not there']
  ])('is, for the code %s, %s: %s', (code, name) => {
    const cause = failure(code);
    expect(asStorageFault(cause)).toMatchObject({ code: name, message: expect.stringContaining('what the server says') as string, cause });
    expect(asStorageFault({ driverError: cause, message: 'a query failed' })).toMatchObject({ code: name });
  });

  it('stays what it is when it says nothing of the stored rows', () => {
    for (const error of [failure('42601'), failure('XX000'), new StorageFault('STORE_CONFLICT', 'x'), 'text', null]) {
      expect(asStorageFault(error)).toBe(error);
    }
  });
});
