// What Relay must be able to compile against the schema.
import { graphql } from 'relay-runtime';

export const refetchCampaign = graphql`
  fragment probes_campaign on Campaign @refetchable(queryName: "probesCampaignQuery") {
    title
    spent
  }
`;
export const refetchUser = graphql`
  fragment probes_user on User @refetchable(queryName: "probesUserQuery") {
    name
    totalEarned
  }
`;
export const refetchClip = graphql`
  fragment probes_clip on Clip @refetchable(queryName: "probesClipQuery") {
    views
    earnings
  }
`;
export const campaignsOfQuery = graphql`
  fragment probes_campaigns on Query
  @argumentDefinitions(first: { type: "Int", defaultValue: 1 }, after: { type: "String" })
  @refetchable(queryName: "probesCampaignsQuery") {
    campaigns(first: $first, after: $after) @connection(key: "probes_campaigns") {
      edges {
        node {
          id
          title
        }
      }
    }
  }
`;
export const submissionsOfCampaign = graphql`
  fragment probes_submissions on Campaign
  @argumentDefinitions(first: { type: "Int", defaultValue: 1 }, after: { type: "String" })
  @refetchable(queryName: "probesSubmissionsQuery") {
    submissions(first: $first, after: $after) @connection(key: "probes_submissions") {
      edges {
        node {
          id
          status
        }
      }
    }
  }
`;
export const notificationsOfUser = graphql`
  fragment probes_notifications on User
  @argumentDefinitions(first: { type: "Int", defaultValue: 1 }, after: { type: "String" })
  @refetchable(queryName: "probesNotificationsQuery") {
    notifications(first: $first, after: $after) @connection(key: "probes_notifications") {
      edges {
        node {
          id
          title
        }
      }
    }
  }
`;
export const deleteCampaign = graphql`
  mutation probesDeleteMutation($id: ID!, $connections: [ID!]!) {
    deleteCampaign(id: $id) @deleteEdge(connections: $connections)
  }
`;
export const createCampaign = graphql`
  mutation probesCreateMutation($input: CreateCampaignInput!, $connections: [ID!]!) {
    createCampaign(input: $input) @prependNode(connections: $connections, edgeTypeName: "CampaignEdge") {
      id
      title
    }
  }
`;
export const runProgress = graphql`
  subscription probesRunSubscription($id: ID!) {
    trackingRunProgress(id: $id) {
      id
      status
    }
  }
`;
export const nodeByItsId = graphql`
  query probesNodeQuery($id: ID!) {
    node(id: $id) {
      id
      ...probes_campaign @alias
      ...probes_user @alias
      ...probes_clip @alias
    }
  }
`;
