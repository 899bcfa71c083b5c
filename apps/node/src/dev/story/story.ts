import { StoryClock, type StoryPhase } from './event.js';
import { harvest } from './harvest.js';
import { roastery } from './roastery.js';
import { voyage } from './voyage.js';

const STORY_HOURS = 30 * 24;

/**
 * The coffee story: three farms, a port, a roastery and an authority. It ends before `networkBirthMs`, so that no
 * event lies in the future of the first block. All five event types occur, and one correction.
 */
export function coffeeStory(networkBirthMs: number): readonly StoryPhase[] {
  const clock = new StoryClock(networkBirthMs - STORY_HOURS * 3_600_000);
  return [...harvest(clock), ...voyage(clock), ...roastery(clock)];
}

export const storySize = (phases: readonly StoryPhase[]): number =>
  phases.reduce((sum, phase) => sum + phase.events.length, 0);
