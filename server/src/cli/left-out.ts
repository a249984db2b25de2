import { visibleLine } from '../sql/visible.js';
import type { LeftOut } from '../workspace/find-files.js';
import { counted } from '../../../rules/engine/words.js';

/**
 * How many files were not looked at and why, a line for each reason with the first files of it; "" when there are none.
 */
export function leftOutText(files: readonly LeftOut[]): string {
  if (files.length === 0) return '';
  const byReason = new Map<string, string[]>();
  for (const { name, why } of files) byReason.set(why, [...(byReason.get(why) ?? []), name]);
  const lines = [...byReason].map(([why, names]) => {
    const [first = ''] = names;
    const rest = names.length > 1 ? ` and ${names.length - 1} more` : '';
    return `  ${visibleLine(first)}${rest}: ${why}\n`;
  });
  return `${counted(files.length, 'file')} left out:\n${lines.join('')}`;
}
