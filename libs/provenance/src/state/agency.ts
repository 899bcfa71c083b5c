/** What an organization lets another one do with goods that it holds itself: operation `agent.put` (rule R5). */
export const AGENT_ACTS = ['observe', 'pack', 'move', 'end'] as const;
export type AgentAct = (typeof AGENT_ACTS)[number];

/** CBOR [act…] under this key. */
export const agentKey = (principal: string, agent: string): string => `provenance/agent/${principal}/${agent}`;
