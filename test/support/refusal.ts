/** What a pure rule answers: "accepted", or the code of its refusal with the field that it names. */
export function refusalOf(work: () => unknown): string {
  try {
    work();
    return 'accepted';
  } catch (error) {
    const { code, details } = error as { code: string; details: { field?: string } };
    return details.field ? `${code} ${details.field}` : code;
  }
}
