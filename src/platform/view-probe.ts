import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { SafeInt } from '../infra/graphql/scalars.js';
import { Platform } from './platform.js';

export enum ReadingOutcome {
  VALUE = 'VALUE',
  MISSING = 'MISSING',
  REMOVED = 'REMOVED',
  SUSPECT = 'SUSPECT',
}

registerEnumType(ReadingOutcome, {
  name: 'ReadingOutcome',
  description: 'What one observation of a clip said. Only a VALUE moves money; unknown is not zero.',
  valuesConfig: {
    VALUE: { description: 'A count of views.' },
    MISSING: { description: 'No usable answer: no item, null, garbage, or a failed or timed-out run.' },
    REMOVED: { description: 'The platform says that the clip is gone or private.' },
    SUSPECT: {
      description: 'A count too high to be believed at once; it pays nothing until a second reading confirms it.',
    },
  },
});

@ObjectType({ simpleResolvers: true, description: 'What the source says of one link at the moment.' })
export class ViewProbe {
  @Field(() => Platform, { description: 'Where the clip is published.' })
  platform!: Platform;

  @Field(() => String, { description: "The platform's own identifier of the clip." })
  videoId!: string;

  @Field(() => String, { description: 'The one link that all forms of it are reduced to.' })
  canonicalUrl!: string;

  @Field(() => ReadingOutcome, { description: 'What the observation said.' })
  outcome!: ReadingOutcome;

  @Field(() => SafeInt, { nullable: true, description: 'The count; null when there was none.' })
  views!: bigint | null;
}
