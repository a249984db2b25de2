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
];
