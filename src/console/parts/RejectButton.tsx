import { Button, Group, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { RejectionInput, RejectionReason } from '../../../schema/generated/graphql.js';
import { formatEnum } from '../format/text.js';

/** The reasons that a person may give. CAMPAIGN_ENDED is the system's own. */
const REASONS = [
  'DUPLICATE',
  'NOT_OWNER',
  'REQUIREMENTS_NOT_MET',
  'OUTSIDE_DATES',
  'FRAUDULENT_VIEWS',
  'OTHER',
] as const;

interface Props {
  /** Rejecting or revoking: the same reasons. */
  label?: string;
  title?: string;
  /** What must be typed before an act that cannot be undone. */
  typed?: string;
  opened: boolean;
  onOpen: (on: boolean) => void;
  onReject: (input: RejectionInput) => Promise<boolean>;
}

/** Asks for a reason and a note. */
export function RejectButton(props: Props) {
  const { label = 'Reject', title = 'Reject this submission', typed, opened, onOpen, onReject } = props;
  const [confirmation, setConfirmation] = useState('');
  const [reason, setReason] = useState<RejectionReason | null>(null);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async () => {
    if (!reason) return;
    setBusy(true);
    const done = await onReject({ reason, note: note.trim() || null });
    setBusy(false);
    if (done) onOpen(false);
  };
  return (
    <>
      <Button size="sm" variant="default" onClick={() => onOpen(true)}>
        {label}
      </Button>
      <Modal opened={opened} onClose={() => onOpen(false)} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <Stack>
            <Select
              label="Reason"
              data={REASONS.map((value) => ({ value, label: formatEnum(value) }))}
              value={reason}
              onChange={(value) => setReason(value as RejectionReason | null)}
              data-autofocus
              required
            />
            <Textarea
              label="Note"
              description="The clipper reads it."
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
              autosize
              minRows={2}
            />
            {typed && (
              <TextInput
                label={`Type "${typed}" to confirm`}
                value={confirmation}
                onChange={(event) => setConfirmation(event.currentTarget.value)}
                autoComplete="off"
              />
            )}
            <Group justify="end">
              <Button variant="default" onClick={() => onOpen(false)}>
                Keep as it is
              </Button>
              <Button
                type="submit"
                color="red"
                loading={busy}
                disabled={!reason || (typed !== undefined && confirmation !== typed)}
              >
                {label}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
