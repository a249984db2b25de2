/** Fills the {named} places of a message. A name without a value is a bug in the rule. */
export function fillMessage(template: string, data: Readonly<Record<string, string>> = {}): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = data[name];
    if (value === undefined) throw new Error(`the message has no value for {${name}}: ${template}`);
    return value;
  });
}
