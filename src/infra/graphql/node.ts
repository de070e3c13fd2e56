import { type GraphQLSchema, isInterfaceType } from 'graphql';
import { Field, ID, InterfaceType } from 'type-graphql';

/** A row that says of which type it is: what a field of type Node answers. */
export interface Typed {
  __typename: string;
}

@InterfaceType({ description: 'What can be asked for again by its id alone.' })
export abstract class Node {
  @Field(() => ID, { description: 'Opaque identifier, unique over all types.' })
  id!: string;
}

/** Says of which type a row is, where a field answers Node. */
export const typed = <Row extends object>(type: string, row: Row): Row & Typed => ({ ...row, __typename: type });

/**
 * Lets a schema read the type of a Node from its row. Set here and not by the decorator: type-graphql makes a promise
 * of the answer, which compiled operations do not wait for.
 */
export function readTypesOfNodes(schema: GraphQLSchema): void {
  const node = schema.getType('Node');
  if (isInterfaceType(node)) node.resolveType = (value: Typed) => value.__typename;
}
