import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { hasSampleData } from '../app/sample-data.js';
import { useSettings } from '../app/settings.js';
import type { SignInSettings } from './oidc.js';

interface Props {
  onToken: (token: string) => void;
  /** True: the page stays, and the provider is asked in a window of its own. */
  beside?: boolean;
  /** Where to come back to from the provider. */
  from?: string | null;
}

/** How somebody can sign in here: at the identity provider; else as a person of the sample data or by a token. */
export function SignInChoices({ onToken, beside = false, from = null }: Props) {
  const { signIn } = useSettings();
  if (signIn) return <AtProvider settings={signIn} onToken={onToken} beside={beside} from={from} />;
  return (
    <>
      {hasSampleData() && <AsDemo onToken={onToken} />}
      <ByToken onToken={onToken} />
    </>
  );
}

function AtProvider({ settings, onToken, beside, from }: Required<Props> & { settings: SignInSettings }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const enter = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const { leaveToSignIn, signInBeside } = await import('./oidc.js');
      if (beside) onToken(await signInBeside(settings));
      else await leaveToSignIn(settings, from);
    } catch (error) {
      setFailure((error as Error).message);
    }
    setBusy(false);
  };
  return (
    <Stack maw={520}>
      <Group>
        <Button loading={busy} onClick={() => void enter()}>
          Sign in at {new URL(settings.issuer).host}
        </Button>
      </Group>
      {failure && (
        <Alert color="red" role="alert">
          The identity provider did not sign you in: {failure}
        </Alert>
      )}
    </Stack>
  );
}

/** The two people of the sample data. The server offers them to its own machine alone. */
function AsDemo({ onToken }: { onToken: (token: string) => void }) {
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
    if (!response?.ok) return setFailed(true);
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

function ByToken({ onToken }: { onToken: (token: string) => void }) {
  const [token, setToken] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim()) onToken(token.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={520}>
        <Text>
          {hasSampleData() ? 'Or paste a token' : 'Paste a token of your identity provider, or one'} that npm run token
          printed.
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
        <Group>
          <Button type="submit" disabled={!token.trim()}>
            Sign in
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
