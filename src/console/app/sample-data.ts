/** Whether the server serves the sample data to its own machine: its people can be entered, its scripted clip submitted. */
export const hasSampleData = (): boolean =>
  document.querySelector<HTMLMetaElement>('meta[name="demo-sign-in"]')?.content === 'true';
