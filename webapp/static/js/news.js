// What one tab, or one part of the app, tells the others: saved, sent, drained.
export const news = new BroadcastChannel('takan');
