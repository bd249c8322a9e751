"""One bash shell for all blocks of a page."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

# The addresses of `rds-ops serve` and of `scripts/ministack`; pages name them, and their server listens on a free port in their place.
DOCUMENTED = ("127.0.0.1:8080", "127.0.0.1:4566")

# How long a block may take, and a server until it listens. Both may have to build the workspace first.
PATIENCE_SECONDS = 1800.0

# How long a server may take to end when it is asked to.
GRACE_SECONDS = 10.0


class BlockError(Exception):
    """A block did not do what it should."""

    def __init__(self, what: str, output: str) -> None:
        super().__init__(what)
        self.output = output


class Shell:
    """`bash` with `set -euo pipefail`: a block sees the variables and functions of the blocks before it."""

    def __init__(self, folder: Path, log: Path, environment: dict[str, str]) -> None:
        self.log = log
        self.count = 0
        self.server: tuple[int, Path] | None = None
        self.address = f"127.0.0.1:{free_port()}"
        told, tell = os.pipe()
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=environment | {"OPS_LISTEN": self.address, "PORT": self.address.split(":")[1]},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[tell],
            text=True,
            start_new_session=True,
        )
        os.close(tell)
        os.set_blocking(told, False)
        self.told = told
        self.tell = tell
        self._say("set -euo pipefail\n")

    def addressed(self, text: str) -> str:
        """The text with the address of the page's server in the place of those that pages name."""
        for documented in DOCUMENTED:
            text = text.replace(documented, self.address)
        return text

    def run(self, text: str, exit_code: int = 0) -> str:
        """Executes a block and gives back what it wrote, standard error included."""
        script, output = self._prepare(text)
        source = f". {script} </dev/null >{output} 2>&1"
        if exit_code:
            source = f"set +e; (set -e; {source}); code=$?; set -e"
        else:
            source = f"{source}; code=0"
        self._say(f"{source}; printf '%s\\n' \"$code\" >&{self.tell}\n")
        told = self._await_line(output)
        if told is None:
            raise BlockError(f"ended with exit code {self.process.wait()}", self._read(output))
        if int(told) != exit_code:
            raise BlockError(f"ended with exit code {told} instead of {exit_code}", self._read(output))
        return self._read(output)

    def serve(self, text: str) -> None:
        """Executes a block beside those that follow, once it listens. It takes the place of the server before it."""
        self.end_server()
        script, output = self._prepare(text)
        # With job control the server and all that it starts are a process group, which can be ended.
        self._say(f"set -m; . {script} </dev/null >{output} 2>&1 & printf '%s\\n' $! >&{self.tell}; set +m\n")
        told = self._await_line(output)
        if told is None:
            raise BlockError("the shell has ended", self._read(output))
        self.server = (int(told), output)
        self._await_listening(output)

    def end_server(self) -> None:
        """Ends the page's server, if it has one, and waits until it is gone."""
        if self.server is None:
            return
        group, _ = self.server
        self.server = None
        end_group(group)

    def end(self) -> None:
        """Ends the server and the shell."""
        self.end_server()
        self.process.terminate()
        with contextlib.suppress(BrokenPipeError):
            self.process.communicate()
        end_group(self.process.pid)
        os.close(self.told)

    def _prepare(self, text: str) -> tuple[Path, Path]:
        self.count += 1
        script = self.log / f"{self.count}.sh"
        text = self.addressed(text)
        script.write_text(text)
        return script, self.log / f"{self.count}.out"

    def _say(self, text: str) -> None:
        assert self.process.stdin is not None
        # Where the shell has ended, whoever waits for its answer finds that out.
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(text)
            self.process.stdin.flush()

    def _await_line(self, output: Path) -> str | None:
        """The shell's next word; None when it has ended instead."""
        line = b""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                part = os.read(self.told, 100)
            except BlockingIOError:
                time.sleep(0.02)
                if self.process.poll() is not None and not line:
                    return None
                continue
            line += part
            if line.endswith(b"\n"):
                return line.decode().strip()
            if not part:
                return None
        raise BlockError(
            f"has not ended after {PATIENCE_SECONDS:.0f} s; a block that serves is marked `sh server`", self._read(output)
        )

    def _await_listening(self, output: Path) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        host, port = self.address.split(":")
        while time.monotonic() < deadline and self.server is not None and group_lives(self.server[0]):
            try:
                socket.create_connection((host, int(port)), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise BlockError(f"does not listen on {self.address} (the value of OPS_LISTEN)", self._read(output))

    def _read(self, output: Path) -> str:
        text = output.read_text(errors="replace") if output.exists() else ""
        return text.replace(self.address, DOCUMENTED[0])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
        return True
    except ProcessLookupError:
        return False


def end_group(group: int) -> None:
    """Asks a process group to end, and ends it if it takes too long."""
    for word in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(group, word)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + GRACE_SECONDS
        while group_lives(group) and time.monotonic() < deadline:
            time.sleep(0.05)
