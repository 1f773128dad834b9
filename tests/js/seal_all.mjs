// Seals parts for tests/sync/test_rescue.py: {key, parts: [[about, base64], …]} in on stdin, the file out.
import {begin} from '../../webapp/static/js/rescue/seal.js';

const {key, parts} = JSON.parse(await new Response(process.stdin).text());
const about = {device: 'phone-1', person: 'p1', made_at: '2026-11-23T01:10:00.000Z', app: 'test', operations: 1, photos: 1, drafts: 1};
const file = await begin(key, about);
const blobs = [file.line];
for (const [what, bytes] of parts) blobs.push(await file.frame(what, new Uint8Array(Buffer.from(bytes, 'base64'))));
process.stdout.write(new Uint8Array(await new Blob(blobs).arrayBuffer()));
