import type { RelationDescription } from './describe.js';

/** A word that Mermaid takes for a name or a type: letters, digits and lines. */
function word(text: string): string {
  return (
    text
      .replace(/\(([^)]*)\)/g, (_all, inner: string) => `-${inner.replace(/\s*,\s*/g, '-')}`)
      .replace(/\[\]/g, '-array')
      .replace(/[^\w-]+/g, '_') || '_'
  );
}

/** The name of a table in a diagram: in quotes, which Mermaid takes for any. */
function entity(label: string): string {
  return /^[A-Za-z_]\w*$/.test(label) ? label : `"${label.replaceAll('"', "'")}"`;
}

/** An entity relationship diagram of tables and of the foreign keys between them, for Mermaid 10 and newer. */
export function erDiagram(relations: readonly RelationDescription[]): string {
  const shown = new Map(relations.map((relation) => [relation.key, relation.label]));
  const lines = ['erDiagram'];
  for (const { label, columns } of relations) {
    lines.push(`  ${entity(label)} {`);
    for (const { name, type, isPrimaryKey, references } of columns) {
      const keys = [...(isPrimaryKey ? ['PK'] : []), ...(references.length > 0 ? ['FK'] : [])].join(', ');
      lines.push(`    ${word(type)} ${word(name)}${keys === '' ? '' : ` ${keys}`}`);
    }
    lines.push('  }');
  }
  for (const { label, references } of relations)
    for (const { key, label: other, columns, isRequired, isOne } of references)
      if (shown.has(key))
        lines.push(
          `  ${entity(other)} ${isRequired ? '||' : '|o'}--${isOne ? 'o|' : 'o{'} ${entity(label)} : "${columns.join(', ').replaceAll('"', "'")}"`,
        );
  return lines.join('\n');
}
