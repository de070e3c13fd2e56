import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMe } from '../app/settings.js';
import { SignInChoices } from './SignInChoices.js';
import { useSession } from './session.js';

/** Over a page whose session has ended. The page below stays, with what was typed into it. */
export function SignInAgain() {
  const { ended, signIn, signOut } = useSession();
  const me = useMe();
  return (
    <Modal
      opened={ended !== null}
      onClose={() => undefined}
      title={ended === 'expired' ? 'Your session has expired' : 'The server does not accept your session any more'}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Text>Sign in again{me ? ` as ${me.name}` : ''} to go on. What you typed is kept.</Text>
        <SignInChoices onToken={signIn} beside />
        <Group justify="end">
          <Button variant="default" onClick={() => signOut()}>
            Leave without signing in
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
