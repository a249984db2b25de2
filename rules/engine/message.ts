/** Fills the {named} places of a message. A name without a value is a bug in the rule. */
export function fillMessage(template: string, data: Readonly<Record<string, string>> = {}): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = data[name];
    if (value === undefined) throw new Error(`the message has no value for {${name}}: ${template}`);
    // A message is one line, whatever a name or an expression in it holds.
    return /[\r\n]/.test(value) ? oneLine(value) : value;
  });
}

function oneLine(text: string): string {
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .join(' ');
}
