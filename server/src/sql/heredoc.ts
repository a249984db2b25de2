/**
 * SQL as a heredoc of Ruby whose lines stand two blanks further than its end. In single quotes nothing is put in for #{…}
 * and no backslash is read; the mark at its end is one that no line of the SQL is.
 */
export function heredoc(sql: string, isQuoted: boolean): string {
  const lines = sql.split('\n');
  let mark = 'SQL';
  for (let number = 2; lines.some((line) => line.trim() === mark); number += 1) mark = `SQL_${number}`;
  const body = lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n');
  return `<<~${isQuoted ? `'${mark}'` : mark}\n${body}\n${mark}`;
}
