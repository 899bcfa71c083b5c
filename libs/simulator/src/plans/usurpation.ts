import type { LinkModel } from '../network.js';
import type { Planning, Weather } from './faultPlan.js';
import { planGoodNetwork } from './byzantine.js';

/**
 * What a false leader of the next view needs. From some time on, either one honest node alone hears COMMITs, and is then
 * cut off with what it has committed; or only the Byzantine nodes hear PREPAREs, so that nobody else can prove what
 * everyone has prepared. The view fails, and the usurper leads the next one; its links are good.
 */
export function planUsurpation(planning: Planning): Weather {
  const { dice, nemesis, n, byzantine } = planning;
  const good = planGoodNetwork(planning);
  const fromMs = nemesis.allows('silence') ? dice.between(40, 350, 'silence') : Infinity;
  const alone = dice.chance(0.5, 'one commits');
  const honest = Array.from({ length: n }, (_, index) => index).filter((index) => !usurpers(byzantine).includes(index));
  const first = dice.pick(honest, 'first to commit');
  let opened = false;
  const links: LinkModel = (frame) => {
    const { from, to, type, nowMs } = frame;
    if (type === 'NEW-VIEW') opened = true;
    if (nowMs >= fromMs) {
      const aside = alone && from === first && ['VIEW-CHANGE', 'COMMIT'].includes(type);
      if (aside || type === 'BLOCKS' || (!opened && isSilenced(type, to))) return [];
    }
    return good.links(frame);
  };
  const isSilenced = (type: string, to: number): boolean =>
    alone ? type === 'COMMIT' && to !== first : type === 'PREPARE' && !usurpers(byzantine).includes(to);
  return { ...good, links };
}

/** The leaders of the views after the first. */
export const usurpers = (byzantine: number): readonly number[] => Array.from({ length: byzantine }, (_, i) => i + 1);
