import { type ToolDescription, toJsonSchema } from './sdk.js';
import type { Tool } from './tool.js';

/** A tool as MCP lists it. */
export function descriptionOf({ name, title, description, input, output }: Tool): ToolDescription {
  return {
    name,
    title,
    description,
    inputSchema: objectSchema(input),
    outputSchema: objectSchema(output),
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  };
}

function objectSchema(schema: Tool['input']): ToolDescription['inputSchema'] {
  const { properties = {}, required, additionalProperties } = toJsonSchema(schema);
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).flatMap(([name, each]) => (typeof each === 'object' ? [[name, each]] : [])),
    ),
    ...(required === undefined ? {} : { required }),
    ...(additionalProperties === undefined ? {} : { additionalProperties }),
  };
}
