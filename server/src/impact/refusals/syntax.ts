import type { Target } from '../impact.js';

/** Messages of gram.y with ERRCODE_FEATURE_NOT_SUPPORTED; all others are syntax errors. */
const notSupported = /cannot be marked |not (?:yet )?(?:implemented|supported)|must be INITIALLY|is not implemented/i;

/** Grammar that an earlier version did not have, so that it is a syntax error there. */
const since: readonly (readonly [message: RegExp, version: number])[] = [[/dropping an enum value/i, 17]];

/** The SQLSTATE behind a message of the parser. */
export function codeOfRefusal(message: string, { postgres }: Target): '42601' | '0A000' {
  if (since.some(([text, version]) => text.test(message) && postgres < version)) return '42601';
  return notSupported.test(message) ? '0A000' : '42601';
}
