// Lays operations over contexts for tests/test_overlay.py: cases in on stdin, contexts out.
import {codeOf, sha256} from '../../webapp/static/js/digest.js';
import {overlayVisit} from '../../webapp/static/js/overlay.js';
import {overlayToday} from '../../webapp/static/js/overlay_today.js';

const cases = JSON.parse(await new Response(process.stdin).text());
for (const {operations} of cases) {
  for (const operation of operations.filter(o => o.kind.startsWith('confirmation.'))) {
    operation.hash = await sha256(operation.payload.slip);
    operation.code = codeOf(operation.hash);
    if (operation.payload.signed) operation.signature_hash = await sha256(operation.payload.signed);
  }
}
console.log(JSON.stringify(cases.map(({visit, today, operations}) => ({
  visit: overlayVisit(visit, operations), today: overlayToday(today, operations),
}))));
