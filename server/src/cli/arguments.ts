import { readVersion } from '../analysis/server-version.js';
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The call cannot be carried out: exit code 2, with this message on stderr. */
export class UsageError extends Error {
  /** Known by its name: commands of another bundle have a class of their own. */
  override readonly name = 'UsageError';
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** Options of the commands that look at migrations. */
export const forMigrations = { postgres: { type: 'string' }, config: { type: 'string' } } as const satisfies Options;

/** The option of the commands whose report has several forms. */
export const inForms = { format: { type: 'string' } } as const satisfies Options;

/** Options that every command takes. */
const common = {
  help: { type: 'boolean', short: 'h' },
  'no-cache': { type: 'boolean' },
} as const satisfies Options;

export interface Arguments {
  readonly paths: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
}

/** Reads the words behind a command. Throws UsageError for an option the command does not have. */
export function readArguments(words: readonly string[], options: Options): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { ...common, ...options },
      allowPositionals: true,
      strict: true,
    });
    return { paths: positionals, values: values as Arguments['values'] };
  } catch (error) {
    const message = (error as Error).message.replace(/\. To specify a positional.*$/s, '');
    throw new UsageError(`${message.replace(/\.$/, '')}. Its options: --help`);
  }
}

/** One of the given words, or the first of them when the option is not there. */
export function choice<const T extends string>(
  values: Arguments['values'],
  name: string,
  known: readonly [T, ...T[]],
): T {
  const value = values[name];
  if (value === undefined) return known[0];
  const found = known.find((each) => each === value);
  if (found === undefined) throw new UsageError(`--${name} takes ${known.join(', ')}, not "${String(value)}".`);
  return found;
}

/** The version of --postgres: 14 to 18, with or without a minor. */
export function postgresVersion(values: Arguments['values']): string | undefined {
  const value = values.postgres;
  if (value === undefined) return undefined;
  if (!readVersion(String(value)))
    throw new UsageError(
      `--postgres takes 14, 15, 16, 17 or 18, or one with its minor (14.3), not "${String(value)}".`,
    );
  return String(value);
}
