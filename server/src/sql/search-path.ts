/** The schemas of a value of search_path, such as `app, "$user", public`, without that of the user. */
export function schemasOf(value: string): string[] {
  return value
    .split(',')
    .map((schema) => schema.trim().replace(/^"(.*)"$/, '$1'))
    .filter((schema) => schema !== '' && schema !== '$user');
}
