import { Alert, Button, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useMe } from '../app/settings.js';
import { Page } from '../parts/Page.js';
import { useSession } from './session.js';

const REASONS = {
  expired: 'Your session has expired. Sign in again; what you typed is kept.',
  refused: 'The server did not accept this token.',
};

/** Where a session begins. */
export function Component() {
  const { signIn, signedOutBecause } = useSession();
  const me = useMe();
  const navigate = useNavigate();
  const { state } = useLocation() as { state: { from?: string } | null };
  const [token, setToken] = useState('');
  useEffect(() => {
    if (me) navigate(state?.from ?? '/', { replace: true });
  }, [me, navigate, state]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim()) signIn(token.trim());
  };
  return (
    <Page title="Sign in">
      {signedOutBecause && (
        <Alert color="orange" role="alert">
          {REASONS[signedOutBecause]}
        </Alert>
      )}
      <form onSubmit={submit}>
        <Stack maw={520}>
          <Text>Paste a token of your identity provider, or one that npm run token printed.</Text>
          <Textarea
            label="Token"
            autosize
            minRows={3}
            maxRows={8}
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
          />
          <Button type="submit" disabled={!token.trim()}>
            Sign in
          </Button>
        </Stack>
      </form>
    </Page>
  );
}
