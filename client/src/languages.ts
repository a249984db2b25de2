/** Language ids that extensions give to PostgreSQL files; VS Code itself calls every .sql file "sql". */
export const languages = ['sql', 'postgres', 'postgresql', 'pgsql', 'plpgsql'] as const;

/** The documents that Airlock looks at: those languages, on disk or not yet saved. */
export const documentSelector = [
  ...languages.flatMap((language) => [
    { language, scheme: 'file' },
    { language, scheme: 'untitled' },
  ]),
  // What Prisma 8 runs: SQL in strings.
  { language: 'json', scheme: 'file', pattern: '**/migrations/**/ops.json' },
  // Code that may be a migration, by its folder or its name: the server looks at no other, and says nothing in those
  // that are none.
  ...['typescript', 'javascript', 'python', 'ruby'].flatMap((language) =>
    ['**/*migrat*/**', '**/versions/*.py', '**/Migration[0-9]*'].map((pattern) => ({
      language,
      scheme: 'file',
      pattern,
    })),
  ),
];
