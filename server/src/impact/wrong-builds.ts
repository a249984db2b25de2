import type { Target } from './impact.js';

/**
 * True for a server that may leave rows out of an index which it builds with CONCURRENTLY: 14.0 to 14.3 forgot those that
 * were updated during the build (release notes of 14.4). Where no minor version is stated, it is taken for a later one.
 */
export function buildsWrongIndexes({ postgres, minor }: Target): boolean {
  return postgres === 14 && minor !== undefined && minor < 4;
}
