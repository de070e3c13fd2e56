import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import {
  ProfileScreenDocument,
  type ProfileScreenQuery,
  ShellDocument,
  UpdateProfileDocument,
} from '../../../schema/generated/graphql.js';
import { formErrors } from '../api/errors.js';
import { formatDay, formatEnum } from '../format/text.js';
import { DataExport } from '../parts/DataExport.js';
import { Erase } from '../parts/Erase.js';
import { Page } from '../parts/Page.js';
import { Answered, Empty } from '../parts/states.js';
import { useSession } from '../session/session.js';

type Me = NonNullable<ProfileScreenQuery['me']>;

/** Who the reader is here. */
export function Component() {
  const asked = useQuery(ProfileScreenDocument);
  return (
    <Page title="Profile">
      <Answered of={asked}>
        {({ me }) =>
          me ? (
            <>
              <Name me={me} />
              <DataExport />
              <Erasure me={me} />
            </>
          ) : (
            <Empty title="You are not signed in" />
          )
        }
      </Answered>
    </Page>
  );
}

function Name({ me }: { me: Me }) {
  const [name, setName] = useState(me.name);
  const [update, { loading, error, reset }] = useMutation(UpdateProfileDocument, { refetchQueries: [ShellDocument] });
  const { errors, rest } = error ? formErrors(error, ['name']) : { errors: {} as Record<string, string>, rest: null };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const { data } = await update({ variables: { name } }).catch(() => ({ data: null }));
    if (data) notifications.show({ message: `Your name is now ${data.updateProfile.name}.`, color: 'teal' });
  };
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="sm">
        Who you are here
      </Title>
      <form onSubmit={(event) => void save(event)}>
        <Stack gap="sm" maw={480}>
          <TextInput
            label="Name"
            description="Everyone sees it on leaderboards."
            value={name}
            onChange={(event) => {
              setName(event.currentTarget.value);
              if (error) reset();
            }}
            error={errors.name}
            autoComplete="name"
          />
          {rest && (
            <Alert color="red" role="alert">
              {rest}
            </Alert>
          )}
          <Text size="sm">
            {me.email} · {formatEnum(me.role)} since {formatDay(me.createdAt)}
          </Text>
          <Group>
            <Button type="submit" loading={loading} disabled={name === me.name}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function Erasure({ me }: { me: Me }) {
  const { signOut } = useSession();
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="sm">
        Erase your account
      </Title>
      <Text size="sm" mb="sm">
        Be paid first: what is open or not available yet prevents it, and the answer says so.
      </Text>
      <Group>
        <Erase id={me.id} name={me.name} label="Erase my account" own onErased={() => signOut()} />
      </Group>
    </Card>
  );
}
