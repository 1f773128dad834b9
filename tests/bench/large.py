"""A visit as large as they come, 300 hazards and 600 photos of 300 KB, waiting on the phone:
opened, scrolled, drained."""

from __future__ import annotations

import base64
import io
import os
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.conftest import one
from tests.e2e.browsers import new_context
from tests.e2e.server import Server
from tests.e2e.walk import sign_in, start_visit_due_today
from tests.faults.processes import ancestors, processes
from webapp.db import connect

HAZARDS, PHOTOS, SIZE = 300, 2, 300 * 1024
FILL = """async ({visit, person, hazards, each, size, picture}) => {
  const opened = await new Promise(ok => {
    const asked = indexedDB.open('takan-' + person); asked.onsuccess = () => ok(asked.result); });
  const done = tx => new Promise((ok, no) => { tx.oncomplete = ok; tx.onabort = () => no(tx.error); });
  const read = (name, key) => new Promise(ok => {
    const asked = opened.transaction(name).objectStore(name).get(key); asked.onsuccess = () => ok(asked.result); });
  const hex = async bytes => Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)),
    b => b.toString(16).padStart(2, '0')).join('');
  const head = Uint8Array.from(atob(picture), c => c.charCodeAt(0));
  let seq = await read('meta', 'seq');
  const device = await read('meta', 'device');
  for (let n = 0; n < hazards; n++) {
    const photos = [], stored = [];
    for (let p = 0; p < each; p++) {
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65536)));
      bytes.set(head);
      const sha256 = await hex(bytes);
      photos.push({sha256, size, type: 'image/jpeg'});
      stored.push([sha256, bytes.buffer]);
    }
    const time = Date.now().toString(16).padStart(12, '0'), rest = n.toString(16).padStart(12, '0');
    const id = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${rest}`;
    seq += 1;
    const operation = {id, kind: 'hazard.record', made_at: new Date().toISOString(), made_by: person, base: null, device, seq, photos, app: 'bench',
      payload: {visit_id: visit, label: 'L' + (n + 1), location: '冲压车间 ' + n, plan_id: '', pin_x: null, pin_y: null,
        description: '第' + n + '处：光电保护装置接线被短接，遮挡光幕时滑块不停止。', category: '机械', severity: 'general', basis_document: 'GB 5083-2023',
        basis_clause: '6.2.1', suggestion: '立即停用，恢复防护。', deadline: '7', no_photo_reason: '', photos: photos.map(p => p.sha256)}};
    const body = JSON.stringify(operation), digest = await hex(new TextEncoder().encode(body));
    const tx = opened.transaction(['operations', 'photos', 'thumbnails', 'meta'], 'readwrite');
    for (const [sha256, bytes] of stored) {
      tx.objectStore('photos').put({bytes, type: 'image/jpeg'}, sha256);
      tx.objectStore('thumbnails').put(head.buffer, sha256);
      tx.objectStore('meta').put({size, type: 'image/jpeg', at: operation.made_at}, 'photo:' + sha256);
    }
    tx.objectStore('operations').add({...operation, body, digest, visit, state: 'waiting', receipt: null, problem: null, photos_sent: []});
    tx.objectStore('meta').put(seq, 'seq');
    await done(tx);
  }
  opened.close();
}"""


def thumbnail() -> str:
    out = io.BytesIO()
    Image.effect_noise((160, 120), 40).convert("RGB").save(out, "JPEG", quality=60)
    return base64.b64encode(out.getvalue()).decode()


def memory(pid: int) -> int:
    """MB of private memory of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    own = sum(int(line.split()[1]) for line in lines if line.startswith("Private"))
    return own // 1024 + sum(memory(int(child)) for child in children)


def phone_memory() -> int:
    """MB of private memory of the largest renderer of this process's browser: the page, and the
    worker, which Chromium keeps in the same one."""
    mine = [
        pid
        for pid, command in processes()
        if "--type=renderer" in command and os.getpid() in ancestors(pid)
    ]
    return max((memory(pid) for pid in mine), default=0)


def timed(act: Callable[[], object]) -> float:
    before = time.perf_counter()
    act()
    return (time.perf_counter() - before) * 1000


def scroll(page: Page) -> float:
    """The longest frame in ms while the list runs by."""
    found: float = page.evaluate(
        """() => new Promise(resolve => {
          let last = performance.now(), worst = 0, frames = 0;
          const step = now => {
            worst = Math.max(worst, now - last); last = now;
            scrollBy(0, 400);
            if (frames++ < 90) requestAnimationFrame(step); else resolve(worst);
          };
          requestAnimationFrame(step);
        })"""
    )
    return found


def measured(browser: Browser, server: Server) -> dict[str, float]:
    """ms to open with everything waiting, worst frame, s to drain, MB of server and phone, photos
    there, s to make a rescue file of it."""
    context = new_context(browser)
    context.set_default_timeout(180_000)
    page = context.new_page()
    sign_in(page, server, "li")
    visit = start_visit_due_today(page)
    page.goto(f"{server.url}/ready")
    server.kill()
    page.goto(f"{server.url}/ready")
    person = page.locator("body").get_attribute("data-person")
    given = {"visit": visit.rsplit("/", 1)[1], "person": person, "picture": thumbnail()}
    page.evaluate(FILL, {**given, "hazards": HAZARDS, "each": PHOTOS, "size": SIZE})
    page.goto(f"{server.url}/rescue")
    page.get_by_role("button", name="导出未上传数据").click()
    rescued = timed(lambda: page.get_by_text("文件已做成").wait_for()) / 1000
    page.goto(visit)  # the worker learns that there is no network
    opened = timed(lambda: page.goto(visit))
    worst = scroll(page)
    waiting = phone_memory()
    server.start()
    assert server.process
    peak, phone = memory(server.process.pid), waiting
    page.goto(f"{server.url}/outbox")
    before = time.perf_counter()
    page.get_by_role("button", name="立即重试").click()
    while not page.get_by_text("本机没有待上传的记录").is_visible():
        peak = max(peak, memory(server.process.pid))
        phone = max(phone, phone_memory())
        page.wait_for_timeout(250)
    drained = time.perf_counter() - before
    reopened = timed(lambda: page.goto(visit))
    database = connect(next(server.data.glob("*/takan.db")))
    there = one(database, "select count(*) from operation_photos where arrived_at is not null")
    database.close()
    context.close()
    return {
        "opened": opened, "reopened": reopened, "worst": worst, "drained": drained, "peak": peak,
        "photos": there, "rescued": rescued, "cores": os.cpu_count() or 1,
        "waiting": waiting, "phone": phone,
    }  # fmt: skip
