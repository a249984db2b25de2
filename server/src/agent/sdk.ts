// All that is used of the SDK of MCP: it stands in a bundle of its own, which nothing but `pg-airlock mcp` loads.
export { Server } from '@modelcontextprotocol/sdk/server/index.js';
export { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
export {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  RootsListChangedNotificationSchema,
  type Tool as ToolDescription,
} from '@modelcontextprotocol/sdk/types.js';
export { toJsonSchema } from '@valibot/to-json-schema';
