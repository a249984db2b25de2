/**
 * The part of libpg-query's Emscripten module that we call. Its own JavaScript keeps one instance for ever;
 * the factory lets us replace an instance whose stack overflowed.
 */
declare module 'libpg-query/wasm/libpg-query.js' {
  export interface PgQueryModule {
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    lengthBytesUTF8(text: string): number;
    stringToUTF8(text: string, pointer: number, capacity: number): void;
    UTF8ToString(pointer: number): string;
    getValue(pointer: number, type: 'i32'): number;
    _wasm_parse_query_raw(text: number): number;
    _wasm_free_parse_result(result: number): void;
    _wasm_parse_plpgsql(text: number): number;
    _wasm_free_string(text: number): void;
  }
  const createModule: (options: {
    print(): void;
    printErr(): void;
    /** Makes the instance, where the file is not looked for beside the code, and hands it over. */
    instantiateWasm?(imports: object, done: (instance: object) => void): object;
  }) => Promise<PgQueryModule>;
  export default createModule;
}
