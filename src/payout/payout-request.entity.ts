import { Check, Entity, Enum, Index, ManyToOne, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Node } from '../infra/graphql/node.js';
import { Money } from '../infra/graphql/scalars.js';
import { User } from '../user/user.entity.js';
import { PayoutMethod, PayoutRequestStatus } from './payout.enums.js';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'A clipper asks to be paid. Only that clipper and admins can read it.',
})
@Entity({ tableName: 'payout_request' })
@Unique({ name: 'payout_request_one_open', properties: ['clipperId'], where: "status in ('PENDING', 'APPROVED')" })
@Unique({
  name: 'payout_request_idempotency_key_unique',
  properties: ['clipperId', 'idempotencyKey'],
  where: 'idempotency_key is not null',
})
@Index({ name: 'payout_request_clipper_index', properties: ['clipperId', 'id'] })
@Index({ name: 'payout_request_status_index', properties: ['status', 'id'] })
@Check({ name: 'payout_request_whole_coins', expression: 'amount > 0 and coin > 0 and amount % coin = 0' })
@Check({
  name: 'payout_request_note',
  expression: "(status <> 'REJECTED' and status <> 'RETURNED') or (note is not null and char_length(note) >= 1)",
})
@Check({ name: 'payout_request_processed', expression: "(status = 'PENDING') = (processed_at is null)" })
export class PayoutRequest {
  @Field(() => ID, { description: 'Opaque identifier.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @ManyToOne(() => User, {
    mapToPk: true,
    fieldName: 'clipper_id',
    deleteRule: 'restrict',
    updateRule: 'restrict',
    index: false,
  })
  clipperId!: string;

  @Field(() => Money, { description: 'How much: whole units of the smallest coin.' })
  @Property({ type: 'bigint' })
  amount!: bigint;

  /** The currency's smallest coin in micros: what the amount is a whole number of. @see docs/domain.md P1 */
  @Property({ type: 'bigint' })
  coin!: bigint;

  @Field(() => PayoutMethod, { description: 'How to pay.' })
  @Enum({ items: () => PayoutMethod, type: 'text' })
  method!: PayoutMethod;

  /** Sealed with DATA_ENCRYPTION_KEY when that is set. Personal: in no log, error or audit text. */
  @Property({ type: 'text' })
  sealedDetails!: string;

  /** Binds id, clipper, amount, fee, net and method; null without a key. @see docs/domain.md F4 */
  @Property({ type: 'text', nullable: true })
  termsDigest: string | null = null;

  /** Binds the details as they are sealed; null without a key, and once they are erased. @see docs/domain.md F4 */
  @Property({ type: 'text', nullable: true })
  detailsDigest: string | null = null;

  @Field(() => PayoutRequestStatus, { description: 'The status of the request.' })
  @Enum({ items: () => PayoutRequestStatus, type: 'text' })
  status!: PayoutRequestStatus;

  @Field(() => String, { nullable: true, description: "The admin's note to a rejection or a return." })
  @Property({ type: 'text', nullable: true })
  note: string | null = null;

  @Property({ type: 'text', nullable: true })
  idempotencyKey: string | null = null;

  @Field(() => Date, { description: 'When it was made.' })
  @Property({ type: 'timestamptz', length: 3 })
  requestedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When its status last changed; null while PENDING.' })
  @Property({ type: 'timestamptz', length: 3, nullable: true })
  processedAt: Date | null = null;
}
