"""Connect Jupyter to jailed kernels: a kernel provisioner, and a kernel manager that uses it."""

import asyncio
import json
import os
import shutil
import signal
import socket
import tempfile
from dataclasses import asdict
from typing import Any, cast

from jupyter_client import AsyncKernelManager
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import KernelProvisionerBase
from traitlets import Bool, Dict, Integer, List, Unicode

from .channel import Client
from .devices import CPU, Device
from .jail import HOME, Jail
from .kernel import JUDGE, LISTENERS
from .limits import Limits
from .parent import CannotJail, ready_parent, thread_settings

_LAUNCH_SECONDS = 60


class JailedProvisioner(KernelProvisionerBase):
    """Launch a kernel in a jail through the warm parent, and end it.

    Attributes
    ----------
    judge_channel
        Our end of the socket that the inmate holds as descriptor 8.
    ending
        The keeper's report at the end of the kernel: ``reason`` (None if it ended by itself), ``code``,
        ``seconds``, ``cpu`` and ``memory``. None while the kernel runs.
    """

    packages = List(Unicode(), help="Distributions that the kernel can import.")
    limits = Dict(help="Limits of the jail: the fields of autograder.kernels.limits.Limits.")
    work = Unicode("", help="Folder whose files are copied into the kernel's home.")
    seed = Integer(0, help="Seed of the kernel's random generators.")
    device = Dict(asdict(CPU), help="The kernel's device: the fields of autograder.kernels.devices.Device.")
    threads = Integer(1, help="Number of threads the kernel computes with.")
    judged = Bool(
        True, help="False for a kernel that no grader listens to: there `check` tries the public cases, as at the desk."
    )
    jailed = Bool(True, help="False runs without a jail: the kernel can do whatever its user can.")

    judge_channel: socket.socket
    ending: dict[str, Any] | None = None
    _reader: asyncio.Task[None] | None = None

    @property
    def has_process(self) -> bool:
        return self._reader is not None and not self._reader.done()

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        return {"cmd": [], **{name: value for name, value in kwargs.items() if name != "extra_arguments"}}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        packages = tuple(self.packages)
        parent = await ready_parent(packages, self.jailed, self.threads)
        self._folder = tempfile.mkdtemp(prefix="k", dir=parent.runtime)
        root = os.path.join(self._folder, "root")
        os.mkdir(root)
        manager = cast(AsyncKernelManager, self.parent)
        manager.transport, manager.ip = "ipc", os.path.join(self._folder, "c")
        manager.connection_file = os.path.join(self._folder, "connection.json")  # so that it is removed with the folder
        listeners = []
        for number, channel in enumerate(LISTENERS, start=1):
            setattr(manager, f"{channel}_port", number)
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(f"{manager.ip}-{number}")
            listener.listen(16)
            listeners.append(listener)
        self._control, their_control = socket.socketpair()
        self.judge_channel, their_judge = socket.socketpair()
        theirs = [their_control, their_judge, *listeners]
        device = Device(**self.device)
        jail = Jail(
            binds=parent.binds,
            covered=parent.covered,
            work=self.work or None,
            limits=Limits(**self.limits),
            environment=_environment(HOME if self.jailed else self.work, self.judged)
            | thread_settings(self.threads)
            | device.environment,
            jailed=self.jailed,
            devices=device.nodes,
        )
        # Not sent through the parent, because every kernel can read its memory; and sent before the keeper can fail, because one that
        # is gone would make us drop what it has said.
        known = {"key": manager.session.key.hex(), "seed": self.seed, "packages": self.packages}
        self._control.sendall(json.dumps(known).encode() + b"\n")
        try:
            parent.launch(jail, root, [s.fileno() for s in theirs])
        finally:
            for each in theirs:
                each.close()
        self._lines, self._writer = await asyncio.open_connection(sock=self._control)
        first = await self._next(timeout=_LAUNCH_SECONDS)
        if first.get("event") != "started":
            raise CannotJail(f"The jail could not be built: {first.get('why') or 'its keeper died'}.")
        self._reader = asyncio.create_task(self._wait_for_ending())
        self.connection_info = manager.get_connection_info()
        return self.connection_info

    async def _next(self, timeout: float | None) -> dict[str, Any]:
        try:
            line = await asyncio.wait_for(self._lines.readline(), timeout)
            return json.loads(line) if line else {}
        except (TimeoutError, OSError, ValueError):
            return {}

    async def _wait_for_ending(self) -> None:
        self.ending = await self._next(timeout=None) or {"event": "ended", "code": -1, "reason": "keeper died"}

    async def poll(self) -> int | None:
        return None if self.has_process else (self.ending or {}).get("code", -1)

    async def wait(self) -> int | None:
        if self._reader is not None:
            await self._reader
        return await self.poll()

    async def send_signal(self, signum: int) -> None:
        if self.has_process:
            self._writer.write(b"i" if signum == signal.SIGINT else b"k")

    async def kill(self, restart: bool = False) -> None:
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        if self._reader is not None:
            self._writer.close()  # the keeper ends anything that still runs
            self.judge_channel.close()
        if getattr(self, "_folder", None):
            shutil.rmtree(self._folder, ignore_errors=True)


def _environment(home: str, judged: bool) -> dict[str, str]:
    grading = {"NBGRADER_EXECUTION": "autograde", "UNROLL_JUDGE": str(JUDGE)}
    return {
        "HOME": home,
        "USER": "student",
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin",
        "TMPDIR": "/tmp",
        "IPYTHONDIR": f"{home}/.ipython",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        **(grading if judged else {}),
    }


class JailedKernelManager(AsyncKernelManager):
    """A kernel manager whose kernel is jailed, and whose clients bound what it sends.

    Parameters
    ----------
    packages, limits, work, seed, jailed, device, threads
        As in :class:`JailedProvisioner`.
    """

    def __init__(
        self,
        packages: tuple[str, ...],
        limits: Limits,
        work: str,
        seed: int = 0,
        jailed: bool = True,
        device: Device = CPU,
        threads: int = 1,
    ) -> None:
        super().__init__(client_factory=Client)
        settings = {"packages": list(packages), "limits": asdict(limits), "work": work, "seed": seed, "jailed": jailed}
        settings |= {"device": asdict(device), "threads": threads}
        metadata = {"kernel_provisioner": {"provisioner_name": "jailed", "config": settings}}
        self._jailed_spec = KernelSpec(argv=[], name="jailed", language="python", metadata=metadata)

    @property
    def kernel_spec(self) -> KernelSpec:
        return self._jailed_spec
