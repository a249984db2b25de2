import { fillMessage } from '../../../rules/engine/message.js';
import { restorePlaceholders } from '../sql/placeholders.js';
import { visibleLine } from '../sql/visible.js';
import type { Finding } from './finding.js';

/** The words of a finding, one line each. */
export interface FindingMessage {
  /** What happens. */
  readonly message: string;
  /** What to do about it; "" where there is nothing to do. */
  readonly advice: string;
}

/**
 * The words that a rule's message comes to. In the template a line end stands between what happens and what to do; the
 * values have none. In: the template and its values. Out: both lines, as a person may see them.
 */
export function findingMessage(template: string, data?: Readonly<Record<string, string>>): FindingMessage {
  const end = template.indexOf('\n');
  if (end < 0) return { message: shown(template, data), advice: '' };
  return { message: shown(template.slice(0, end), data), advice: shown(template.slice(end + 1), data) };
}

function shown(template: string, data: Readonly<Record<string, string>> | undefined): string {
  return visibleLine(restorePlaceholders(fillMessage(template, data)));
}

/** Two lines, what happens and what to do, with how often the same is true in the file: for editors and terminals. */
export function shownMessage({ message, advice, again = 0 }: Pick<Finding, 'message' | 'advice' | 'again'>): string {
  const more = again === 1 ? 'another place' : `${again} more places`;
  const first = again === 0 ? message : `${message} The same is true in ${more} of this file.`;
  return advice === '' ? first : `${first}\n${advice}`;
}

/** The same in one line: for programs, and for lists in Markdown. */
export function lineOfMessage(finding: Pick<Finding, 'message' | 'advice' | 'again'>): string {
  return shownMessage(finding).replace('\n', ' ');
}
