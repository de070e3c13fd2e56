import { registerEnumType } from 'type-graphql';

export enum Platform {
  TIKTOK = 'TIKTOK',
  YOUTUBE = 'YOUTUBE',
  INSTAGRAM = 'INSTAGRAM',
}

registerEnumType(Platform, {
  name: 'Platform',
  description: 'Where a clip is published.',
  valuesConfig: {
    TIKTOK: { description: 'tiktok.com; views are the play count.' },
    YOUTUBE: { description: 'youtube.com, videos and Shorts; views are the view count.' },
    INSTAGRAM: { description: 'instagram.com, posts and reels; views are the play count that Instagram shows.' },
  },
});
