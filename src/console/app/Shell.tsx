import { useQuery } from '@apollo/client/react';
import {
  ActionIcon,
  Anchor,
  AppShell,
  Badge,
  Burger,
  Button,
  Group,
  NavLink,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect } from 'react';
import { Link, Outlet, useLocation } from 'react-router';
import { ShellDocument, type ShellQuery } from '../../../schema/generated/graphql.js';
import { useLive } from '../api/live.js';
import { Answered } from '../parts/states.js';
import { Renewal } from '../session/Renewal.js';
import { SignInAgain } from '../session/SignInAgain.js';
import { useSession } from '../session/session.js';
import { useNews } from './news.js';
import { type Me, MeContext, SettingsContext } from './settings.js';

interface Entry {
  to: string;
  label: string;
}

const VISITOR: Entry[] = [{ to: '/campaigns', label: 'Campaigns' }];
const CLIPPER: Entry[] = [
  { to: '/home', label: 'Home' },
  { to: '/campaigns', label: 'Campaigns' },
  { to: '/payouts', label: 'Payouts' },
  { to: '/notifications', label: 'Notifications' },
  { to: '/profile', label: 'Profile' },
];
const ADMIN: Entry[] = [
  { to: '/admin', label: 'Overview' },
  { to: '/admin/campaigns', label: 'Manage campaigns' },
  { to: '/admin/reviews', label: 'Reviews' },
  { to: '/admin/payouts', label: 'Payout requests' },
  { to: '/admin/users', label: 'Users' },
  { to: '/admin/tracking', label: 'Tracking' },
  { to: '/admin/proof', label: 'Proof' },
  { to: '/admin/ads', label: 'Ad insights' },
  { to: '/admin/audit', label: 'Audit' },
];

/** The frame around every screen: navigation, who is signed in, whether news arrives. */
export function Shell() {
  const { token } = useSession();
  const asked = useQuery(ShellDocument, { variables: { signedIn: token !== null } });
  return <Answered of={asked}>{(data) => <Frame data={data} />}</Answered>;
}

function Frame({ data }: { data: ShellQuery }) {
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const me = data.me ?? null;
  useNews(me !== null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes whenever the address changes
  useEffect(close, [pathname]);
  return (
    <SettingsContext value={data.settings}>
      <MeContext value={me}>
        <Anchor href="#content" className="skip-link" bg="var(--mantine-color-body)" p="xs">
          Skip to the content
        </Anchor>
        <AppShell
          header={{ height: 56 }}
          navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !opened } }}
          padding="md"
        >
          <AppShell.Header className="no-print">
            <Header me={me} opened={opened} toggle={toggle} />
          </AppShell.Header>
          <AppShell.Navbar p="xs" className="no-print">
            <Navigation me={me} pathname={pathname} />
          </AppShell.Navbar>
          <AppShell.Main id="content" tabIndex={-1}>
            <Outlet />
          </AppShell.Main>
        </AppShell>
        <SignInAgain />
        <Renewal />
      </MeContext>
    </SettingsContext>
  );
}

function Header({ me, opened, toggle }: { me: Me | null; opened: boolean; toggle: () => void }) {
  const { signOut } = useSession();
  const { colorScheme, toggleColorScheme } = useMantineColorScheme();
  const live = useLive();
  return (
    <Group h="100%" px="md" justify="space-between" wrap="nowrap">
      <Group gap="xs" wrap="nowrap">
        <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" aria-expanded={opened} />
        <Anchor component={Link} to="/" fw={700} c="inherit" underline="never">
          Clipledger
        </Anchor>
        {live === false && (
          <Badge color="orange" variant="light" role="status">
            Reconnecting
          </Badge>
        )}
      </Group>
      <Group gap="xs" wrap="nowrap">
        <ActionIcon
          variant="default"
          size="lg"
          onClick={toggleColorScheme}
          aria-label={`Switch from ${colorScheme} colors`}
        >
          <span aria-hidden="true">◐</span>
        </ActionIcon>
        {me ? (
          <>
            <Text size="sm" visibleFrom="xs">
              {me.name}
            </Text>
            <Button variant="default" size="xs" onClick={() => signOut()}>
              Sign out
            </Button>
          </>
        ) : (
          <Button component={Link} to="/sign-in" size="xs">
            Sign in
          </Button>
        )}
      </Group>
    </Group>
  );
}

function Navigation({ me, pathname }: { me: Me | null; pathname: string }) {
  const entries = me ? [...(me.role === 'ADMIN' ? ADMIN : []), ...CLIPPER] : VISITOR;
  return (
    <nav aria-label="Main">
      {entries.map(({ to, label }) => (
        <NavLink
          key={to}
          component={Link}
          to={to}
          label={label}
          active={pathname === to || (to !== '/admin' && pathname.startsWith(`${to}/`))}
          aria-current={pathname === to ? 'page' : undefined}
          rightSection={
            to === '/notifications' && me && me.notifications.unreadCount > 0 ? (
              <Badge size="sm" aria-label={`${me.notifications.unreadCount} unread`}>
                {me.notifications.unreadCount}
              </Badge>
            ) : undefined
          }
        />
      ))}
    </nav>
  );
}
