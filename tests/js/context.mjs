// A visit's context as the server gives it, for the tests of the phone.
export const visitContext = () => ({
  takan: 'sync/1', server_seq: 10, epoch: 'e1', person: {id: 'p1', name: '李晓峰', letter: 'L', role: 'consultant'},
  pin: {salt: '', hash: ''}, institution: {name: '机构'}, enterprise: {id: 'n1', name: '企业', short_name: '企'},
  visit: {id: 'v1', url: '/visits/v1', engagement_id: 'g1', number: 2, planned_on: '2026-11-23', started_at: '',
    started_by: '', also_present: '', accompanied_by: '', ended_at: '', service_date: '', delivery: ''},
  engagement: {id: 'g1', lead: '王建国', items: ['排查'], people: []}, signers: [], plans: [], hazards: [], earlier: [],
  record: {content: '', process: '', result: '', written_at: '', latest_operation: '', delivery: ''},
  confirmation: {id: '', slip: '', hash: '', code: '', made_at: '', satisfaction: '', comments: '', signatures: []},
  bases: [], categories: [],
});

export const record = (id, kind, payload, more = {}) => ({
  id, kind, payload: {visit_id: 'v1', ...payload}, made_at: '2026-11-23T01:10:00.000Z', made_by: 'p1', base: null,
  visit: 'v1', seq: 1, photos: [], photos_sent: [], state: 'waiting', receipt: null, problem: null, ...more,
});

export const hazard = (label, more = {}) => ({
  label, location: '车间', plan_id: '', pin_x: null, pin_y: null, description: '护罩缺失', category: '', severity: 'general',
  basis_document: '', basis_clause: '', suggestion: '', deadline: '7', no_photo_reason: 'none', photos: [], ...more,
});
