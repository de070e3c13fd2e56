import { useMutation } from '@apollo/client/react';
import { Alert, Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import { EraseUserDocument } from '../../../schema/generated/graphql.js';
import { problemOf } from '../api/errors.js';

interface Props {
  id: string;
  name: string;
  label: string;
  /** Whether readers erase themselves. */
  own: boolean;
  size?: string;
  onErased: () => unknown;
}

/** Erases a user once their name is typed. A refusal says what must be done first, and the dialog stays open. */
export function Erase({ id, name, label, own, size = 'sm', onErased }: Props) {
  const [opened, { open, close }] = useDisclosure();
  const [typed, setTyped] = useState('');
  const [forfeit, setForfeit] = useState(false);
  const [erase, { loading, error, reset }] = useMutation(EraseUserDocument);
  const leave = () => {
    setTyped('');
    reset();
    close();
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const { data } = await erase({ variables: { id, forfeit } }).catch(() => ({ data: null }));
    if (!data) return;
    notifications.show({ message: own ? 'Your account is erased.' : `${name} is erased.`, color: 'teal' });
    leave();
    await onErased();
  };
  return (
    <>
      <Button variant="default" size={size} onClick={open}>
        {label}
      </Button>
      <Modal
        opened={opened}
        onClose={leave}
        title={own ? 'Erase your account' : `Erase ${name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <form onSubmit={(event) => void send(event)}>
          <Stack>
            <Text>
              Name, e-mail and payment details are taken out for good. What was earned and paid stays in the books
              without a name. This cannot be undone.
            </Text>
            <Checkbox
              label="Give up a balance below the minimum of a payout"
              checked={forfeit}
              onChange={(event) => setForfeit(event.currentTarget.checked)}
            />
            <TextInput
              label={`Type "${name}" to confirm`}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
            {error && (
              <Alert color="red" role="alert">
                {problemOf(error).message}
              </Alert>
            )}
            <Group justify="end">
              <Button variant="default" onClick={leave}>
                Keep as it is
              </Button>
              <Button type="submit" color="red" loading={loading} disabled={typed !== name}>
                Erase
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
