/**
 * Characters that act instead of being read: control characters of both sets, deletion, separators of lines that
 * editors do not count, and those that turn the direction of writing round. Tabs and line ends are left to the caller.
 */
const ACTING =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

const ANY = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;

/** A text for people to read: names and excerpts of other people's files show their control characters as \u001b. */
export function visible(text: string): string {
  return text.replace(ACTING, escaped);
}

/** The same on one line: line ends and tabs are shown, too. For names in a line that says something by itself. */
export function visibleLine(text: string): string {
  // Thousands of messages are made on every keystroke, and nearly none has anything to show.
  return ANY.test(text) ? visible(text).replace(/[\t\n]/g, escaped) : text;
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
