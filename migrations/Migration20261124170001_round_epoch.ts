import { Migration } from '@mikro-orm/migrations';

/** Which taker of a round may write to it, and whether answers of a failed round were handed to the next one before. */
export class Migration20261124170001_round_epoch extends Migration {
  override name = 'Migration20261124170001_round_epoch';

  override up(): void {
    this.addSql(`alter table "tracking_round" add "epoch" int not null default 0;`);
    this.addSql(`alter table "tracking_batch" add "carried" boolean not null default false;`);
  }
}
