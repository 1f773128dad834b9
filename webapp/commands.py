"""takan run · init · demo · migrate · verify · backup · restore · import-rescue · remind."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from webapp import backups
from webapp.config import Settings, from_environment


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Serve. An empty data folder first gets a demo, made by another process: nothing that
    must not be forked is ever open in this one."""
    from webapp import serve

    if not (settings.folder / "takan.db").exists():
        print("数据目录为空，正在生成演示机构…  Making a demo institution…", flush=True)
        made = subprocess.run([sys.executable, "-m", "webapp", "demo"], check=False, env=os.environ)
        if made.returncode:
            sys.exit(made.returncode)
    try:
        listener = serve.listen(arguments.port, arguments.host)
    except (OSError, OverflowError) as error:
        place = f"{arguments.host}:{arguments.port}"
        sys.exit(
            f"{place} 无法使用，可能已有服务在用：请用 --port 换一个端口 (choose another): {error}"
        )
    tell(settings, arguments.port)
    serve.watch(listener, settings)


def tell(settings: Settings, port: int) -> None:
    address = f"http://127.0.0.1:{port}"
    print(f"踏勘 Takan  {address}")
    demo = settings.folder / "demo.json"
    if demo.exists():
        found = json.loads(demo.read_text())
        print("  演示登录（仅本机）sign in: li · wang · zhao · admin")
        print(f"  密码 password: {found['password']}    交接密码 PIN: {found['pin']}")
        print(f"  公示页 public page: {address}/b/{found['board_code']}", flush=True)


def demo(settings: Settings, arguments: argparse.Namespace) -> None:
    """A demo institution; --year: with a year of its work, which takes about half a minute."""
    from webapp import db
    from webapp.demo import make_demo
    from webapp.demo_year import make_year

    path = settings.folder / "takan.db"
    if path.exists():
        sys.exit(f"{path} 已有数据，不再生成演示 (there are data already)")
    settings.folder.mkdir(parents=True, exist_ok=True)
    database = db.create(path)
    database.execute("begin immediate")
    if arguments.year:
        found = make_year(database, settings.folder, settings.password_rounds, arguments.seed)
    else:
        found = make_demo(database, settings.folder, settings.password_rounds)
    database.execute("commit")
    note = settings.folder / "demo.json"
    note.touch(mode=0o600)
    note.write_text(json.dumps(found))


def init(settings: Settings, arguments: argparse.Namespace) -> None:
    """A real institution and its first manager, without demo data."""
    from webapp import db
    from webapp.domain import people
    from webapp.ids import new_id

    path = settings.folder / "takan.db"
    if path.exists():
        sys.exit(f"{path} 已存在 (exists already)")
    name = arguments.name or input("机构名称 Institution: ").strip()
    person = arguments.manager or input("管理员姓名 Manager's name: ").strip()
    sign_in = arguments.sign_in or input("登录名 Sign-in name: ").strip()
    password = os.environ.get("TAKAN_PASSWORD") or getpass.getpass("密码 Password: ")
    if not (name and person and sign_in) or people.weakness(password, sign_in):
        sys.exit(
            f"每项必填，密码至少 {people.SHORTEST_PASSWORD} 位，不能只有数字或过于常见"
            " (all needed; a password that is not easily guessed)"
        )
    database = db.create(path)
    database.execute("begin immediate")
    database.execute("insert into institution (id, name) values (1, :name)", {"name": name})
    new = {"id": new_id(), "name": person, "sign_in": sign_in, "stamp": secrets.token_hex(8)}
    database.execute(
        "insert into people (id, sign_in_name, name, role, session_stamp)"
        " values (:id, :sign_in, :name, 'manager', :stamp)",
        new,
    )
    people.set_password(database, new["id"], password, settings.password_rounds)
    database.execute("commit")
    print(f"{name}：{path}")


def migrate(settings: Settings, arguments: argparse.Namespace) -> None:
    from webapp import db

    db.create(settings.folder / "takan.db").close()


def verify(settings: Settings, arguments: argparse.Namespace) -> None:
    """Walk the trail; hash every operation, photo, slip, signature, paper. Exit 1 if broken."""
    from webapp.verify import broken, erased

    found = broken(settings.folder)
    print("\n".join(found) or "完好 whole")
    if gone := erased(settings.folder):
        print(f"已按删除日志清除内容 erased as logged: {gone}")
    sys.exit(1 if found else 0)


def backup(settings: Settings, arguments: argparse.Namespace) -> None:
    """A consistent copy while serving: first the database, then the photos it names. It counts
    only when it was restored elsewhere and found whole there."""
    from webapp.verify import broken

    target = Path(arguments.place)
    if target.exists():
        sys.exit(f"{target} 已存在 (exists already)")
    if target.resolve().is_relative_to(settings.data):
        # It would be served in place of the institution at the next start.
        sys.exit(f"请备份到 {settings.data} 之外 (choose a place outside the data)")
    target.mkdir(parents=True)
    try:
        backups.copied(settings.folder, target)
    except BaseException:  # half of one must not lie about as if it were one
        shutil.rmtree(target)
        raise
    with tempfile.TemporaryDirectory(dir=target.parent) as elsewhere:
        found = broken(backups.restored(target, Path(elsewhere), backups.linked))
    if found:
        sys.exit("备份不完整 not whole:\n" + "\n".join(found))
    print(f"备份完成，已试恢复并核对 restored and checked: {target}")


def restore(settings: Settings, arguments: argparse.Namespace) -> None:
    """Into an empty data folder; a new epoch tells every phone to send again what is missing."""
    if (settings.data / "institution" / "takan.db").exists():
        sys.exit(f"{settings.data / 'institution'} 已有数据 (has data already)")
    if not Path(arguments.place, "takan.db").is_file():
        sys.exit(f"{arguments.place} 不是备份 (no backup)")
    print(f"已恢复到 {backups.restored(Path(arguments.place), settings.data)}")
    print("备份之后删除的企业档案随之恢复，请在“保存与删除”中重新删除。")
    print("What was deleted after this backup is back: delete it again under 保存与删除.")


def import_rescue(settings: Settings, arguments: argparse.Namespace) -> None:
    """A phone's rescue file, also while serving. Exit 1 when it is not whole or not all taken."""
    from flask import render_template

    from sync.rescue import NotReadable
    from webapp import create_app, db
    from webapp.queries import rescues
    from webapp.rescue import Import

    if not Path(arguments.file).is_file():
        sys.exit(f"{arguments.file} 不是文件 (no such file)")
    with create_app(settings).test_request_context(), Path(arguments.file).open("rb") as file:
        taking = Import(db.writing, settings.folder, "command", settings.disk_reserve)
        try:
            found = rescues.by_id(db.get_db(), taking.run(file))
        except NotReadable as error:
            sys.exit(render_template("_reason.html", code=error.code, params={}).strip())
        print(render_template("office/rescue/report.txt", rescue=found))
    counts = found["counts"] if found else {}
    sys.exit(0 if found and found["whole"] and set(counts) <= {"new", "known", "set_aside"} else 1)


def remind(settings: Settings, arguments: argparse.Namespace) -> None:
    """Send once what is due, for cron beside another server; `takan run` does it by itself."""
    from webapp import create_app, db, reminders

    print(f"已发送 sent: {reminders.once(create_app(settings, sweeps=False), db.writing)}")


OF_DATA = (migrate, verify, backup, remind, import_rescue)


def main() -> None:
    parser = argparse.ArgumentParser(prog="takan", description=__doc__)
    commands = parser.add_subparsers(required=True)

    def add(verb: object, *options: tuple[str, dict[str, object]]) -> None:
        name = verb.__name__.replace("_", "-")  # type: ignore[attr-defined]
        command = commands.add_parser(name, help=verb.__doc__)
        command.set_defaults(verb=verb)
        for name, settings in options:
            command.add_argument(name, **settings)  # type: ignore[arg-type]

    port = {"type": int, "default": os.environ.get("PORT", "8000")}
    add(run, ("--port", port), ("--host", {"default": "127.0.0.1"}))
    add(init, ("--name", {}), ("--manager", {}), ("--sign-in", {}))
    add(demo, ("--year", {"action": "store_true"}), ("--seed", {"type": int, "default": 2026}))
    for verb in (migrate, verify, remind):
        add(verb)
    add(backup, ("place", {}))
    add(restore, ("place", {}))
    add(import_rescue, ("file", {}))
    arguments = parser.parse_args()
    settings, verb = from_environment(), arguments.verb
    if verb in OF_DATA and not (settings.folder / "takan.db").exists():
        sys.exit(f"{settings.data} 没有数据 (no data)")
    if verb is run:  # it forks, and a server that stumbles tells where
        run(settings, arguments)
        return
    from webapp import db

    try:
        verb(settings, arguments)
    except (OSError, db.Error) as error:
        sys.exit(f"没有完成 (not done): {error}")
