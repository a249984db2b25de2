/** Language ids that extensions give to PostgreSQL files; VS Code itself calls every .sql file "sql". */
export const languages = ['sql', 'postgres', 'postgresql', 'pgsql', 'plpgsql'] as const;

/** Documents of a language on a file system, as VS Code selects them. */
export interface Selected {
  readonly language: string;
  readonly scheme: string;
  readonly pattern?: string;
}

/**
 * The documents that Airlock looks at: those languages, in files or not yet saved. In: the schemes of the file systems
 * that it sees.
 */
export function documentSelector(schemes: readonly string[]): Selected[] {
  return [
    ...languages.flatMap((language) => [...schemes, 'untitled'].map((scheme) => ({ language, scheme }))),
    ...schemes.flatMap((scheme) => [
      // What Prisma 8 runs: SQL in strings.
      { language: 'json', scheme, pattern: '**/migrations/**/ops.json' },
      // Code that may be a migration, by its folder or its name: the server looks at no other, and says nothing in those
      // that are none.
      ...['typescript', 'javascript', 'python', 'ruby'].flatMap((language) =>
        ['**/*migrat*/**', '**/versions/*.py', '**/Migration[0-9]*'].map((pattern) => ({ language, scheme, pattern })),
      ),
    ]),
  ];
}
