import type { Area } from '../security/area.ts';

/** What a server asks of its clients. */
export type DocumentedSecurity = {
  /** The area whose credentials an area asks for. */
  readonly asks: Readonly<Partial<Record<Area, Area>>>;
  /** Each client shows a certificate. */
  readonly clientsMustShow: boolean;
};

type Json = Readonly<Record<string, unknown>>;
type Requirement = Readonly<Record<string, readonly []>>;

const what: Record<Area, string> = { predict: 'predictions', feedback: 'feedback', admin: 'administration' };
const certificate = 'certificate';

/** The `securitySchemes` of an OpenAPI document: of each area that has credentials of its own a bearer token and basic authentication. */
export function securitySchemes({ asks, clientsMustShow }: DocumentedSecurity): Record<string, Json> {
  const areas = [...new Set(Object.values(asks))];
  return {
    ...Object.fromEntries(
      areas.flatMap((area) => [
        [`${area}Bearer`, { type: 'http', scheme: 'bearer', description: `A token of ${what[area]}.` }],
        [`${area}Basic`, { type: 'http', scheme: 'basic', description: `A user of ${what[area]}.` }],
      ]),
    ),
    ...(clientsMustShow && { [certificate]: { type: 'mutualTLS', description: 'A certificate of an authority that the server knows.' } }),
  };
}

/** The `security` of an operation of an area: any one of these will do. */
export function requirementsOf({ asks, clientsMustShow }: DocumentedSecurity, area: Area | undefined): Requirement[] {
  const shown: Requirement = clientsMustShow ? { [certificate]: [] } : {};
  const owner = area && asks[area];
  if (owner === undefined) return clientsMustShow ? [shown] : [];
  return ['Bearer', 'Basic'].map((scheme) => ({ [`${owner}${scheme}`]: [], ...shown }));
}
