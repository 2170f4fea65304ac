"""One round of the SMS matrix on the modems themselves, without the running box: for an engineer."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

from edge.measure.sms_matrix import LIMIT_S, Matrix, Trial, nonce_of, nonce_text, pairs_of
from modem_drivers.errors import ModemError
from modem_drivers.modem import Modem
from modem_drivers.procedures.messages import Messages
from modem_drivers.sms.inbox import Incoming

READY_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One line: its name in the results, its AT port, and its number, which is shown nowhere."""

    name: str
    port: str
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How a round is run. on_send is called before each message (it costs money), on_trial after a pair."""

    clock: Callable[[], int]
    nonce: Callable[[], str]
    limit_s: float = LIMIT_S
    on_send: Callable[[], None] = lambda: None
    on_trial: Callable[[Trial], None] = lambda trial: None


class MatrixRound:
    """See the module. Use run_matrix."""

    def __init__(self, plan: Round) -> None:
        self._plan = plan
        self._matrix = Matrix()
        self._heard = asyncio.Event()

    async def run(self, stations: Sequence[Station]) -> list[Trial]:
        """Send one message a pair. Raises: PortLost, CommandTimeout, when a modem cannot be opened."""
        async with AsyncExitStack() as stack:
            mouths = {
                station.name: await stack.enter_async_context(self._mouth(station)) for station in stations
            }
            numbers = {station.name: station.number for station in stations}
            steps = pairs_of([station.name for station in stations])
            for first in range(0, len(steps), len(stations)):
                together = steps[first : first + len(stations)]
                await asyncio.gather(
                    *(self._trial(pair, mouths[pair[0]], numbers[pair[1]]) for pair in together)
                )
        return list(self._matrix.trials.values())

    @asynccontextmanager
    async def _mouth(self, station: Station) -> AsyncIterator[Messages]:
        modem = await Modem.open(station.port, clock=self._plan.clock)
        ready = asyncio.Event()

        def hear(incoming: Incoming) -> None:
            nonce = nonce_of(incoming.text)
            if nonce is not None and self._matrix.arrived(nonce, station.name, incoming.t_ns):
                self._heard.set()

        messages = Messages(modem, clock=self._plan.clock, on_message=hear, on_ready=ready.set)
        running = asyncio.ensure_future(messages.run())
        try:
            waiting = asyncio.ensure_future(ready.wait())
            await asyncio.wait([waiting, running], timeout=READY_S, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if running.done():
                running.result()
            yield messages
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            modem.close()

    async def _trial(self, pair: tuple[str, str], mouth: Messages, number: str) -> None:
        nonce = self._plan.nonce()
        self._matrix.begin(Trial(sender=pair[0], receiver=pair[1], nonce=nonce))
        self._plan.on_send()
        sending = asyncio.ensure_future(self._send(nonce, mouth, number))
        with suppress(TimeoutError):
            async with asyncio.timeout(self._plan.limit_s):
                while not self._settled(nonce):
                    self._heard.clear()
                    await self._heard.wait()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        self._plan.on_trial(self._matrix.trials[nonce])

    async def _send(self, nonce: str, mouth: Messages, number: str) -> None:
        accepted_ns: int | None = None
        try:
            sent = await mouth.send(number, nonce_text(nonce), within_s=self._plan.limit_s)
            outcome, cause, accepted_ns = sent.outcome, sent.cause, sent.accepted_ns
        except ModemError as error:
            outcome, cause = "refused", error.code
        except ValueError:
            outcome, cause = "refused", "number_file holds no telephone number"
        self._matrix.sent(nonce, accepted_ns=accepted_ns, outcome=outcome, cause=cause)
        self._heard.set()

    def _settled(self, nonce: str) -> bool:
        trial = self._matrix.trials[nonce]
        return trial.outcome == "refused" or (trial.completed and trial.outcome != "")


async def run_matrix(stations: Sequence[Station], plan: Round) -> list[Trial]:
    """Run one round over *stations* as *plan* says; every pair's trial, in the order of sending.

    Raises: PortLost, CommandTimeout, when a modem cannot be opened.
    """
    return await MatrixRound(plan).run(stations)
