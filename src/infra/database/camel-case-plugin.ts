import {
  CamelCasePlugin,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely';

/**
 * Rows under the names of entities: created_at is createdAt. SQL that is written out is left as it is; only what Kysely
 * builds is translated. Kysely's own plugin does both for every statement and every row, which a lean query feels.
 */
export class LeanCamelCasePlugin implements KyselyPlugin {
  readonly #built = new CamelCasePlugin({ maintainNestedObjectKeys: true });
  readonly #names = new Map<string, string>();

  transformQuery(args: PluginTransformQueryArgs): RootOperationNode {
    return args.node.kind === 'RawNode' ? args.node : this.#built.transformQuery(args);
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    const [first] = result.rows;
    if (!first) return result;
    const given = Object.keys(first);
    if (!given.some((column) => column.includes('_'))) return result;
    const columns = given.map((column) => [column, this.#nameOf(column)] as const);
    const rows = result.rows.map((row) => {
      const named: UnknownRow = {};
      for (const [column, name] of columns) named[name] = row[column];
      return named;
    });
    return { ...result, rows };
  }

  /** Columns are as many as the schema has: no bound is needed. */
  #nameOf(column: string): string {
    const known = this.#names.get(column);
    if (known !== undefined) return known;
    const name = column.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
    this.#names.set(column, name);
    return name;
  }
}
