"""What the runner of the guides must notice."""

import contextlib
import io
import os
import tempfile
import unittest
from pathlib import Path

import follow
from page import PageError, Run, Skip, Write, steps
from shell import BlockError, Shell
from shown import missing


def page(*blocks: str) -> str:
    return "\n\nprose\n\n".join(f"```{block}\n```" for block in blocks)


class Reading(unittest.TestCase):
    def test_each_block_is_for_something(self) -> None:
        text = page("sh\nls", "text\na", "toml x.toml\na = 1", "sh server\nserve", "sh not-run needs a moon\nfly", "json\n{}", "\nbox")
        kinds = [type(step) for step in steps(text)]
        self.assertEqual(kinds, [Run, Write, Run, Skip, Skip])
        run, file, server, skipped, _ = steps(text)
        self.assertEqual([block.text for block in run.shown], ["a\n"])
        self.assertEqual((file.name, file.block.text), ("x.toml", "a = 1\n"))
        self.assertTrue(server.server)
        self.assertEqual((skipped.why, skipped.block.line), ("needs a moon", 25))

    def test_a_scene_is_set_by_what_readers_do_not_see(self) -> None:
        first, second = steps("<!-- guides: . scene.sh -->\n<!-- a remark -->\n" + page("sh\nls"))
        self.assertEqual((first.block.text, second.block.text), (". scene.sh\n", "ls\n"))

    def test_a_block_that_is_for_nothing_is_a_mistake(self) -> None:
        for text in (page("json\n{}"), page("toml\na = 1"), page("sh\n", "sh aws\nls"), page("sh not-run\nls"), page("toml ../x\n"), "```sh\nls"):
            with self.assertRaises(PageError):
                steps(text)

    def test_a_block_that_fails_shows_what_it_prints(self) -> None:
        with self.assertRaises(PageError):
            steps(page("sh exit=1\nfalse", "sh\nls", "text\na"))
        self.assertEqual([step.exit_code for step in steps(page("sh exit=1\nfalse", "text\na", "sh\nls"))], [1, 0])

    def test_a_block_of_a_list_has_no_indentation(self) -> None:
        (run,) = steps("1. do\n   ```sh\n   cat <<END\n   x\n   END\n   ```\n")
        self.assertEqual(run.block.text, "cat <<END\nx\nEND\n")


class Comparing(unittest.TestCase):
    def test_what_varies_may_differ_and_nothing_else(self) -> None:
        came = 'log {"id":"01M847JRE3AM52GTHWYD08W0XM","at":"2026-11-23T12:55:02Z","seconds":4.5,"n":3,"ok":true}{"b":[1,2,3]}'
        agreeing = [
            '{"id": "01JCK3ZZZZZZZZZZZZZZZZZZZZ", "at": "2020-01-01T00:00:00Z"}',
            '{"seconds": 9.25} {"b": [1, 3]}',
            '{"ok": "…", "id": "…"}',
        ]
        for shown in agreeing:
            self.assertIsNone(missing("json", shown, came), shown)
        for shown in ('{"n": 4}', '{"ok": 1}', '{"other": "…"}', '{"b": [3, 1]}', '{"b": []}', '{"id": "x"}', '{"b": [1]} {"n": 3}'):
            self.assertIsNotNone(missing("json", shown, came), shown)

    def test_lines_stand_in_their_order(self) -> None:
        came = "Compiling\n  done: 30%\nat 2026-11-23 12:55:02Z took 1.5\ts\nwrote /a/b/c (7 lines)\n"
        for shown in ("done: 80%\nat 2020-01-01 00:00:00Z took 9.9 s", "wrote … (7 lines)"):
            self.assertIsNone(missing("text", shown, came), shown)
        for shown in ("wrote … (8 lines)", "wrote /a/b/c (7 lines)\ndone: 30%", "done", "Compiling …"):
            self.assertIsNotNone(missing("text", shown, came), shown)


class Executing(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        log = self.folder / "log"
        log.mkdir()
        self.shell = Shell(self.folder, log, {"PATH": os.environ["PATH"]})
        self.addCleanup(self.shell.end)

    def test_blocks_share_a_shell(self) -> None:
        self.shell.run("greet() { echo hello $name; }\nname=you\n")
        self.assertEqual(self.shell.run("greet >&2\n"), "hello you\n")

    def test_the_first_command_that_fails_ends_the_block_with_its_output(self) -> None:
        with self.assertRaises(BlockError) as caught:
            self.shell.run("echo before\nfalse | true\necho after\n")
        self.assertEqual((str(caught.exception), caught.exception.output), ("ended with exit code 1", "before\n"))

    def test_an_exit_code_that_is_shown_has_to_come(self) -> None:
        self.assertEqual(self.shell.run("echo no\n(exit 2)\necho never\n", exit_code=2), "no\n")
        with self.assertRaises(BlockError):
            self.shell.run("true\n", exit_code=2)

    def test_a_server_runs_beside_the_blocks_and_ends_before_the_next(self) -> None:
        serve = "exec python3 -m http.server --bind 127.0.0.1 --directory {} ${{OPS_LISTEN#*:}}\n"
        for name in ("one", "two"):
            (self.folder / name).mkdir()
            (self.folder / name / "who").write_text(name)
            self.shell.serve(serve.format(name))
            self.assertEqual(self.shell.run("curl -s http://127.0.0.1:8080/who\n"), name)
        self.shell.end_server()
        with self.assertRaises(BlockError):
            self.shell.run("curl -s http://127.0.0.1:8080/who\n")

    def test_a_server_that_does_not_listen_is_noticed(self) -> None:
        with self.assertRaises(BlockError) as caught:
            self.shell.serve("echo no port\n")
        self.assertEqual(caught.exception.output, "no port\n")


class Telling(unittest.TestCase):
    def test_a_failure_names_the_line_what_was_shown_and_what_came(self) -> None:
        (step,) = steps(page("sh\necho a", "text\nb"))
        with self.assertRaises(follow.PageFailure) as caught:
            follow.compare(Path("/x.md"), step, "a\n")
        self.assertEqual(
            str(caught.exception),
            "/x.md:7: the page shows, and the block of line 1 does not print\nb\n--- what came out:\na\n---",
        )

    def test_the_report_counts_and_gives_reasons(self) -> None:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            follow.report(Path("/x.md"), steps(page("sh\nls", "text\na", "sh not-run needs a moon\nfly")))
        self.assertEqual(
            out.getvalue(),
            "/x.md: 1 blocks run, 1 outputs compared, 0 files written, 1 not run\n    line 13 not run: needs a moon\n",
        )
