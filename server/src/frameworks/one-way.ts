import type { Section, TransactionScope } from './framework.js';

/** A file that goes one way as a whole. */
export function oneWay(direction: 'up' | 'down', text: string, scope: TransactionScope, mark?: string): Section[] {
  const section = { direction, span: { start: 0, end: text.length }, scope };
  return [mark === undefined ? section : { ...section, mark }];
}
