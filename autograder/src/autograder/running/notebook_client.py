"""A notebook client that stops a cell at its limit, bounds its output, and reports how its kernel died."""

import asyncio
import contextlib
import signal
import socket
import time
from functools import partial
from queue import Empty
from typing import Any, cast

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from unroll.checks.sentences import said

from autograder.kernels.channel import MESSAGE_BYTES, Client, TooLong
from autograder.kernels.parent import CannotJail
from autograder.kernels.provisioner import JailedKernelManager, JailedProvisioner
from autograder.running.outputs import error_of, failed_outputs
from autograder.transcript import Verdict

_GRACE_SECONDS = 2.0
_START_SECONDS = 60
_ASK_AGAIN_SECONDS = 0.2  # messages sent before the kernel knows about our subscription are lost
_END_SECONDS = 5
_SILENT_SECONDS = 10  # between a cell's reply and the end of its output
_LINE = 5000  # characters kept per line of a traceback or result
_OUTPUTS = 500  # streams and displays kept per cell
_CARRIERS = 10  # errors and results kept per cell; the first decides
_CELLS = 16  # a notebook's output is bounded by this many times a cell's


class Stopped(Exception):
    """The kernel is gone or must be stopped."""

    def __init__(self, verdict: Verdict, reason: str, by_chance: bool = False) -> None:
        super().__init__(reason)
        self.verdict, self.reason, self.by_chance = verdict, reason, by_chance


class CellRunner:
    """An nbclient that stops a cell at its limit and reports how its kernel died."""

    def __init__(self, notebook: NotebookNode, manager: JailedKernelManager, output_bytes: int) -> None:
        self._manager = manager
        self._executed = 0
        self._nbclient = _BoundedClient(
            notebook,
            km=manager,
            allow_errors=True,
            coalesce_streams=True,  # output must not depend on when a kernel flushes
            record_timing=False,
            iopub_timeout=_SILENT_SECONDS,
            raise_on_iopub_timeout=True,  # otherwise later output, including results, would be lost silently
        )
        self._nbclient.output_bytes = output_bytes

    async def start(self) -> None:
        await self._nbclient.async_start_new_kernel()
        # Not through nbclient, which starts an extra thread and two sockets, and stops them in the wrong order.
        self._nbclient.kc = client = cast(Client, self._manager.client())
        await client.connect()
        await self._ready(client)

    async def _ready(self, client: Client) -> None:
        """Wait until the kernel answers on both channels; jupyter_client's own wait takes 0.2 s longer."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            asked = client.kernel_info()
            with contextlib.suppress(Empty):
                while (await client.get_iopub_msg(timeout=_ASK_AGAIN_SECONDS))["parent_header"].get("msg_id") != asked:
                    pass
                return
            if not self._jail.has_process:
                break
        raise CannotJail("The kernel did not answer.")

    @property
    def _jail(self) -> JailedProvisioner:
        return cast(JailedProvisioner, self._manager.provisioner)

    @property
    def judge_channel(self) -> socket.socket:
        return self._jail.judge_channel

    @property
    def cut_output(self) -> bool:
        """Whether a cell has printed more than is kept."""
        return self._nbclient.cut_output

    async def run(self, index: int, seconds: float) -> bool:
        """Execute a cell. Returns False if it had to be interrupted; raises Stopped if the kernel is lost."""
        cell = self._nbclient.nb.cells[index]
        try:
            return await self._run(cell, index, seconds)
        finally:
            self._number(cell)

    def _number(self, cell: NotebookNode) -> None:
        """Count cells ourselves: a kernel can say anything, and how much of it arrives before it dies is chance."""
        if cell.cell_type == "code" and cell.source.strip():
            self._executed += 1
            for numbered in (cell, *(output for output in cell.outputs if output.output_type == "execute_result")):
                numbered["execution_count"] = self._executed

    async def fails(self, source: str, index: int, seconds: float) -> bool:
        """Execute our own cell after the one at `index`, without a trace in the notebook, and return whether it failed."""
        cell, cells = nbformat.v4.new_code_cell(source), self._nbclient.nb.cells
        kept = cells[index]
        try:
            return not await self._run(cell, index, seconds) or error_of(cell) is not None
        finally:
            cells[index] = kept  # nbclient stores the executed cell there

    async def _run(self, cell: NotebookNode, index: int, seconds: float) -> bool:
        if cell.cell_type != "code" or not cell.source.strip():
            return True
        # Without this, a later cell could rewrite the output of an earlier, judged one through a display id.
        self._nbclient.reset_execution_trackers()
        in_time = True
        running = asyncio.create_task(self._nbclient.async_execute_cell(cell, index))
        try:
            if not await _done(running, seconds):
                await self._manager.interrupt_kernel()
                if not await _done(running, _GRACE_SECONDS):
                    raise Stopped(
                        Verdict.TIME, said("its kernel could not be interrupted after %(seconds)s s", seconds=f"{seconds:g}")
                    )
                in_time = False
            await running
        except DeadKernelError as error:
            await asyncio.wait_for(self._jail.wait(), 10)
            raise self._death() from error
        except Stopped:
            raise
        except CellTimeoutError as error:
            raise Stopped(Verdict.OUTPUT, said("its kernel stopped responding")) from error
        except TooLong as error:
            why = said("its kernel sent one message of more than %(size)s MB", size=MESSAGE_BYTES >> 20)
            raise Stopped(Verdict.OUTPUT, why) from error
        except Exception as error:  # a kernel's messages can make nbclient raise anything
            why = said("its kernel sent an invalid message (%(type)s)", type=type(error).__name__)
            raise Stopped(Verdict.CRASHED, why) from error
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        if not in_time:
            cell.outputs += failed_outputs(
                "TimeLimit",
                f"more than {seconds:g} s",
                said("Stopped: this cell ran for %(seconds)s s.", seconds=f"{seconds:g}"),
            )
        return in_time

    def _death(self) -> Stopped:
        ending = self._jail.ending or {}
        reason = ending.get("reason")
        if ending.get("event") != "ended" or reason == "keeper died":
            raise CannotJail(f"The jail broke down: {ending.get('why') or 'its keeper died'}.")
        reached = {
            Verdict.TIME: said("the time limit was reached"),
            Verdict.CPU: said("the CPU limit was reached"),
            Verdict.MEMORY: said("the memory limit was reached"),
        }
        if reason in reached:
            return Stopped(Verdict(reason), reached[Verdict(reason)])
        if reason == "limit on the number of files":  # only under bubblewrap; the fork server's jail refuses the next file
            why = said("its files in memory were more than the limit on the number of files allows")
            return Stopped(Verdict.MEMORY, why)
        code = ending.get("code") or 0
        why = said("its kernel died (signal %(code)s)", code=-code)
        if code >= 0:
            why = said("its kernel died (exit status %(code)s)", code=code)
        # The first process of a jail cannot kill itself, so it was killed from outside, as Linux does when memory is short.
        return Stopped(Verdict.CRASHED, why, by_chance=code == -signal.SIGKILL)

    async def stop(self) -> dict[str, Any]:
        """Stop the kernel and return its keeper's report."""
        if self._nbclient.kc is not None:
            self._nbclient.kc.stop_channels()
        if self._manager.provisioner is None:
            return {}
        provisioner = self._jail
        await provisioner.kill()
        with contextlib.suppress(TimeoutError):  # jupyter_client would poll every 0.1 s
            await asyncio.wait_for(provisioner.wait(), _END_SECONDS)
        await self._manager.shutdown_kernel(now=True)
        return provisioner.ending or {}


class _BoundedClient(NotebookClient):
    """Keep at most `output_bytes` of a cell's streams and displays. Errors and results, which carry scores, are kept but cut."""

    output_bytes = 1 << 20
    _said: dict[int, int]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, on_cell_executed=partial(Execute.on_cell_executed, None), **kwargs)
        self._said = {}
        self._spent = 0
        self.cut_output = False

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        kind, content = msg["msg_type"], msg["content"]
        if kind in ("stream", "display_data", "update_display_data", "comm_open", "comm_msg"):
            before = self._said.get(cell_index, 0)
            self._said[cell_index] = before + len(repr(content))
            over = self._said[cell_index] > self.output_bytes or len(cell.outputs) > _OUTPUTS
            if over or self._spent > _CELLS * self.output_bytes:
                self.cut_output = True
                if before <= self.output_bytes:
                    self._said[cell_index] = self.output_bytes + 1  # said once
                    text = f"[the rest of this cell's output is left out: more than {self.output_bytes >> 10} kB]\n"
                    cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=text))
                return None
            self._spent += self._said[cell_index] - before
        elif kind in ("error", "execute_result") and sum(o.output_type == kind for o in cell.outputs) >= _CARRIERS:
            return None
        elif kind == "error":
            lines = [] if self._spent > _CELLS * self.output_bytes else content["traceback"]
            content["traceback"] = [str(line)[:_LINE] for line in lines][:100]
            content["evalue"] = str(content["evalue"])[:_LINE]
            content["ename"] = str(content["ename"])[:_LINE]
            self._spent += len(repr(content))
        elif kind == "execute_result" and len(repr(content)) > self.output_bytes:
            content["data"] = {"text/plain": str(content["data"].get("text/plain", ""))[:_LINE]}
        return super().process_message(msg, cell, cell_index)


async def _done(task: asyncio.Task[Any], seconds: float) -> bool:
    finished, _ = await asyncio.wait({task}, timeout=seconds)
    return bool(finished)
