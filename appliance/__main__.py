"""The command line: ``kabil serve | interview | score | questions | check | models | dump-config``."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from appliance import settings as site
from appliance.errors import ApplianceError, Invalid, NotFound
from appliance.messages import LEVELS


class _Parser(argparse.ArgumentParser):
    """Bad arguments: one clear line, exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when well, 1 when not, 2 for bad arguments."""
    args = _parser().parse_args(argv)
    os.environ.setdefault("GLOG_minloglevel", "2")  # MediaPipe's own notes are of no use to anybody here
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.basicConfig(
        level=logging.DEBUG if args.verbose else logging.INFO if args.command == "serve" else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
    )
    try:
        return int(args.run(args) or 0)
    except (Invalid, NotFound) as exc:
        print(f"kabil: {exc.message}", file=sys.stderr)
        return 2
    except ApplianceError as exc:
        print(f"kabil: {exc.message} ({exc.code})", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="kabil", description="The offline mock-interview booth.")
    parser.add_argument(
        "--site", type=Path, default=None, help="site file (default: KABIL_SITE, /etc/kabil/site.toml)"
    )
    parser.add_argument("-v", "--verbose", action="store_true")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    for add in (_add_serve, _add_interview, _add_score, _add_questions, _add_check, _add_models, _add_dump):
        add(commands)
    return parser


def _add(commands: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    return parser


def _add_serve(commands: Any) -> None:
    parser = _add(commands, "serve", _serve, "Run the booth.")
    parser.add_argument("--kiosk", action="store_true", help="open Chromium full screen")
    parser.add_argument("--demo", action="store_true", help="a recorded candidate takes the interview")


def _add_interview(commands: Any) -> None:
    parser = _add(
        commands, "interview", _interview, "An interview from recordings; prints the final report as JSON."
    )
    parser.add_argument("--answer", type=Path, nargs="+", action="extend", required=True, metavar="FILE")
    parser.add_argument("--warmup", type=Path, metavar="FILE")
    parser.add_argument("--role", default="software_developer")
    parser.add_argument(
        "--shape", default="technical", choices=("technical", "behavioural", "talk", "introduction")
    )
    parser.add_argument("--level", default="easy", choices=LEVELS)
    parser.add_argument("--out", type=Path, metavar="REPORT.json")
    parser.add_argument("--pdf", type=Path, metavar="REPORT.pdf")


def _add_score(commands: Any) -> None:
    parser = _add(commands, "score", _score, "Score one answer by the platform's formula.")
    parser.add_argument("--question", required=True)
    parser.add_argument("--answer", required=True)
    parser.add_argument("--keyword", action="append", default=[])
    parser.add_argument("--reference")


def _add_questions(commands: Any) -> None:
    group = _add(commands, "questions", None, "Generate or check questions.")
    kinds = group.add_subparsers(
        dest="kind", required=True, metavar="generate|validate", parser_class=_Parser
    )
    generate = _add(kinds, "generate", _generate, "New questions for a role and level.")
    generate.add_argument("--role", required=True)
    generate.add_argument("--level", required=True, choices=LEVELS)
    generate.add_argument("--count", type=int, required=True)
    generate.add_argument("--seed", type=int, default=0)
    generate.add_argument("--json", action="store_true")
    validate = _add(kinds, "validate", _validate, "Check question packs; problems by file and line.")
    validate.add_argument("files", nargs="+", type=Path, metavar="FILE")


def _add_check(commands: Any) -> None:
    parser = _add(commands, "check", _check, "Devices, models, disk: what will not work, and why.")
    parser.add_argument("--json", action="store_true")


def _add_models(commands: Any) -> None:
    group = _add(commands, "models", None, "The models of the booth.")
    kinds = group.add_subparsers(
        dest="kind", required=True, metavar="list|fetch|verify", parser_class=_Parser
    )
    for name, run, text in (
        ("list", _models_list, "Every model, where it lies and what it is for."),
        ("fetch", _models_fetch, "Install models from mirrors or their official places."),
        ("verify", _models_list, "Check every file's sha256; 1 when one is wrong."),
    ):
        parser = _add(kinds, name, run, text)
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--quiet", action="store_true")
        if name == "fetch":
            parser.add_argument("names", nargs="*", metavar="NAME")


def _add_dump(commands: Any) -> None:
    _add(commands, "dump-config", _dump, "All settings in force, as JSON.")


def _print(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _serve(args: argparse.Namespace) -> int:
    from appliance import serving

    return serving.serve(site.load(args.site), kiosk=args.kiosk, recorded=args.demo)


def _interview(args: argparse.Namespace) -> int:
    from appliance import rehearsal
    from appliance.interview.questions import QuestionBank
    from appliance.report import pdf

    asked = rehearsal.Rehearsal(args.answer, args.warmup, args.role, args.shape, args.level)
    record = asyncio.run(rehearsal.rehearse(asked, site.load(args.site)))
    report = rehearsal.report_of(record)
    if args.out:
        args.out.write_text(json.dumps(report, ensure_ascii=False, indent=2), "utf-8")
    if args.pdf:
        role = QuestionBank.load().title(record.role, record.locale)
        args.pdf.write_bytes(pdf.render(record, record.locale, role))
    _print(report)
    return 0


def _score(args: argparse.Namespace) -> int:
    from appliance import app

    _print(app.score(site.load(args.site), args.question, args.answer, args.keyword, args.reference))
    return 0


def _generate(args: argparse.Namespace) -> int:
    from appliance.interview import generator, view

    questions = generator.generate_command(args.role, args.level, args.count, args.seed)
    if args.json:
        _print({"questions": view.plain(questions)})
    else:
        print("\n".join(question.text for question in questions))
    return 0


def _validate(args: argparse.Namespace) -> int:
    from appliance.interview import questions

    problems = questions.validate_files(args.files)
    print("\n".join(map(str, problems)) or "all well")
    return 1 if problems else 0


def _check(args: argparse.Namespace) -> int:
    from appliance import doctor

    findings = doctor.examine(site.load(args.site))
    _print(findings) if args.json else print(doctor.in_words(findings))
    return 0 if findings["usable"] else 1


def _models_list(args: argparse.Namespace) -> int:
    from appliance import model_setup

    rows = model_setup.listing(site.load(args.site))
    _print(rows) if args.json else print(model_setup.in_words(rows))
    return 1 if any(row["state"] == "wrong_hash" for row in rows) else 0


def _models_fetch(args: argparse.Namespace) -> int:
    from appliance import model_setup

    problems = model_setup.fetch(site.load(args.site), args.names, quiet=args.quiet)
    for problem in problems:
        print(f"kabil: {problem}", file=sys.stderr)
    return 1 if problems else 0


def _dump(args: argparse.Namespace) -> int:
    _print(site.dump(site.load(args.site)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
