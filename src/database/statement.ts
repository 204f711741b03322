import { type CompiledQuery, createQueryId } from 'kysely';
import type { Db } from './connect.ts';
import { prepare } from './prepared.ts';

/** A statement with its values: whole, for a batch, or to be executed. */
export type BoundStatement<Row> = Readonly<{
  compile: (db: Db) => CompiledQuery<Row>;
  execute: (db: Db) => Promise<Row[]>;
}>;

type Compilable<Row> = Readonly<{ compile: (db: Db) => CompiledQuery<Row> }>;

/**
 * A prepared statement that Kysely builds and compiles once in a process, at its first use; for what runs often
 * (docs/decisions/0014). `build` gets a stand-in for each value and must put it into the query as it is: what is made of
 * a value, such as its JSON, is made by the caller, and so is each choice that depends on one.
 */
export function createStatement<Given extends object, Row = unknown>(
  build: (given: Given, db: Db) => Compilable<Row>,
): (given: Given) => BoundStatement<Row> {
  let template: CompiledQuery<Row> | undefined;
  return (given) => {
    const compile = (db: Db): CompiledQuery<Row> => {
      template ??= build(standIns as Given, db).compile(db);
      const queryId = createQueryId();
      prepare(queryId);
      return { ...template, queryId, parameters: template.parameters.map((value) => valueOf(value, given)) };
    };
    return { compile, execute: async (db) => (await db.executeQuery(compile(db))).rows };
  };
}

/** Takes the place of a value while a statement is built. */
class StandIn {
  readonly name: PropertyKey;
  constructor(name: PropertyKey) {
    this.name = name;
  }
  toJSON(): never {
    return this.refuse();
  }
  [Symbol.toPrimitive](): never {
    return this.refuse();
  }
  private refuse(): never {
    throw new TypeError(`the value "${String(this.name)}" must go into the statement as it is`);
  }
}

/** Has a stand-in under every name. */
const standIns = new Proxy({}, { get: (_, name) => new StandIn(name) });

function valueOf(parameter: unknown, given: object): unknown {
  return parameter instanceof StandIn ? Reflect.get(given, parameter.name) : parameter;
}
