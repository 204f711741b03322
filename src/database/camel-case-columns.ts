import {
  CamelCasePlugin,
  type PluginTransformResultArgs,
  type QueryId,
  type QueryResult,
  type UnknownRow,
} from 'kysely';

/** Columns are snake_case in SQL and camelCase here. Rows that the driver has read so are left alone. */
export class CamelCaseColumns extends CamelCasePlugin {
  readonly #named = new WeakSet<QueryId>();

  constructor() {
    super({ maintainNestedObjectKeys: true });
  }

  readonly toCamelCase = (name: string): string => this.camelCase(name);

  /** The rows of this query have camelCase keys already. */
  named(queryId: QueryId): void {
    this.#named.add(queryId);
  }

  override async transformResult(args: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return this.#named.delete(args.queryId) ? args.result : super.transformResult(args);
  }
}
