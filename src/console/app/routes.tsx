import { createBrowserRouter, type RouteObject } from 'react-router';
import { Loading } from '../parts/states.js';
import { AdminsOnly, SignedIn, Start } from './access.js';
import { NotFound, RouteFailure } from './notices.js';
import { Shell } from './Shell.js';

/** A screen that is fetched when it is opened. */
const screen = (path: string, load: () => Promise<{ Component: () => React.ReactNode }>): RouteObject => ({
  path,
  lazy: load,
});

const ADMIN_SCREENS: RouteObject = {
  path: 'admin',
  Component: AdminsOnly,
  children: [
    { index: true, lazy: () => import('../pages/admin/Overview.js') },
    screen('campaigns', () => import('../pages/admin/ManageCampaigns.js')),
    screen('campaigns/new', () => import('../pages/admin/NewCampaign.js')),
    screen('campaigns/:id', () => import('../pages/admin/ManageCampaign.js')),
    screen('reviews', () => import('../pages/admin/Reviews.js')),
    screen('payouts', () => import('../pages/admin/PayoutQueue.js')),
    screen('users', () => import('../pages/admin/Users.js')),
    screen('tracking', () => import('../pages/admin/Tracking.js')),
    screen('tracking/:id', () => import('../pages/admin/TrackingRun.js')),
    screen('proof', () => import('../pages/admin/Proof.js')),
    screen('ads', () => import('../pages/admin/AdInsights.js')),
    screen('audit', () => import('../pages/admin/Audit.js')),
  ],
};

/** Every address of the console. @see schema/operations for what each screen asks */
export const ROUTES: RouteObject[] = [
  {
    path: '/',
    Component: Shell,
    ErrorBoundary: RouteFailure,
    HydrateFallback: Loading,
    children: [
      { index: true, Component: Start },
      screen('campaigns', () => import('../pages/Campaigns.js')),
      screen('campaigns/:id', () => import('../pages/Campaign.js')),
      screen('sign-in', () => import('../session/SignIn.js')),
      screen('sign-in/callback', () => import('../session/SignInCallback.js')),
      {
        Component: SignedIn,
        children: [
          screen('home', () => import('../pages/Home.js')),
          screen('clips/:id', () => import('../pages/Clip.js')),
          screen('payouts', () => import('../pages/Payouts.js')),
          screen('notifications', () => import('../pages/Notifications.js')),
          screen('profile', () => import('../pages/Profile.js')),
          ADMIN_SCREENS,
        ],
      },
      { path: '*', Component: NotFound },
    ],
  },
];

export const createConsoleRouter = () => createBrowserRouter(ROUTES);
