export { alone } from './alone';
export { askForBackgroundSync, createOutbox, send, takeBack } from './outbox';
export type { FlushResult, Rules, Send } from './outbox';
export type { Deed, OutboxDatabase, OutboxSchema, Waiting } from './waiting';
