// The store of build 1, as that build wrote it; frozen. A later build must open it, full, and
// deliver what waits. Never change this file: a new layout gets a new one beside it.
async ({person, visit, engagement, picture}) => {
  const asked = indexedDB.open(`takan-${person}`, 1);
  asked.onupgradeneeded = () => {
    const operations = asked.result.createObjectStore('operations', {keyPath: 'id'});
    for (const name of ['seq', 'state', 'visit']) operations.createIndex(name, name);
    for (const name of ['photos', 'thumbnails', 'drafts', 'contexts', 'meta']) asked.result.createObjectStore(name);
  };
  const db = await new Promise((ok, no) => { asked.onsuccess = () => ok(asked.result); asked.onerror = no; });
  const hex = async bytes => Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)),
    byte => byte.toString(16).padStart(2, '0')).join('');
  const bytes = Uint8Array.from(atob(picture), c => c.charCodeAt(0)).buffer;
  const sha256 = await hex(bytes);
  const device = crypto.randomUUID();
  const ids = [1, 2, 3, 4].map(n => `019abc00-0000-7000-8000-${String(n).padStart(12, '0')}`);
  const hazard = {visit_id: visit, label: 'L1', location: '旧版部位', plan_id: '', pin_x: null, pin_y: null, description: '旧版存下的隐患',
    category: '机械', severity: 'general', basis_document: '', basis_clause: '', suggestion: '', deadline: '7', no_photo_reason: '', photos: [sha256]};
  const made = [
    ['visit.start', {visit_id: visit, engagement_id: engagement, number: 2, planned_on: '', also_present: '', accompanied_by: '赵敏', place: null, service_date: ''}, []],
    ['hazard.record', hazard, [{sha256, size: bytes.byteLength, type: 'image/jpeg'}]],
    ['hazard.edit', {...hazard, hazard_id: ids[1], description: '旧版改过的隐患', label: undefined}, []],
    ['record.write', {visit_id: visit, content: '旧版记录', process: '', result: ''}, []],
  ];
  const records = [];
  for (const [n, [kind, payload, photos]] of made.entries()) {
    const operation = {id: ids[n], kind, payload, made_at: new Date().toISOString(), made_by: person,
      base: kind === 'hazard.edit' ? ids[1] : null, device, seq: n + 1, photos, app: 'build-1'};
    const body = JSON.stringify(operation);
    records.push({...operation, body, digest: await hex(new TextEncoder().encode(body)), visit, state: 'waiting', receipt: null, problem: null, photos_sent: []});
  }
  const tx = db.transaction(['operations', 'photos', 'thumbnails', 'meta', 'drafts'], 'readwrite');
  for (const record of records) tx.objectStore('operations').add(record);
  tx.objectStore('photos').put({bytes, type: 'image/jpeg', received: sha256, taken_at: new Date().toISOString(), name: ''}, sha256);
  tx.objectStore('thumbnails').put(bytes, sha256);
  tx.objectStore('meta').put({size: bytes.byteLength, type: 'image/jpeg'}, `photo:${sha256}`);
  tx.objectStore('meta').put(device, 'device');
  tx.objectStore('meta').put(records.length, 'seq');
  tx.objectStore('drafts').put({description: ['旧版写到一半']}, `/visits/${visit}/hazards/new#hazard`);
  await new Promise((ok, no) => { tx.oncomplete = ok; tx.onabort = () => no(tx.error); });
  db.close();
}
