/** A snippet as VS Code reads it from a JSON file. */
export interface Snippet {
  readonly prefix: string;
  readonly body: readonly string[];
  readonly description: string;
}

const tabStop = /\\([\\$}])|\$\{(\d+):((?:\\.|[^}\\])*)\}|\$\{(\d+)\|((?:\\.|[^|\\])*)\|\}|\$\{(\d+)\}|\$(\d+)/g;

/**
 * The text that a snippet inserts when a person presses Tab until the end: every tab stop has its default,
 * also where it stands before the place that gives the default. Throws for a tab stop without a default.
 * `written`: what the person writes into tab stops instead, by their number.
 */
export function expandSnippet({ body, prefix }: Snippet, written: Readonly<Record<string, string>> = {}): string {
  const text = body.join('\n');
  const defaults = new Map<string, string>([['0', '']]);
  for (const [, , number, value, choice, values] of text.matchAll(tabStop)) {
    if (number !== undefined && value !== undefined) {
      defaults.set(number, withoutEscapes(value));
    }
    if (choice !== undefined && values !== undefined) {
      defaults.set(choice, withoutEscapes(values.split(',')[0] ?? ''));
    }
  }
  for (const [number, value] of Object.entries(written)) defaults.set(number, value);
  return text.replace(tabStop, (_all, escaped, placeholder, _value, choice, _values, braced, bare) => {
    const number = placeholder ?? choice ?? braced ?? bare;
    const value = escaped ?? defaults.get(number);
    if (value === undefined) {
      throw new Error(`${prefix}: tab stop ${number} has no default`);
    }
    return value;
  });
}

function withoutEscapes(text: string): string {
  return text.replace(/\\([\\$}|,])/g, '$1');
}
