import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
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
  const demo = document.querySelector<HTMLMetaElement>('meta[name="demo-sign-in"]')?.content === 'true';
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
      {demo && <DemoSignIn onToken={signIn} />}
      <form onSubmit={submit}>
        <Stack maw={520}>
          <Text>
            {demo ? 'Or paste a token' : 'Paste a token of your identity provider, or one'} that npm run token printed.
          </Text>
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

/** The two people of the sample data. The server offers them to its own machine alone. */
function DemoSignIn({ onToken }: { onToken: (token: string) => void }) {
  const [busy, setBusy] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const enter = async (as: 'admin' | 'clipper') => {
    setBusy(as);
    setFailed(false);
    const response = await fetch('/demo-session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ as }),
    }).catch(() => null);
    setBusy(null);
    if (!response?.ok) {
      setFailed(true);
      return;
    }
    const { token } = (await response.json()) as { token: string };
    onToken(token);
  };
  return (
    <Stack maw={520}>
      <Text>This is the sample installation. Choose whom to be.</Text>
      <Group>
        <Button loading={busy === 'admin'} onClick={() => void enter('admin')}>
          Admin (demo)
        </Button>
        <Button variant="default" loading={busy === 'clipper'} onClick={() => void enter('clipper')}>
          Clipper (demo)
        </Button>
      </Group>
      {failed && (
        <Alert color="red" role="alert">
          The server did not give a token. Open the console at the address that npm start printed.
        </Alert>
      )}
    </Stack>
  );
}
