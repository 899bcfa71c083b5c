/** A row that does not become an event; the import goes on without it. */
export class RowFault extends Error {
  override readonly name = 'RowFault';
}
