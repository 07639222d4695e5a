"""A second, clean jail, in which the models that a submission hands over are rebuilt and examined.

The student's own kernel says nothing about a model: what is scored is what Keras makes of its configuration and weights
here. The inputs are sent to this jail alone, after the model.
"""

import asyncio
import contextlib

import nbformat
from unroll.checks import Answer, Question, Raised
from unroll.checks.marking import no_model
from unroll.checks.models import HandedOver
from unroll.checks.sentences import said
from unroll.checks.wire import WireError

from autograder.judging import frames
from autograder.kernels.parent import CannotJail
from autograder.kernels.provisioner import JailedKernelManager
from autograder.requirements import KernelRequirements
from autograder.running.notebook_client import CellRunner, Stopped

_GRACE_SECONDS = 2.0
_SERVE = "from unroll.checks.exam import examine_models\nexamine_models()"


class ModelExaminer:
    """Examine the models of one submission. The jail is built for the first model, and again after a model breaks it.

    Parameters
    ----------
    requirements
        The packages and limits of the assignment, which apply here too.
    jailed
        False runs without a jail.
    """

    def __init__(self, requirements: KernelRequirements, jailed: bool = True) -> None:
        self._requirements, self._jailed = requirements, jailed
        self._runner: CellRunner | None = None
        self._serving: asyncio.Task[bool] | None = None

    async def examine(self, answer: Answer, question: Question) -> Answer:
        """Replace a model by the facts about it. Any other answer is unchanged, and wrong if a model is asked for."""
        if not question.facts or answer.error is not None:
            return answer
        if not isinstance(answer.value, HandedOver):
            return Answer(error=no_model(answer.value))
        found = await self._ask({"model": answer.value, "facts": question.facts, "given": dict(question.given)})
        return found if found.error else Answer(value=found.value, touched=answer.touched)

    async def _ask(self, request: dict[str, object]) -> Answer:
        seconds = self._requirements.limits.cell_seconds
        try:
            channel = (self._runner or await self._start()).judge_channel
            await frames.send(channel, request)
            found, _ = await asyncio.wait_for(frames.receive(channel), seconds)
            return frames.answer_in(found)
        except (EOFError, OSError, TimeoutError, WireError) as error:
            slow = said("it took more than %(seconds)s s", seconds=f"{seconds:g}")
            reason = slow if isinstance(error, TimeoutError) else await self._how_it_died()
            await self.close()
            return Answer(error=Raised("ModelError", said("the model cannot be examined: %(reason)s", reason=reason)))

    async def _start(self) -> CellRunner:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(_SERVE)])
        limits, threads = self._requirements.limits, self._requirements.threads
        manager = JailedKernelManager(self._requirements.packages, limits, "", jailed=self._jailed, threads=threads)
        self._runner = runner = CellRunner(notebook, manager, limits.output)
        await runner.start()
        runner.judge_channel.setblocking(False)
        self._serving = asyncio.create_task(runner.run(0, limits.seconds))
        return runner

    async def _how_it_died(self) -> str:
        if self._serving is None:
            return said("its jail did not start")
        try:
            await asyncio.wait_for(asyncio.shield(self._serving), _GRACE_SECONDS)
        except Stopped as stop:
            if stop.by_chance:
                raise CannotJail(f"The jail for models was lost: {stop.reason}.") from stop
            return stop.reason
        except TimeoutError:
            pass
        return said("it broke the connection")

    async def close(self) -> None:
        """Close the jail."""
        runner, serving = self._runner, self._serving
        self._runner = self._serving = None
        if runner is None:
            return
        if serving is not None:
            with contextlib.suppress(OSError, TimeoutError):
                await frames.send(runner.judge_channel, None)  # no more models
                await asyncio.wait({serving}, timeout=_GRACE_SECONDS)
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
        await runner.stop()
