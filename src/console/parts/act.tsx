import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { type ReactNode, useState } from 'react';
import { problemOf } from '../api/errors.js';

/**
 * Runs a mutation and says what it did. A failure says why.
 * @returns whether it was done
 */
export async function act(work: () => Promise<unknown>, done: string): Promise<boolean> {
  try {
    await work();
    notifications.show({ message: done, color: 'teal' });
    return true;
  } catch (error) {
    notifications.show({
      title: 'This was not done',
      message: problemOf(error).message,
      color: 'red',
      autoClose: 10_000,
    });
    return false;
  }
}

interface ConfirmProps {
  label: string;
  title: string;
  children: ReactNode;
  /** What must be typed before an act that cannot be undone. */
  typed?: string;
  color?: string;
  size?: string;
  disabled?: boolean;
  onConfirm: () => Promise<unknown> | unknown;
}

/** A button that asks first. */
export function ConfirmButton({
  label,
  title,
  children,
  typed,
  color = 'red',
  size = 'sm',
  disabled,
  onConfirm,
}: ConfirmProps) {
  const [opened, { open, close }] = useDisclosure();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    await onConfirm();
    setBusy(false);
    setText('');
    close();
  };
  return (
    <>
      <Button variant="default" size={size} onClick={open} disabled={disabled}>
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
        <Stack>
          <Text component="div">{children}</Text>
          {typed && (
            <TextInput
              label={`Type "${typed}" to confirm`}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              autoComplete="off"
            />
          )}
          <Group justify="end">
            <Button variant="default" onClick={close}>
              Keep as it is
            </Button>
            <Button
              color={color}
              loading={busy}
              disabled={typed !== undefined && text !== typed}
              onClick={() => void confirm()}
            >
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

interface AskProps {
  label: string;
  title: string;
  /** Name of what is typed: "Note", "Transaction id". */
  field: string;
  description?: ReactNode;
  size?: string;
  onAnswer: (text: string) => Promise<boolean>;
}

/** A button that asks for one line of text first. It stays open while the API refuses. */
export function AskButton({ label, title, field, description, size = 'sm', onAnswer }: AskProps) {
  const [opened, { open, close }] = useDisclosure();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    const done = await onAnswer(text);
    setBusy(false);
    if (!done) return;
    setText('');
    close();
  };
  return (
    <>
      <Button variant="default" size={size} onClick={open}>
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <Stack>
            <TextInput
              label={field}
              description={description}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
              required
            />
            <Group justify="end">
              <Button variant="default" onClick={close}>
                Keep as it is
              </Button>
              <Button type="submit" loading={busy} disabled={!text.trim()}>
                {label}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
