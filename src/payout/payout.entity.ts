import {
  Check,
  Entity,
  Enum,
  Index,
  ManyToOne,
  OneToOne,
  PrimaryKey,
  Property,
  Unique,
} from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Node } from '../infra/graphql/node.js';
import { Money } from '../infra/graphql/scalars.js';
import { User } from '../user/user.entity.js';
import { PayoutMethod } from './payout.enums.js';
import { PayoutRequest } from './payout-request.entity.js';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'A payment that was made. Only its clipper and admins can read it.',
})
@Entity({ tableName: 'payout' })
@Unique({ name: 'payout_transaction_unique', properties: ['method', 'transactionId'] })
@Index({ name: 'payout_clipper_index', properties: ['clipperId', 'id'] })
@Index({ name: 'payout_paid_at_index', properties: ['paidAt'] })
@Check({ name: 'payout_amount', expression: 'amount > 0' })
@Check({ name: 'payout_returned_after_paid', expression: 'returned_at is null or returned_at >= paid_at' })
export class Payout {
  @Field(() => ID, { description: 'Opaque identifier.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  /** One payment per request. */
  @OneToOne(() => PayoutRequest, {
    mapToPk: true,
    fieldName: 'request_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
  })
  requestId!: string;

  @ManyToOne(() => User, {
    mapToPk: true,
    fieldName: 'clipper_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
  clipperId!: string;

  @Field(() => Money, { description: 'How much was paid.' })
  @Property({ type: 'bigint' })
  amount!: bigint;

  @Field(() => PayoutMethod, { description: 'How it was paid.' })
  @Enum({ items: () => PayoutMethod, type: 'text' })
  method!: PayoutMethod;

  @Field(() => String, { description: "The payment provider's identifier of the payment." })
  @Property({ type: 'text' })
  transactionId!: string;

  @Field(() => Date, { description: 'When it was recorded as paid.' })
  @Property({ type: 'timestamptz', length: 3 })
  paidAt!: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'When the payment came back; null otherwise. Such a payment does not count as paid out.',
  })
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  returnedAt: Date | null = null;
}
