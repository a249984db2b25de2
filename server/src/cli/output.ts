import { visible as visibleText } from '../sql/visible.js';

/** Colours for a terminal that wants them; plain text anywhere else. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
}

/**
 * Our own colours on their way to the terminal. The word is another one in every process, so that no name and no file
 * can have it; every other control character is shown and not sent. V8 seeds its numbers anew in every process, and
 * loading node:crypto would take as long as reading a file.
 */
const mark = `\u001b{${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}:`;

function code(open: number, close: number): (text: string) => string {
  return (text) => `${mark}${open}m${text}${mark}${close}m`;
}

/** A report as it may go to a terminal: our colours, and everything else as text that can only be read. */
export function terminalText(text: string): string {
  const [first = '', ...rest] = visible(text, mark);
  return first + rest.map((part) => `\u001b[${part}`).join('');
}

/** The parts of a report between our colours: the word before each is another one in every process. */
export function unmarked(text: string): string[] {
  return text.split(mark);
}

/** The report of such parts, for this process. */
export function marked(parts: readonly string[]): string {
  return parts.join(mark);
}

function visible(text: string, separator: string): string[] {
  return text.split(separator).map(visibleText);
}

const same = (text: string): string => text;

/** `colour` comes from the stream and from NO_COLOR / FORCE_COLOR. */
export function paint(colour: boolean): Paint {
  return colour
    ? {
        bold: code(1, 22),
        dim: code(2, 22),
        red: code(31, 39),
        yellow: code(33, 39),
        green: code(32, 39),
        cyan: code(36, 39),
      }
    : { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same };
}

export function wantsColour(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return true;
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** Breaks a sentence into lines of at most `width` characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}
