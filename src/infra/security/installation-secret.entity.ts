import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A random key of this installation that must outlive every key of the environment. */
@Entity({ tableName: 'installation_secret' })
export class InstallationSecret {
  @PrimaryKey({ type: 'text' })
  name!: string;

  /** 32 bytes in base64, sealed with DATA_ENCRYPTION_KEY once that is set. */
  @Property({ type: 'text' })
  value!: string;

  @Property({ type: 'timestamptz', length: 3 })
  createdAt!: Date;
}
