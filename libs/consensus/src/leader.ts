/** L1: the leader of a view; in epoch 0 no validator is left out, so it goes round the organizations in order. */
export function leaderOf(epoch: number, view: number, validators: number): number {
  return (epoch + view) % validators;
}
